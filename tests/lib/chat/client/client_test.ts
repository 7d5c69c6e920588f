import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { type ChatEvent, type ChatMember, describeEvent, joinChat } from "../../../../lib/chat/internal.ts";
import { splitText } from "../../../../lib/chat/client/outgoing_message.ts";
import { serverCommand } from "../../../../lib/chat/client/terminal/server_commands.ts";
import { completions, runInput } from "../../../../lib/chat/client/terminal/slash_commands.ts";
import { NegativeError, NetworkError, UsageError } from "../../../../lib/core/mod.ts";
import { chatMember } from "../../../kit/chat_member.ts";
import { withFolder } from "../../../kit/folder.ts";
import { ANY_PORT, chatServer, RawIrc } from "../../../kit/irc.ts";
import { Relay } from "../../../kit/relay.ts";

Deno.test("joinChat: two clients exchange messages in order and know the members", async () => {
  await using server = chatServer();
  await using ann = chatMember(server.address, "ann");
  await ann.member.ready;
  await using ben = chatMember(server.address, "ben");
  await ben.member.ready;
  await Promise.all([
    ann.member.say("#a", "one"),
    ben.member.say("#a", "two"),
    ann.member.say("#a", "waves", "action"),
  ]);
  await Promise.all([ann, ben].map((who) => who.hears("waves")));
  await Promise.all([ann, ben].map((who) => who.hears("two")));
  assertEquals(ann.texts(), ben.texts());
  assertEquals(ann.texts().length, 3);
  assertEquals([...ann.member.channels.get("#a") ?? []].sort(), ["ann", "ben"]);
  ben.member.send("NICK", "benny");
  await ann.until((event) => event.event === "nick" && event.to === "benny");
  assertEquals([[...ann.member.channels.get("#a") ?? []].sort(), ben.member.nick], [["ann", "benny"], "benny"]);
});

Deno.test("splitText: splits text at line breaks, words and characters", async () => {
  assertEquals(splitText("a\r\nb\n\nc\0d", 10), ["a", "b", "cd"]);
  assertEquals(splitText("one two three", 8), ["one two ", "three"]);
  assertEquals(splitText("üüüüü", 4), ["üü", "üü", "ü"]);
  assertEquals(splitText("😀😀", 5), ["😀", "😀"]);
  await using server = chatServer();
  await using ann = chatMember(server.address, "ann");
  await ann.member.ready;
  const long = "wörd ".repeat(400);
  await ann.member.say("#a", long);
  // One message of several parts (IRCv3 multiline); an action has none.
  assertEquals(ann.texts(), [`ann: ${long.trimEnd()} `]);
  await ann.member.say("#a", long, "action");
  const actions = ann.messages().slice(1);
  assertEquals(actions.map(({ text }) => text).join("").trim(), long.trim());
  assert(actions.length > 3);
});

Deno.test("joinChat: tries another nickname when one is in use", async () => {
  await using server = chatServer();
  await using one = chatMember(server.address, "ann");
  await one.member.ready;
  await using other = chatMember(server.address, "ann");
  await other.member.ready;
  assertEquals(other.member.nick, "ann_");
});

Deno.test("joinChat: a rejected message rejects say, and does not block others", async () => {
  await using server = chatServer();
  await using ann = chatMember(server.address, "ann");
  await ann.member.ready;
  for (const [target, why] of [["#none", "No such channel"], ["nobody", "No such nick/channel"]] as const) {
    const error = await assertRejects(
      () => ann.member.say(target, "x"),
      NegativeError,
      `cannot send to ${target}: ${why}`,
    );
    assertEquals(error.code, "message-refused");
  }
  assertEquals(ann.events.filter((event) => event.event === "server" && event.problem).length, 2);
});

Deno.test("joinChat: a rejected registration is reported and not retried", async () => {
  await using server = chatServer({ password: "right" });
  const wrong = chatMember(server.address, "ann", { password: "wrong" });
  const error = await assertRejects(() => wrong.member.ready, NetworkError, "cannot register with the server");
  assertEquals(error.code, "chat-refused");
  await using right = chatMember(server.address, "ann", { password: "right", channels: ["#a word"] });
  await right.member.ready;
  right.member.send("MODE", "#a", "+k", "word");
  await right.until((event) => event.event === "mode");
  const outside = chatMember(server.address, "ben", { password: "right" });
  await assertRejects(() => outside.member.finished, NegativeError, "cannot join #a: wrong channel key (+k)");
  await using inside = chatMember(server.address, "cleo", { password: "right", channels: ["#a word"] });
  await inside.member.ready;
  const none = chatMember("127.0.0.1:9", "ann");
  assertEquals((await assertRejects(() => none.member.ready, NetworkError)).code, "connection-refused");
});

Deno.test("joinChat: rejects invalid nicknames and channels before connecting", () => {
  for (const nick of ["", "a b", "a\r\nQUIT", ":a", "#a", "a!b"]) {
    assertThrows(() => joinChat(ANY_PORT, { nick }), UsageError, "invalid nickname");
  }
  for (const channel of ["", "a", "#", "#a,b", "#a b c", "#a\r\nQUIT"]) {
    assertThrows(() => joinChat(ANY_PORT, { nick: "ann", channels: [channel] }), UsageError, "invalid channel");
  }
});

Deno.test("joinChat: reads missed messages after a reconnection, each once", async () => {
  await using server = chatServer();
  using relay = new Relay(server.address);
  await using ann = chatMember(relay.addr, "ann");
  await ann.member.ready;
  await using ben = chatMember(server.address, "ben");
  await ben.member.ready;
  await ben.member.say("#a", "before");
  await ann.hears("before");
  relay.cut();
  await ann.until((event) => event.event === "disconnected");
  // More lines than one history request returns, during the reconnection.
  const wanted = ["ben: before"];
  for (let i = 0; i < 250; i++) {
    await ben.member.say("#a", `meanwhile ${i}`);
    wanted.push(`ben: meanwhile ${i}`);
  }
  await ann.until((event) => event.event === "connected" && event.again);
  await ben.member.say("#a", "after");
  await ann.hears("after");
  assertEquals(ann.texts(), [...wanted, "ben: after"]);
});

Deno.test("joinChat: delivers messages once over a reconnection", async () => {
  await using server = chatServer();
  using relay = new Relay(server.address);
  await using ben = chatMember(server.address, "ben");
  await ben.member.ready;
  await using ann = chatMember(relay.addr, "ann");
  await ann.member.ready;
  const said: Promise<void>[] = [];
  const wanted: string[] = [];
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < 20; i++) {
      wanted.push(`ann: ${round}.${i}`);
      said.push(ann.member.say("#a", `${round}.${i}`));
    }
    // Some of these are delivered, some are on the wire, some are queued.
    if (round === 1) await Promise.all(said);
    if (round < 3) relay.cut();
    await Promise.resolve();
  }
  await Promise.all(said);
  await ben.hears("3.19");
  assertEquals(ben.texts().sort(), wanted.sort());
});

Deno.test("joinChat: continues after a restart of a server with a history file", () =>
  withFolder(async (folder) => {
    const history = `${folder}/chat.db`;
    const first = chatServer({ history });
    await using ann = chatMember(first.address, "ann");
    await ann.member.ready;
    await ann.member.say("#a", "before");
    await first.shutdown();
    await ann.until((event) => event.event === "disconnected");
    const listener = Deno.listen({ hostname: "127.0.0.1", port: first.port ?? 0 });
    const { serveChat } = await import("../../../../lib/chat/mod.ts");
    await using _second = serveChat(listener, { history });
    await ann.until((event) => event.event === "connected" && event.again);
    await ann.member.say("#a", "after");
    assertEquals(ann.texts(), ["ann: before", "ann: after"]);
    await using ben = chatMember(first.address, "ben");
    await ben.member.ready;
    assertEquals(ben.texts(), ["ann: before", "ann: after"]);
  }));

Deno.test("joinChat: works with a server without capabilities", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const script = (async () => {
    using conn = await listener.accept();
    const reader = conn.readable.pipeThrough(new TextDecoderStream()).getReader();
    const writer = conn.writable.getWriter();
    const say = (...lines: string[]) =>
      writer.write(new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join("")));
    let heard = "";
    const until = async (text: string) => {
      while (!heard.includes(text)) heard += (await reader.read()).value ?? fail(heard);
    };
    await until("USER");
    await say("PING :cookie", ":s 421 * CAP :Unknown command");
    await until("PONG :cookie");
    await say(":s 001 ann :hi", ":s 376 ann :end");
    await until("JOIN #a");
    // Latin 1 from an old client, control characters, an unfinished action.
    await say(":ann!a@h JOIN :#a", ":s 353 ann = #a :ann @ben", ":s 366 ann #a :end");
    await writer.write(Uint8Array.from([...new TextEncoder().encode(":ben!b@h PRIVMSG #a :caf"), 0xe9, 27, 13, 10]));
    await say(":ben!b@h PRIVMSG #a :\x01ACTION waves", ":ben!b@h PRIVMSG #a :\x01VERSION\x01");
    await until("PRIVMSG #a :hello");
    await until("PING toucan-");
    await say(`:s PONG s :${/PING (toucan-\d+)/.exec(heard)?.[1]}`);
    await until("QUIT");
  })();
  await using ann = chatMember(`127.0.0.1:${listener.addr.port}`, "ann");
  await ann.hears("CTCP VERSION");
  await ann.member.say("#a", "hello");
  assertEquals(ann.texts(), ["ben: caf\ufffd\x1b", "ben: waves", "ben: CTCP VERSION", "ann: hello"]);
  assertEquals(ann.messages()[1]?.kind, "action");
  await ann.member.leave();
  await assertRejects(() => ann.member.say("#lobby", "too late"), NetworkError, "the client has disconnected");
  await script;
});

function fail(heard: string): never {
  throw new Error(`the client has closed: ${heard}`);
}

Deno.test("joinChat: authenticates an account with SASL PLAIN", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const script = (async () => {
    using conn = await listener.accept();
    const writer = conn.writable.getWriter();
    const reader = conn.readable.pipeThrough(new TextDecoderStream()).getReader();
    const say = (line: string) => writer.write(new TextEncoder().encode(`${line}\r\n`));
    let heard = "";
    const until = async (text: string) => {
      while (!heard.includes(text)) heard += (await reader.read()).value ?? fail(heard);
    };
    await until("USER");
    await say(":s CAP * LS * :batch");
    await say(":s CAP * LS :sasl=PLAIN server-time");
    await until("CAP REQ :server-time batch sasl");
    await say(":s CAP * ACK :server-time batch sasl");
    await until("AUTHENTICATE PLAIN");
    await say("AUTHENTICATE +");
    await until(`AUTHENTICATE ${btoa("\0acc\0secret")}`);
    await say(":s 904 ann :no");
    assert(!heard.includes("PASS"));
  })();
  const traced: string[] = [];
  const ann = chatMember(`127.0.0.1:${listener.addr.port}`, "ann", {
    account: "acc",
    password: "secret",
    trace: ({ text }) => traced.push(text),
  });
  await assertRejects(() => ann.member.finished, NetworkError, "cannot register with the server: no");
  await script;
  assert(traced.includes("AUTHENTICATE (masked)"), traced.join("\n"));
});

Deno.test("describeEvent: escapes received text for terminals", () => {
  const evil = "\x1b[2J\x07\r\n\u202e";
  const time = 0;
  const events: ChatEvent[] = [
    { event: "message", target: `#${evil}`, nick: evil, text: evil, kind: "message", own: false, past: false, time },
    { event: "message", target: evil, nick: evil, text: evil, kind: "action", own: true, past: false, time },
    { event: "join", channel: evil, nick: evil, time },
    { event: "part", channel: evil, nick: evil, reason: evil, time },
    { event: "quit", channel: evil, nick: evil, reason: evil, time },
    { event: "kick", channel: evil, nick: evil, by: evil, reason: evil, time },
    { event: "nick", nick: evil, to: evil, time },
    { event: "topic", channel: evil, text: evil, time },
    { event: "mode", target: evil, nick: evil, text: evil, time },
    { event: "names", channel: evil, nicks: [evil], time },
    { event: "server", code: evil, text: evil, problem: true, time },
    { event: "connected", nick: evil, server: evil, again: false, time },
    { event: "disconnected", error: new NetworkError(evil, { code: "x" }), retryIn: 1, time },
  ];
  for (const event of events) {
    // Only the text of a message has line breaks, and its further lines are indented.
    const line = (describeEvent(event, { several: true }) ?? "").replace(
      event.event === "message" ? "\n      " : "",
      "",
    );
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    assert(!/[\x00-\x1f\x7f-\x9f\u202e]/.test(line), JSON.stringify(line));
    assertMatch(line, /\\x1b\[2J/);
  }
});

Deno.test("serverCommand: words for the server, and errors for missing parameters", () => {
  const table: readonly (readonly [name: string, rest: string, words: string])[] = [
    ["whois", "ben", "WHOIS ben"],
    ["invite", "ben", "INVITE ben #a"],
    ["invite", "ben #b", "INVITE ben #b"],
    ["kick", "ben", "KICK #a ben"],
    ["kick", "ben  too loud", "KICK #a ben too loud"],
    ["ban", "ben", "MODE #a +b ben!*@*"],
    ["ban", "*!*@host", "MODE #a +b *!*@host"],
    ["ban", "~q:ben", "MODE #a +b ~q:ben"],
    ["unban", "ben", "MODE #a -b ben!*@*"],
    ["op", "ben", "MODE #a +o ben"],
    ["mode", "", "MODE #a"],
    ["mode", "+k word", "MODE #a +k word"],
    ["mode", "#b +i", "MODE #b +i"],
    ["away", " to  lunch ", "AWAY to  lunch"],
    ["away", "", "AWAY"],
    ["monitor", "ben", "MONITOR + ben"],
    ["monitor", "-ben", "MONITOR - ben"],
    ["monitor", "", "MONITOR S"],
  ];
  for (const [name, rest, words] of table) {
    assertEquals(serverCommand(name, rest, () => "#a")?.join(" "), words, `${name} ${rest}`);
  }
  for (const name of ["whois", "invite", "kick", "ban", "op"]) {
    assertThrows(() => serverCommand(name, " ", () => "#a"), UsageError, `missing parameter (usage: /${name} `);
  }
  assertEquals([serverCommand("toString", "", () => ""), serverCommand("nonsense", "", () => "")], [
    undefined,
    undefined,
  ]);
});

Deno.test("runInput: sends lines and runs commands", async () => {
  await using server = chatServer();
  await using ann = chatMember(server.address, "ann");
  await ann.member.ready;
  using raw = await RawIrc.in(server.address, "annabel");
  await raw.say("JOIN #a");
  await raw.hears(/ 366 /);
  const type = (line: string, channel: string | undefined = "#a") => runInput(ann.member, line, channel);
  const table: readonly (readonly [line: string, heard: RegExp])[] = [
    ["hello", /PRIVMSG #a :hello$/],
    ["//slash", /PRIVMSG #a :\/slash$/],
    ["/me waves", /PRIVMSG #a :.ACTION waves.$/],
    ["/msg annabel psst you", /PRIVMSG annabel :psst you$/],
    ["/notice annabel psst you", /NOTICE annabel :psst you$/],
    ["/mode +s", /MODE #a \+s$/],
    ["/topic tin cans", /TOPIC #a :tin cans$/],
    ["/nick anne", /NICK anne$/],
    ["/part", /PART #a$/],
  ];
  for (const [line, heard] of table) {
    assertEquals(await type(line), { act: "done" });
    await raw.hears(heard);
  }
  assertEquals(await type("/join #b"), { act: "look", channel: "#b" });
  assertEquals(await type("/quit so long"), { act: "leave", reason: "so long" });
  assertEquals(await type("/help"), { act: "help" });
  for (const bad of ["/foo", "/msg", "/msg ann", "/nick", "/join", "/join a"]) {
    await assertRejects(() => type(bad), UsageError);
  }
  await assertRejects(() => runInput(ann.member, "hi", undefined), UsageError, "not in a channel");
});

Deno.test("completions: nicknames, channels and commands", () => {
  const channels = new Map([["#lobby", new Set(["ann", "Anton", "ben"])], ["#two", new Set(["zoe"])]]);
  const fake: ChatMember = {
    nick: "ben",
    channels,
    ready: Promise.resolve(),
    finished: Promise.resolve(),
    say: () => Promise.resolve(),
    search: () => Promise.resolve([]),
    earlier: () => Promise.resolve([]),
    send: () => {},
    markRead: () => {},
    leave: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const complete = (line: string) => completions(fake, /\S*$/.exec(line)?.[0] ?? "", line, "#lobby");
  assertEquals(complete("an"), ["ann: ", "Anton: "]);
  assertEquals(complete("hello an"), ["ann", "Anton"]);
  assertEquals(complete("z"), []);
  assertEquals(complete("/n"), ["/nick ", "/names ", "/notice "]);
  assertEquals(complete("see #t"), ["#two"]);
  assertEquals(complete(""), []);
});
