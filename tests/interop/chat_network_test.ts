import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ChatNetworkEvent, type ChatServer, connectChatNetwork } from "../../lib/chat/mod.ts";
import { chatServer, RawIrc } from "../kit/irc.ts";
import { startNats } from "../kit/nats.ts";
import { peerTest } from "../kit/peer.ts";
import { Relay } from "../kit/relay.ts";
import { until } from "../kit/wait.ts";

const PEERS = ["nats-server"];
const CAPS = ["echo-message", "message-tags", "server-time", "labeled-response", "batch", "draft/chathistory"];

const long = "x".repeat(490);
const HOSTILE: readonly (string | Uint8Array)[] = [
  `@+a=${"\\\\:".repeat(1300)} PRIVMSG #b :tags\r\n`,
  `PRIVMSG #b ${long}\r\n`,
  `SETNAME :${long}\r\nAWAY :${long}\r\nTOPIC #b :${long}\r\n`,
  `NICK ${long}\r\nNICK nickserv\r\nJOIN #${long}\r\nMODE #b +k ${"k".repeat(400)}\r\nMODE #b +b ${long}\r\n`,
  "PRIVMSG #b :\x01ACTION \x02\u202e\ufffe\x01\r\nPRIVMSG toucan.chat.log.> :x\r\nPRIVMSG #b :a\0b\r\n",
  Uint8Array.of(...new TextEncoder().encode("PRIVMSG #b :"), 0xff, 0xfe, 13, 10),
  `${'PRIVMSG #b :{"kind":"gone"}\r\n'.repeat(300)}PRIVMSG NickServ :IDENTIFY secret\r\n`,
];

/** Starts a server of the network of a broker, with its events. */
async function member(url: string, name = "toucan.local") {
  const events: ChatNetworkEvent["event"][] = [];
  const cluster = await connectChatNetwork([url], { onEvent: ({ event }) => events.push(event) });
  const server: ChatServer = chatServer({ cluster, name });
  const saw = (event: ChatNetworkEvent["event"]) => until(event, () => events.includes(event));
  return { server, events, saw, [Symbol.asyncDispose]: () => server.shutdown() };
}

async function enter(server: ChatServer, nick: string, ...channels: readonly string[]): Promise<RawIrc> {
  const client = await RawIrc.in(server.address, nick, ...CAPS);
  for (const channel of channels) {
    await client.say(`JOIN ${channel}`);
    await client.hears(/ 366 /);
  }
  return client;
}

/** Returns the texts of a channel's history, each with its id. */
async function historyOf(client: RawIrc, channel: string): Promise<string[]> {
  await client.say(`CHATHISTORY LATEST ${channel} * 100`);
  await client.hears(/ BATCH \+/);
  const lines: string[] = [];
  for (let line = ""; !/ BATCH -/.test(line); line = await client.hears(/PRIVMSG| BATCH -/)) if (line) lines.push(line);
  return lines.map((line) => line.replace(/batch=[^;]*;?/, ""));
}

peerTest("chat over NATS: clients of three servers have one conversation in one order", PEERS, async () => {
  await using nats = await startNats();
  await using a = await member(nats.url, "a.test");
  await using b = await member(nats.url, "b.test");
  await using c = await member(nats.url, "c.test");
  const clients: RawIrc[] = [];
  for (const [i, { server }] of [a, b, c].entries()) clients.push(await enter(server, `n${i}`, "#a"));
  const [one, two, three] = clients;
  assert(one && two && three);
  await Promise.all([one, two].map((client) => client.hears(/n2!\S+ JOIN/)));
  for (let k = 0; k < 30; k++) await Promise.all(clients.map((client, i) => client.say(`PRIVMSG #a :${i} says ${k}`)));
  const heard = await Promise.all(clients.map(async (client) => {
    const lines: string[] = [];
    while (lines.length < 90) lines.push(await client.hears(/PRIVMSG #a/));
    return lines;
  }));
  assertEquals(heard[1], heard[0]);
  assertEquals(heard[2], heard[0]);

  // Queries, private messages and operators work across servers.
  await two.say("WHOIS n0");
  assertMatch(await two.hears(/ 312 /), / n0 a\.test /);
  await two.say("@label=x PRIVMSG n2 :between us");
  assertMatch(await two.hears(/between us/), /^@label=x;time=\S+;msgid=\S+ :n1!n1@127\.0\.0\.1 PRIVMSG n2 /);
  await three.hears(/between us/);
  await three.say("MODE #a +b n9!*@*");
  await three.hears(/ 482 /);
  await one.say("MODE #a +v n2", "TOPIC #a :new", "KICK #a n1 :out", "INVITE n1 #a");
  await three.hears(/MODE #a \+v n2/);
  await three.hears(/TOPIC #a :?new/);
  await three.hears(/KICK #a n1 :?out/);
  await two.hears(/INVITE n1/);
  await two.say("NICK other");
  await two.hears(/NICK :?other/);
  await one.say("PRIVMSG other :found");
  await two.hears(/found/);
  await two.say("JOIN #a");
  assertMatch(await two.hears(/ 353 /), /:(?=.*@n0)(?=.*\+n2)(?=.*other)/);

  // A nickname that two servers give at the same time goes to the older claim.
  const rivals = await Promise.all([a, b, c].map(({ server }) => RawIrc.open(server.address)));
  await Promise.all(rivals.map((rival) => rival.say("NICK wanted", "USER u 0 * :r")));
  const answers = await Promise.all(rivals.map((rival) => rival.hears(/ (?:001|433) /)));
  assertEquals(answers.map((line) => line.split(" ")[1]).sort(), ["001", "433", "433"]);
  const [loser] = rivals.filter((_, i) => answers[i]?.includes(" 433 "));
  await loser?.say("NICK second");
  await loser?.hears(/ 001 second /);

  // A server that comes later has the same members and history.
  await using d = await member(nats.url, "d.test");
  const late = await enter(d.server, "late", "#a");
  await one.hears(/late!\S+ JOIN/);
  await late.say("NAMES #a");
  assertEquals((await late.hears(/ 353 /)).split(":")[2]?.split(" ").sort(), ["+n2", "@n0", "late", "other"]);
  assertEquals(await historyOf(late, "#a"), await historyOf(one, "#a"));
  const stopped = d.server.shutdown();
  await one.hears(/late!\S+ QUIT :Server shutting down/);
  late[Symbol.dispose]();
  await stopped;
  for (const client of [...clients, ...rivals]) client[Symbol.dispose]();
});

peerTest(
  "chat over NATS: while the broker is away reads go on and sends are refused; then nothing is lost",
  PEERS,
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const nats = await startNats({ folder });
      await using a = await member(nats.url);
      await using b = await member(nats.url);
      using one = await enter(a.server, "n0", "#a");
      using two = await enter(b.server, "n1", "#a");
      await one.hears(/n1!\S+ JOIN/);
      await one.say("PRIVMSG #a :before");
      await two.hears(/before/);
      await nats[Symbol.asyncDispose]();
      await Promise.all([a.saw("unavailable"), b.saw("unavailable")]);
      await one.say("@label=7 PRIVMSG #a :lost", "JOIN #b", "NAMES #a");
      assertMatch(await one.hears(/ FAIL /), /^@label=7 :\S+ FAIL PRIVMSG NETWORK_UNAVAILABLE #a :/);
      await one.hears(/ FAIL JOIN NETWORK_UNAVAILABLE #b :/);
      await one.hears(/ 353 .*n1/);
      assertEquals((await historyOf(one, "#a")).length, 1);
      await using _ = await startNats({ folder, port: nats.port });
      await Promise.all([a.saw("available"), b.saw("available")]);
      await one.say("PRIVMSG #a :after");
      await two.say("PRIVMSG #a :too");
      await Promise.all([one.hears(/too/), two.hears(/after/)]);
      const texts = await historyOf(two, "#a");
      assertEquals(texts.map((line) => line.split(" :").at(-1)).sort(), ["after", "before", "too"]);
      assertEquals(await historyOf(one, "#a"), texts);
      assertEquals([a.events, b.events].flat().includes("expelled"), false);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

peerTest("chat over NATS: the members of a server that is cut off quit, and it comes back", PEERS, async () => {
  await using nats = await startNats();
  using relay = new Relay(`127.0.0.1:${nats.port}`);
  await using a = await member(nats.url);
  await using b = await member(`nats://${relay.addr}`);
  using one = await enter(a.server, "n0", "#a");
  using two = await enter(b.server, "n1", "#a");
  await one.hears(/n1!\S+ JOIN/);
  // What a hostile client sends changes nothing for the others.
  using hostile = await enter(b.server, "evil", "#b");
  for (const line of HOSTILE) await hostile.write(line);
  await hostile.write("\r\n");
  await hostile.upToNow();
  await two.say("PRIVMSG #a :still here");
  await one.hears(/still here/);
  relay.blocked = true;
  relay.cut();
  await one.hears(/n1!\S+ QUIT :Server is not reachable/);
  await one.say("PRIVMSG #a :without you");
  await one.hears(/without you/);
  relay.blocked = false;
  await two.ended();
  assertMatch(two.lines.at(-1) ?? "", /^ERROR :Closing Link: .*Server is not reachable/);
  await b.saw("expelled");
  using again = await enter(b.server, "n1", "#a");
  await one.hears(/n1!\S+ JOIN/);
  assertEquals(await historyOf(again, "#a"), await historyOf(one, "#a"));
  await again.say("PRIVMSG #a :back");
  await one.hears(/back/);
});
