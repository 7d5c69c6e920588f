import { assert, assertEquals, assertMatch } from "@std/assert";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import { withFolder } from "../../../kit/folder.ts";
import { presenceStage } from "../../../kit/chat_presence.ts";

const BATCHES = "server-time batch message-tags";
const ALL = `${BATCHES} echo-message labeled-response extended-join away-notify account-tag`;

/** Returns what was sent, in lines without times, ids and the names of batches. */
function lines(text: string): string[] {
  return text.split("\r\n").filter(Boolean).map((line) =>
    line.replace(/^@(\S+) /, (_, tags: string) => {
      const kept = tags.split(";").filter((tag) => !/^(?:time|msgid|batch)=/.test(tag));
      return kept.length === 0 ? "" : `@${kept.join(";")} `;
    }).replace(/ BATCH ([+-])\S+/, " BATCH $1")
  );
}

/** Returns when the clock has advanced: lines of the same millisecond count as missed. */
function nextMillisecond(): void {
  const now = Date.now();
  while (Date.now() === now);
}

Deno.test("Presence: several clients use one nickname, each in its own form", async () => {
  const { come, guest, state } = await presenceStage(["ann"]);
  const ben = await guest("ben", "away-notify");
  const phone = await come("ann");
  await phone.say("JOIN #a,#b");
  await ben.say("JOIN #a");
  await ben.say("TOPIC #a tea");
  ben.heard();
  phone.heard();
  const desk = await come("ANN", ALL, "ann");
  const welcome = lines(desk.heard());
  assertMatch(welcome.find((line) => / 001 /.test(line)) ?? "", /:s\.test 001 ann :Welcome .* ann!ann@h$/);
  const after = welcome.slice(welcome.findIndex((line) => / 422 /.test(line)) + 1);
  assertEquals(
    after.filter((line) => !/ 333 /.test(line)),
    [
      "@account=ann :ann!ann@h JOIN #a ann ann",
      ":s.test 353 ann = #a :ben ~ann",
      ":s.test 366 ann #a :End of /NAMES list",
      "@account=ann :ann!ann@h JOIN #b ann ann",
      ":s.test 353 ann = #b :~ann",
      ":s.test 366 ann #b :End of /NAMES list",
    ].flatMap((line) => line),
  );
  assertEquals([lines(ben.heard()), lines(phone.heard())], [[], []]);
  // What one client sends, the other one gets, and each in its form.
  await phone.say("PRIVMSG #a :from the phone");
  await phone.say("PRIVMSG ben :in private");
  await desk.say("@label=7 PRIVMSG #a :from the desk");
  await desk.say("JOIN #c");
  await desk.say("WHOIS ben");
  assertEquals(lines(phone.heard()), [
    ":ann!ann@h PRIVMSG #a :from the desk",
    ":ann!ann@h JOIN #c",
  ]);
  assertEquals(lines(desk.heard()).filter((line) => !/ 3\d\d /.test(line)), [
    "@account=ann :ann!ann@h PRIVMSG #a :from the phone",
    "@account=ann :ann!ann@h PRIVMSG ben :in private",
    "@label=7;account=ann :ann!ann@h PRIVMSG #a :from the desk",
    "@account=ann :ann!ann@h JOIN #c ann ann",
  ]);
  assertEquals(lines(ben.heard()), [
    ":ann!ann@h PRIVMSG #a :from the phone",
    ":ann!ann@h PRIVMSG ben :in private",
    ":ann!ann@h PRIVMSG #a :from the desk",
  ]);
  // A new nickname is that of all clients; replies go to one.
  await desk.say("NICK anna");
  assertEquals(lines(phone.heard()), [":ann!ann@h NICK anna"]);
  await phone.say("PING x");
  await phone.say("NICK");
  assertEquals(lines(phone.heard()), [":s.test PONG s.test x", ":s.test 431 anna :No nickname given"]);
  desk.heard();
  // Away only when all clients are.
  ben.heard();
  await phone.say("AWAY :out");
  assertEquals(lines(ben.heard()), []);
  await desk.say("AWAY :lunch");
  await phone.say("AWAY");
  assertEquals(lines(ben.heard()), [":anna!ann@h AWAY lunch", ":anna!ann@h AWAY"]);
  // The last client leaves, and with it the user, who is not kept.
  state.quit(phone.session, "Connection closed");
  assertEquals(lines(ben.heard()), [":anna!ann@h AWAY lunch"]);
  await desk.say("QUIT");
  assertEquals(lines(ben.heard()), [":anna!ann@h QUIT :Quit: "]);
  assertEquals([state.registered, state.nicks.size, state.presences?.all.length, state.channels.size], [1, 1, 0, 1]);
});

Deno.test("Presence: an account that is always on stays, and its next client gets what it has missed", async () => {
  const { come, guest, state } = await presenceStage(["ann", "ben"]);
  const [ben, carl] = [await come("ben", "away-notify"), await guest("carl")];
  const ann = await come("ann");
  await ann.say("NS SET ALWAYS-ON on");
  assertMatch(ann.heard(), /NOTICE ann :ALWAYS-ON: on\r\n$/);
  await ann.say("JOIN #a");
  await ben.say("JOIN #a");
  await ben.say("PRIVMSG #a :read by ann");
  nextMillisecond();
  ben.heard();
  await ann.say("QUIT :bye");
  assertEquals(lines(ben.heard()), [":ann!ann@h AWAY :Not connected"]);
  assertMatch(ann.heard(), /ERROR :Closing Link: s\.test \(Quit: bye\)\r\n$/);
  assertEquals(state.sessions.size, 2);
  await ben.say("PRIVMSG #a :one");
  await ben.say("PRIVMSG ann :two");
  await carl.say("PRIVMSG ann :three");
  await ben.say("WHOIS ann");
  assertEquals(lines(ben.heard()).filter((line) => / (?:301|320|319) /.test(line)), [
    ":s.test 301 ben ann :Not connected",
    ":s.test 319 ben ann :~#a",
    ":s.test 301 ben ann :Not connected",
    ":s.test 320 ben ann :is always on",
  ]);
  assertMatch(carl.heard(), / 301 carl ann :Not connected: log in to an account to have your message kept\r\n$/);
  // Clients that can request the history do so themselves.
  const able = await come("ann", `${BATCHES} draft/chathistory draft/persistence`);
  const [status, ...got] = lines(able.heard()).filter((line) => / (?:PRIVMSG|JOIN|PERSISTENCE) /.test(line));
  assertEquals([status, got], [":s.test PERSISTENCE STATUS ON ON", [":ann!ann@h JOIN #a"]]);
  assertEquals(lines(ben.heard()), [":ann!ann@h AWAY"]);
  nextMillisecond();
  await able.say("QUIT");
  await ben.say("PRIVMSG #a :four");
  const simple = await come("ann", BATCHES);
  assertEquals(lines(simple.heard()).slice(-4), [
    ":s.test 366 ann #a :End of /NAMES list",
    ":s.test BATCH + chathistory #a",
    ":ben!ben@h PRIVMSG #a :four",
    ":s.test BATCH -",
  ]);
  nextMillisecond();
  await simple.say("QUIT");
  await ben.say("PRIVMSG #a :five");
  await ben.say("PRIVMSG ann :six");
  const oldest = await come("ann");
  assertEquals(lines(oldest.heard()).slice(-2).map((line) => line.replace(/\[\S+\]/, "[CLOCK]")), [
    ":ben!ben@h PRIVMSG #a :[CLOCK] five",
    ":ben!ben@h PRIVMSG ann :[CLOCK] six",
  ]);
  assert(state.presences?.all[0]?.kept);
  await oldest.say("NS SET ALWAYS-ON off");
  await oldest.say("QUIT");
  assertEquals(lines(ben.heard()).at(-1), ":ann!ann@h QUIT :Quit: ");
});

Deno.test("Presence: an account that is always on stays over restarts, in its channels with its ranks", () =>
  withFolder(async (folder) => {
    const path = `${folder}/chat.db`;
    {
      using history = new FileHistory(path);
      const { come, guest, state } = await presenceStage(["ann"], { alwaysOn: true }, history);
      const ann = await come("ann");
      const ben = await guest("ben");
      await ben.say("JOIN #b");
      await ben.say("MODE #b +i");
      await ben.say("INVITE ann #b");
      for (const line of ["JOIN #a,#b", "MODE #a +k key", "MODE ann +w", "NICK anna"]) await ann.say(line);
      await ben.say("PRIVMSG #b :before the restart");
      nextMillisecond();
      state.presences?.close();
      state.commits.run();
      state.store.close();
      for (const { session } of [ann, ben]) state.quit(session, "Server shutting down");
    }
    using history = new FileHistory(path);
    const { come, guest, state } = await presenceStage([], { alwaysOn: true }, history);
    const [presence] = state.presences?.all ?? [];
    assertEquals(presence?.modes, new Set(["w"]));
    const ben = await guest("ben");
    await ben.say("WHOIS anna");
    assertMatch(ben.heard(), / 319 ben anna :~#a #b\r\n/);
    await ben.say("JOIN #b");
    await ben.say("PRIVMSG #b :after it");
    const ann = await come("anna", BATCHES, "ann");
    const got = lines(ann.heard()).filter((line) => / (?:PRIVMSG|JOIN|MODE) /.test(line));
    assertEquals(got, [
      ":anna!ann@h MODE anna +w",
      ":anna!ann@h JOIN #a",
      ":anna!ann@h JOIN #b",
      ":ben!ben@h PRIVMSG #b :after it",
    ]);
  }));

Deno.test("Presence: it ends with its account, a ban, KILL, GHOST, or after too many days without a client", async () => {
  const enders: readonly [
    string,
    (stage: Awaited<ReturnType<typeof presenceStage>>) => void | Promise<void>,
    RegExp,
  ][] = [
    ["time", ({ state }) => state.presences?.expire(Date.now() + 31 * 86_400_000), /QUIT :Not connected for 30 days/],
    ["setting", ({ state }) => {
      state.accounts.setAlwaysOn("ann", false);
      state.presences?.expire(Date.now());
    }, /QUIT :No longer always on/],
    ["GHOST", async ({ come }) => await (await come("other", "", "ann")).say("NS GHOST ann"), /QUIT :GHOST command/],
    ["KILL", async ({ guest }) => {
      const oper = await guest("oper");
      oper.session.modes.add("o");
      await oper.say("KILL ann :off");
    }, /QUIT :Killed/],
    ["UBAN", async ({ guest }) => {
      const oper = await guest("oper");
      oper.session.modes.add("o");
      await oper.say("UBAN ADD ann DURATION 1h off");
    }, /QUIT :Banned: off/],
  ];
  for (const [name, end, heard] of enders) {
    const stage = await presenceStage(["ann"], { alwaysOn: true, alwaysOnDays: 30 });
    const { come, guest, state } = stage;
    const ben = await guest("ben");
    await ben.say("JOIN #a");
    const ann = await come("ann");
    await ann.say("JOIN #a");
    await ann.say("QUIT");
    assertEquals(state.history.records.all("presence").length, 1, name);
    ben.heard();
    await end(stage);
    assertMatch(ben.heard(), heard, name);
    assertEquals([state.find("ann"), state.presences?.all.length], [undefined, 0], name);
    assertEquals(state.history.records.all("presence"), [], name);
  }
});

Deno.test("Presence: no more clients than the limit, and only those of the account", async () => {
  const { come, guest, state } = await presenceStage(["ann", "eve"]);
  for (let i = 0; i < 10; i++) await come("ann");
  const more = await come("ann");
  assertMatch(more.heard(), / 433 \* ann :Nickname is in use by 10 clients of your account\r\n$/);
  const others = [await come("ann", "", "eve"), await guest("ann")];
  for (const other of others) {
    assertMatch(other.heard(), / 433 \* ann :Nickname is reserved by a different account\r\n$/);
  }
  assertEquals([state.registered, state.nicks.size, state.sessions.size], [1, 1, 13]);
  // A member that leaves before its next client has registered leaves the nickname to it.
  const first = await come("eve");
  const late = await come("eve", "", "none");
  late.session.account = "eve";
  late.session.negotiating = true;
  await late.say("NICK eve");
  assertEquals(late.session.nick, "*");
  await late.say("CAP LS");
  await first.say("QUIT");
  await late.say("CAP END");
  assertEquals([state.find("eve"), late.session.registered], [late.session, true]);
});
