import { assertEquals } from "@std/assert";
import { ClientList } from "../../../../lib/chat/server/client/client_list.ts";
import { chatStage } from "../../../kit/chat_stage.ts";

/** Counts how often the entries of a collection are listed. */
function watch(collection: object, onListed: () => void): void {
  for (const name of ["entries", "keys", "values", "forEach", Symbol.iterator]) {
    const real = Reflect.get(collection, name);
    Object.defineProperty(collection, name, {
      configurable: true,
      value: (...args: unknown[]) => {
        onListed();
        return Reflect.apply(real, collection, args);
      },
    });
  }
}

/** Frequent commands of a client: the time must not depend on the number of all clients and channels. */
const STEPS: readonly (readonly [name: string, ...lines: string[]])[] = [
  ["registration", "NICK ann", "USER u 0 * :r"],
  ["joining", "JOIN #a,#b"],
  ["messages", "PRIVMSG #a :x", "PRIVMSG ben :x", "NOTICE #a :x", "TAGMSG #a"],
  ["settings of a channel", "TOPIC #a :x", "MODE #a +i", "MODE #a +b x", "MODE #a"],
  ["invitations", "INVITE ben #a", "INVITE"],
  ["lists of one channel", "NAMES #a", "WHO #a", "WHO ben", "WHOIS ben", "WHOWAS cleo", "ISON ben", "USERHOST ben"],
  ["monitoring", "MONITOR + ben,cleo", "MONITOR S", "MONITOR C"],
  ["history", "CHATHISTORY LATEST #a * 10", "MARKREAD #a timestamp=2020-01-01T00:00:00.000Z"],
  ["changes of a user", "AWAY :x", "AWAY", "SETNAME :x", "NICK anna", "MODE anna +i"],
  ["statistics", "LUSERS", "MOTD", "VERSION", "PING x"],
  ["leaving", "KICK #b anna", "PART #a", "JOIN #other", "QUIT :x"],
];

Deno.test("serveChat: what clients do often lists neither all clients nor all channels", async () => {
  const { state, come } = chatStage();
  const ben = come();
  for (const line of ["NICK ben", "USER u 0 * :r", "JOIN #other"]) await ben.say(line);
  let listed = 0;
  for (const all of [state.channels, state.nicks, state.sessions, state.unregistered]) watch(all, () => listed++);
  const ann = come();
  for (const line of ["CAP REQ draft/read-marker", "CAP END"]) await ann.say(line);
  for (const [name, ...lines] of STEPS) {
    for (const line of lines) await ann.say(line);
    assertEquals([name, listed], [name, 0]);
    assertEquals([name, / 451 /.test(ann.heard())], [name, false]);
    // Later than its channels: to open one, a client with an account has those of the account counted.
    if (name === "joining") ann.session.account = "ann";
  }
  await ben.say("LIST");
  assertEquals(listed, 1);
});

Deno.test("serveChat: invitations end with the channel, the client and the join, in both directions", async () => {
  const { state, come } = chatStage();
  const [ann, ben, cleo] = [come(), come(), come()];
  for (const [client, nick] of [[ann, "ann"], [ben, "ben"], [cleo, "cleo"]] as const) {
    for (const line of [`NICK ${nick}`, "USER u 0 * :r"]) await client.say(line);
  }
  for (const line of ["JOIN #a,#b", "INVITE ben #a", "INVITE ben #b", "INVITE cleo #a"]) await ann.say(line);
  ben.heard();
  await ben.say("INVITE");
  assertEquals(ben.heard().match(/ 336 ben #[ab]/g), [" 336 ben #a", " 336 ben #b"]);
  const invited = () => [ben, cleo].map(({ session }) => [...state.invited.of(session)].map(({ name }) => name));
  await ben.say("JOIN #a");
  assertEquals(invited(), [["#b"], ["#a"]]);
  await ann.say("PART #b");
  assertEquals(invited(), [[], ["#a"]]);
  await cleo.say("QUIT");
  assertEquals(invited(), [[], []]);
  assertEquals(state.channel("#a")?.invited.size, 0);
});

Deno.test("ClientList: lists clients by account, which may change before and after they are added", () => {
  const { come } = chatStage();
  const [one, two] = [come().session, come().session];
  const list = new ClientList();
  one.account = "Ann";
  list.add(one).add(two).add(two);
  const of = (name: string) => [...list.of(name)];
  assertEquals([of("ann"), of("ben"), list.size], [[one], [], 2]);
  two.account = "ann";
  assertEquals(of("ANN"), [one, two]);
  one.account = "ben";
  assertEquals([of("ann"), of("ben")], [[two], [one]]);
  one.account = undefined;
  assertEquals([of("ann"), of("ben")], [[two], []]);
  assertEquals([list.delete(two), list.delete(two), of("ann").length], [true, false, 0]);
  two.account = "ben";
  assertEquals([of("ben"), list.size], [[], 1]);
});
