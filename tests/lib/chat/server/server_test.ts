import { assert, assertEquals, assertMatch } from "@std/assert";
import { chatServer, RawIrc } from "../../../kit/irc.ts";

/** Returns two members of #a; the first is its operator. */
async function two(addr: string, ...caps: readonly string[]): Promise<[RawIrc, RawIrc]> {
  const ann = await RawIrc.in(addr, "ann", ...caps);
  await ann.say("JOIN #a");
  await ann.hears(/ 366 /);
  const ben = await RawIrc.in(addr, "ben", ...caps);
  await ben.say("JOIN #a");
  await ben.hears(/ 366 /);
  await ann.hears(/ben!.* JOIN/);
  return [ann, ben];
}

/** Line of ann, the operator, or of ben, and the first reply to each. */
const SAID: readonly (readonly [who: "ann" | "ben", say: string, ann: RegExp | null, ben: RegExp | null])[] = [
  ["ann", "PRIVMSG #a :hello all", null, /^:ann!ann@127\.0\.0\.1 PRIVMSG #a :hello all$/],
  ["ann", "PRIVMSG ben :psst", null, /^:ann!\S+ PRIVMSG ben :psst$/],
  ["ann", "NOTICE #A :note", null, /^:ann!\S+ NOTICE #a :note$/],
  ["ann", "PRIVMSG #a,ben,nobody :to many", / 401 ann nobody :/, /PRIVMSG #a :to many$/],
  ["ann", "NOTICE nobody :quiet", null, null],
  ["ann", "PRIVMSG", / 411 /, null],
  ["ann", "PRIVMSG #a", / 412 /, null],
  ["ann", "PRIVMSG #a,b,c,d,e :x", / 407 /, null],
  ["ann", "PRIVMSG #none :x", / 403 ann #none :/, null],
  ["ann", "TOPIC #a :tin cans", /^:ann!\S+ TOPIC #a :tin cans$/, /^:ann!\S+ TOPIC #a :tin cans$/],
  ["ann", "TOPIC #a", / 331 ann #a :/, null],
  ["ben", "TOPIC #a :mine", null, / 482 ben #a :/],
  ["ben", "NAMES #a", null, / 353 ben = #a :@ann ben$/],
  ["ben", "LIST", null, / 322 ben #a 2 :$/],
  ["ben", "WHO #a", null, / 352 ben #a ann 127\.0\.0\.1 \S+ ann H@ :0 ann$/],
  ["ben", "WHO nobody", null, / 315 ben nobody :/],
  ["ben", "WHOIS ann", null, / 311 ben ann ann 127\.0\.0\.1 \* :ann$/],
  ["ben", "WHOIS nobody", null, / 401 ben nobody :/],
  ["ben", "USERHOST ann nobody", null, / 302 ben :ann=\+ann@127\.0\.0\.1$/],
  ["ben", "AWAY :lunch", null, / 306 ben :/],
  ["ben", "KICK #a ann", null, / 482 /],
  ["ann", "KICK #a ben :go away", /^:ann!\S+ KICK #a ben :go away$/, /^:ann!\S+ KICK #a ben :go away$/],
  ["ann", "KICK #a nobody", / 401 ann nobody :/, null],
  ["ann", "INVITE ben #a", / 443 /, null],
  ["ann", "INVITE nobody #a", / 401 /, null],
  ["ann", "MODE #a", / 324 ann #a \+nt$/, null],
  ["ann", "MODE #a +ov ben ben", /MODE #a \+ov ben ben$/, /MODE #a \+ov ben ben$/],
  ["ann", "MODE #a +b Ben", /MODE #a \+b Ben!\*@\*$/, /MODE #a \+b Ben!\*@\*$/],
  ["ann", "MODE #a b", / 368 /, null],
  ["ann", "MODE #a +l 0", / 696 /, null],
  ["ann", "MODE #a +l", / 696 /, null],
  ["ann", "MODE #a +k a,b", / 696 /, null],
  ["ann", "MODE #a +z", / 472 ann z :/, null],
  ["ann", "MODE #a +imnst", /MODE #a \+ims$/, /MODE #a \+ims$/],
  ["ben", "MODE #a +m", null, / 482 /],
  ["ben", "MODE ben +i", null, /MODE ben \+i$/],
  ["ben", "MODE ben +o", null, null],
  ["ben", "MODE ben +z", null, / 501 /],
  ["ben", "MODE ann +i", null, / 502 /],
  ["ben", "NICK ann", null, / 433 ben ann :/],
  ["ben", "NICK 1", null, / 432 ben 1 :/],
  ["ben", "NICK", null, / 431 /],
  ["ben", "NICK benny", /^:ben!\S+ NICK benny$/, /^:ben!\S+ NICK benny$/],
  ["ben", "JOIN a", null, / 476 ben a :/],
  ["ben", "JOIN", null, / 461 ben JOIN :/],
  ["ben", "PART #a :bye", /^:ben!\S+ PART #a :bye$/, /^:ben!\S+ PART #a :bye$/],
  ["ben", "PART #none", null, / 403 /],
  ["ben", "JOIN 0", /^:ben!\S+ PART #a$/, /^:ben!\S+ PART #a$/],
  [
    "ben",
    "QUIT :so long",
    /^:ben!\S+ QUIT :Quit: so long$/,
    /^ERROR :Closing Link: toucan\.local \(Quit: so long\)$/,
  ],
  ["ben", "PING a b", null, /^:toucan\.local PONG toucan\.local a$/],
  ["ben", "MOTD", null, / 375 /],
  ["ben", "LUSERS", null, / 251 ben :There are 2 users/],
  ["ben", "VERSION", null, / 351 /],
  ["ben", "PASS x", null, / 462 /],
  ["ben", "USER a b c d", null, / 462 /],
  ["ben", "FOO bar", null, / 421 ben FOO :/],
  ["ben", "CAP FOO", null, / 410 /],
  ["ben", "CAP REQ :no-such", null, /CAP ben NAK :no-such$/],
  ["ben", "TAGMSG #a", null, / 421 /],
  ["ben", "CHATHISTORY LATEST #b * 5", null, /FAIL CHATHISTORY INVALID_TARGET LATEST #b :/],
];

for (const [who, say, toAnn, toBen] of SAID) {
  Deno.test(`serveChat: ${who} sends ${say}`, async () => {
    await using server = chatServer({ motd: "welcome" });
    const [ann, ben] = await two(server.address);
    using _one = ann;
    using _two = ben;
    const speaker = who === "ann" ? ann : ben;
    await speaker.say(say);
    if (say.startsWith("QUIT")) {
      await ann.hears(toAnn ?? /$^/);
      return void await ben.hears(toBen ?? /$^/);
    }
    // The sender's reply arrives before the replies to later commands of others.
    const own = await speaker.upToNow();
    const others = await (who === "ann" ? ben : ann).upToNow();
    for (
      const [heard, wanted] of [[who === "ann" ? own : others, toAnn], [who === "ann" ? others : own, toBen]] as const
    ) {
      if (wanted) assertMatch(heard[0] ?? "nothing", wanted);
      else assertEquals(heard, []);
    }
  });
}

/** Mode that ann sets, and the replies to cleo, outside the channel, and then to ben, a member. */
const CLOSED: readonly (readonly [mode: string, cleo: string, answer: RegExp])[] = [
  ["+i", "JOIN #a", / 473 cleo #a :/],
  ["+k word", "JOIN #a", / 475 /],
  ["+k word", "JOIN #a wrong", / 475 /],
  ["+k word", "JOIN #a word", / JOIN #a$/],
  ["+l 2", "JOIN #a", / 471 /],
  ["+b cleo", "JOIN #a", / 474 /],
  ["+b *!*@127.*", "JOIN #a", / 474 /],
  ["+n", "PRIVMSG #a :x", / 404 cleo #a :/],
  ["+s", "LIST", / 323 /],
  ["+s", "NAMES #a", / 366 /],
  ["+s", "WHO #a", / 315 /],
];

for (const [mode, does, answer] of CLOSED) {
  Deno.test(`serveChat: mode ${mode}, a client outside sends ${does}`, async () => {
    await using server = chatServer();
    const [ann, ben] = await two(server.address);
    using _one = ann;
    using _two = ben;
    await ann.say(`MODE #a ${mode}`);
    await ann.upToNow();
    using cleo = await RawIrc.in(server.address, "cleo");
    await cleo.say(does);
    const [first = ""] = await cleo.upToNow();
    assertMatch(first, answer);
  });
}

Deno.test("serveChat: an invitation overrides modes; in a moderated channel only voiced members speak", async () => {
  await using server = chatServer();
  const [ann, ben] = await two(server.address);
  using _one = ann;
  using _two = ben;
  await ann.say("MODE #a +imk word", "MODE #a -n");
  using cleo = await RawIrc.in(server.address, "cleo");
  await ann.say("INVITE cleo #a");
  await cleo.hears(/INVITE cleo #a$/);
  await cleo.say("JOIN #a");
  await cleo.hears(/ 366 /);
  await cleo.say("PRIVMSG #a :x");
  await cleo.hears(/ 404 /);
  await ann.say("MODE #a +v cleo");
  await cleo.hears(/\+v/);
  await cleo.say("PRIVMSG #a :y");
  await ben.hears(/PRIVMSG #a :y$/);
});

Deno.test("serveChat: capabilities, tags and echo for clients that request them", async () => {
  await using server = chatServer();
  using ann = await RawIrc.open(server.address);
  await ann.say("CAP LS 302", "NICK ann", "USER ann 0 * :ann");
  // The list has several lines.
  const offered = `${await ann.hears(/CAP \* LS \* :/)} ${await ann.hears(/CAP \* LS :/)}`;
  for (const cap of ["message-tags", "server-time", "echo-message", "batch", "draft/chathistory", "labeled-response"]) {
    assert(offered.includes(cap), cap);
  }
  await ann.say("CAP REQ :message-tags server-time echo-message batch labeled-response", "CAP END");
  await ann.hears(/ 422 /);
  await ann.say("JOIN #a");
  await ann.hears(/ 366 /);
  using ben = await RawIrc.in(server.address, "ben", "server-time");
  using cleo = await RawIrc.in(server.address, "cleo", "message-tags");
  for (const client of [ben, cleo]) {
    await client.say("JOIN #a");
    await client.hears(/ 366 /);
  }
  await ann.say("@+react=ok;account=forged;label=L1 PRIVMSG #a :hi");
  const echo = await ann.hears(/PRIVMSG/);
  assertMatch(echo, /^@label=L1;time=\d{4}-[\d-]+T[\d:.]+Z;msgid=[\w-]+;\+react=ok :ann!\S+ PRIVMSG #a :hi$/);
  assertMatch(await ben.hears(/PRIVMSG/), /^@time=\S+Z :ann!\S+ PRIVMSG #a :hi$/);
  assertMatch(await cleo.hears(/PRIVMSG/), /^@msgid=[\w-]+;\+react=ok :ann!\S+ PRIVMSG #a :hi$/);
  await ann.say("@+typing=active TAGMSG #a");
  assertMatch(await cleo.hears(/TAGMSG/), /^@msgid=[\w-]+;\+typing=active :ann!\S+ TAGMSG #a$/);
  assertEquals(await ben.upToNow(), []);
  using dora = await RawIrc.in(server.address, "dora", "message-tags", "extended-join");
  await dora.say("JOIN #a");
  const joins = [await cleo.hears(/dora!.* JOIN #a$/), await dora.hears(/dora!.* JOIN #a \* dora$/)];
  assertEquals(new Set(joins.map((line) => /msgid=(\S+)/.exec(line)?.[1])).size, 1);
  await ann.hears(/dora!.* JOIN/);
  await ann.say("@label=L2 PONG", "@label=L3 WHOIS ben", "@label=L4 PING x");
  await ann.hears(/^@label=L2 :toucan\.local ACK$/);
  const [, batch] = /^@label=L3 :toucan\.local BATCH \+(\w+) labeled-response$/.exec(await ann.hears(/BATCH/)) ?? [];
  await ann.hears(new RegExp(`^@batch=${batch} :toucan\\.local 318 `));
  await ann.hears(new RegExp(`BATCH -${batch}$`));
  await ann.hears(/^@label=L4 :toucan\.local PONG/);
});

Deno.test("serveChat: all CHATHISTORY subcommands, and replay on joining without them", async () => {
  await using server = chatServer({ replay: 2 });
  using ann = await RawIrc.in(
    server.address,
    "ann",
    "message-tags",
    "echo-message",
    "batch",
    "draft/chathistory",
    "server-time",
  );
  await ann.say("JOIN #a");
  const ids: string[] = [];
  const times: string[] = [];
  for (let i = 1; i <= 6; i++) {
    await ann.say(`PRIVMSG #a :m${i}`);
    const [, time = "", id = ""] = /time=([^;]+);msgid=(\S+) /.exec(await ann.hears(/PRIVMSG/)) ?? [];
    times.push(time);
    ids.push(id);
    // Gives the next message another time.
    while (Date.now() === Date.parse(time));
  }
  const ask = async (line: string) => {
    await ann.say(`CHATHISTORY ${line}`);
    const lines = await ann.upToNow();
    assertMatch(lines[0] ?? "", /BATCH \+\w+ chathistory #a$|FAIL/);
    return lines.flatMap((text) => /PRIVMSG #a :(.*)$/.exec(text)?.[1] ?? []).join(" ") || lines[0];
  };
  assertEquals(await ask("LATEST #a * 3"), "m4 m5 m6");
  assertEquals(await ask(`LATEST #a msgid=${ids[3]} 9`), "m5 m6");
  assertEquals(await ask(`BEFORE #a msgid=${ids[3]} 2`), "m2 m3");
  assertEquals(await ask(`BEFORE #a timestamp=${times[2]} 9`), "m1 m2");
  assertEquals(await ask(`AFTER #a msgid=${ids[1]} 2`), "m3 m4");
  assertEquals(await ask(`AFTER #a timestamp=${times[4]} 9`), "m6");
  assertEquals(await ask(`BETWEEN #a msgid=${ids[0]} msgid=${ids[4]} 9`), "m2 m3 m4");
  assertEquals(await ask(`BETWEEN #a msgid=${ids[4]} msgid=${ids[0]} 2`), "m3 m4");
  assertEquals(await ask(`BETWEEN #a timestamp=${times[0]} msgid=${ids[4]} 2`), "m2 m3");
  assertEquals(await ask(`BETWEEN #a msgid=${ids[4]} timestamp=${times[0]} 2`), "m3 m4");
  assertEquals(await ask(`AROUND #a msgid=${ids[2]} 3`), "m2 m3 m4");
  for (
    const bad of [
      "LATEST #a * 0",
      "LATEST #a * x",
      "BEFORE #a msgid=no 5",
      "BEFORE #a 5",
      "FOO #a * 5",
      "LATEST #b * 5",
    ]
  ) {
    assertMatch(await ask(bad) ?? "", /FAIL CHATHISTORY/, bad);
  }
  await ann.say("JOIN #quiet", "JOIN #b", "PRIVMSG #b :later");
  const [, later = ""] = /time=([^;]+);/.exec(await ann.hears(/PRIVMSG #b/)) ?? [];
  const targets = async (line: string) => {
    await ann.say(`CHATHISTORY TARGETS ${line}`);
    const lines = await ann.upToNow();
    assertMatch(lines[0] ?? "", /BATCH \+\w+ draft\/chathistory-targets$|FAIL/);
    return lines.flatMap((text) => /^@batch=\w+ \S+ CHATHISTORY TARGETS (.*)$/.exec(text)?.[1] ?? []).join(", ") ||
      / FAIL CHATHISTORY \w+/.exec(lines[0] ?? "")?.[0];
  };
  const [first, end] = ["timestamp=2000-01-01T00:00:00Z", "timestamp=2999-01-01T00:00:00Z"];
  assertEquals(await targets(`${first} ${end} 9`), `#a ${times[5]}, #b ${later}`);
  assertEquals(await targets(`${first} ${end} 1`), `#a ${times[5]}`);
  assertEquals(await targets(`${end} ${first} 1`), `#b ${later}`);
  assertEquals(await targets(`timestamp=${times[5]} ${end} 9`), `#b ${later}`);
  for (const bad of ["", `${first} ${end}`, `* ${end} 9`, `${first} ${end} 0`, "timestamp= timestamp= 1"]) {
    assertMatch(await targets(bad) ?? "", /FAIL CHATHISTORY (?:INVALID|NEED_MORE)_PARAMS/);
  }
  using ben = await RawIrc.in(server.address, "ben");
  await ben.say("JOIN #a");
  await ben.hears(/ 366 /);
  const old = (await ben.upToNow()).map((line) => line.replace(/\d\d:\d\d/, "12:34"));
  assertEquals(old, [":ann!ann@127.0.0.1 PRIVMSG #a :[12:34] m5", ":ann!ann@127.0.0.1 PRIVMSG #a :[12:34] m6"]);
  using cleo = await RawIrc.in(server.address, "cleo", "server-time", "batch");
  await cleo.say("JOIN #a");
  await cleo.hears(/BATCH \+/);
  assertMatch(await cleo.hears(/PRIVMSG/), /^@batch=\w+;time=\S+ :ann!\S+ PRIVMSG #a :m5$/);
});

Deno.test("serveChat: history of a channel with a key is not shown after the channel was empty", async () => {
  await using server = chatServer();
  {
    using ann = await RawIrc.in(server.address, "ann");
    await ann.say(
      "JOIN #den",
      "PRIVMSG #den :in the open",
      "MODE #den +k word",
      "PRIVMSG #den :behind the door",
      "PART #den",
    );
    await ann.hears(/PART/);
  }
  using ben = await RawIrc.in(server.address, "ben");
  await ben.say("JOIN #den");
  await ben.hears(/ 366 /);
  const seen = (await ben.upToNow()).join("\n");
  assertMatch(seen, /in the open/);
  assert(!seen.includes("door"));
});

Deno.test("serveChat: requires the whole password", async () => {
  await using server = chatServer({ password: "open sesame" });
  for (
    const [given, answer] of [["PASS :open sesame", / 001 /], ["PASS :open sesam", / 464 /], [
      "PASS x",
      / 464 /,
    ]] as const
  ) {
    using client = await RawIrc.open(server.address);
    await client.say(given, "NICK ann", "USER a 0 * :a");
    await client.hears(answer);
  }
  using none = await RawIrc.open(server.address);
  await none.say("NICK ann", "USER a 0 * :a");
  await none.hears(/ 464 /);
  await none.hears(/^ERROR /);
  await none.ended();
});

Deno.test("serveChat: shutdown notifies and disconnects all clients", async () => {
  const server = chatServer();
  using ann = await RawIrc.in(server.address, "ann");
  const gone = server.shutdown();
  await ann.hears(/^ERROR :Closing Link: \S+ \(Server shutting down\)$/);
  await ann.ended();
  ann[Symbol.dispose]();
  await gone;
});

Deno.test("serveChat: clients that have left do not count as invisible or as operators", async () => {
  await using server = chatServer({ operators: new Map([["root", "secret"]]) });
  const [ann, ben] = await two(server.address);
  using _one = ann;
  using _two = ben;
  await ben.say("MODE ben +i", "OPER root secret", "QUIT");
  await ann.hears(/ben!.* QUIT/);
  await ann.say("LUSERS");
  assertMatch(await ann.hears(/ 251 /), / 1 users and 0 invisible /);
  assertMatch(await ann.hears(/ 252 /), / 252 ann 0 /);
});
