import { assertEquals, assertMatch } from "@std/assert";
import { type ChatServer, type ChatServerOptions, connectChatNetwork } from "../../lib/chat/mod.ts";
import { encodeBatch, EVENT_VERSION } from "../../lib/chat/network/codec/batch.ts";
import { openBroker } from "../../lib/chat/network/connect.ts";
import { PASSWORD, saslPlain } from "../kit/chat_accounts.ts";
import { chatServer, RawIrc } from "../kit/irc.ts";
import { startNats } from "../kit/nats.ts";
import { peerTest } from "../kit/peer.ts";
import { runTool } from "../kit/tool.ts";
import { until } from "../kit/wait.ts";

const PEERS = ["nats-server"];
const MARKS = ["draft/read-marker", "sasl"];

/** Starts a server of a network of a broker. */
async function member(url: string, network: string, options: ChatServerOptions = {}, snapshotEvents?: number) {
  const states: string[] = [];
  const cluster = await connectChatNetwork([url], {
    network,
    snapshotEvents,
    onEvent: ({ event }) => states.push(event),
  });
  const server: ChatServer = chatServer({ ...options, cluster });
  await until("entered", () => states.includes("entered"));
  return { server, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** Logs a new client in to an account, under a nickname. */
async function enter(address: string, nick: string, account: string, ...capabilities: string[]): Promise<RawIrc> {
  const client = await RawIrc.open(address);
  await client.say(`CAP REQ :${[...MARKS, ...capabilities].join(" ")}`, `NICK ${nick}`, "USER u 0 * :u");
  await client.hears(/ ACK /);
  await client.say(...saslPlain(account, PASSWORD), "CAP END");
  await client.hears(/ 001 /);
  return client;
}

peerTest("network: read markers, and what operators do, at all servers and in snapshots", PEERS, async () => {
  await using nats = await startNats();
  const operators = new Map([["root", "secret-of-root"]]);
  await using a = await member(nats.url, "facts", { operators }, 10);
  await using b = await member(nats.url, "facts", { operators });
  using ann = await RawIrc.in(a.server.address, "ann", ...MARKS);
  await ann.say(`REGISTER * * :${PASSWORD}`);
  await ann.hears(/ REGISTER SUCCESS /);
  using other = await enter(b.server.address, "ann2", "ann");
  const [first, later] = ["2024-01-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z"];
  await ann.say(`MARKREAD #a timestamp=${later}`);
  assertMatch(await ann.hears(/ MARKREAD /), new RegExp(`#a timestamp=${later}`));
  assertMatch(await other.hears(/ MARKREAD /), new RegExp(`#a timestamp=${later}`));
  // It only increases, at whatever server.
  await other.say(`MARKREAD #a timestamp=${first}`);
  assertMatch(await other.hears(/ MARKREAD /), new RegExp(`#a timestamp=${later}`));
  await ann.say("MARKREAD #b");
  assertMatch(await ann.hears(/ MARKREAD /), /#b \*$/);

  // What is said to one server only, and what all servers carry out.
  await ann.say("OPER root wrong", "OPER root secret-of-root");
  await ann.hears(/ 381 /);
  await ann.hears(/ MODE ann :?\+o/);
  await ann.say("UBAN ADD 192.0.2.1 :flood");
  await ann.hears(/192\.0\.2\.1 is banned/);
  await other.say("OPER root secret-of-root");
  await other.hears(/ MODE ann2 :?\+o/);
  const audit = async (client: RawIrc) => {
    await client.say("AUDIT");
    const lines: string[] = [];
    for (;;) {
      const line = await client.hears(/ NOTICE \S+ :?(?:\d{4}-|End of the audit)/);
      if (line.includes("End of")) return lines;
      lines.push(line.replace(/^.*? NOTICE \S+ :?/, ""));
    }
  };
  await until("logged", async () => (await audit(ann)).length === 4);
  const expected = await audit(ann);
  assertEquals(expected.map((line) => line.split(" ")[1]), ["oper-failed", "oper", "ban", "oper"]);
  assertEquals(await audit(other), expected);

  // A server that starts from a snapshot has both.
  for (let i = 0; i < 30; i++) await ann.say(`AWAY :${i}`);
  await ann.hears(/ 306 /);
  await ann.say(`MARKREAD #a timestamp=${first}`);
  await ann.hears(/ MARKREAD /);
  await using c = await member(nats.url, "facts", { operators });
  using third = await enter(c.server.address, "ann3", "ann");
  await third.say("MARKREAD #a", "OPER root secret-of-root");
  assertMatch(await third.hears(/ MARKREAD /), new RegExp(`#a timestamp=${later}`));
  await third.hears(/ MODE ann3 :?\+o/);
  await until("logged", async () => (await audit(third)).length === 5);
  assertEquals((await audit(third)).slice(0, 4), expected);

  // Logged out, the markers are those of a connection, and not told to others.
  using guest = await RawIrc.in(b.server.address, "guest", ...MARKS);
  await guest.say("MARKREAD #a", `MARKREAD #a timestamp=${first}`, "MARKREAD #a");
  assertMatch(await guest.hears(/ MARKREAD /), /#a \*$/);
  assertMatch(await guest.hears(/ MARKREAD /), new RegExp(`#a timestamp=${first}`));
});

peerTest("network: an invitation is valid at all servers, and one for one client is used once", PEERS, async () => {
  await using nats = await startNats();
  const terms = { expires: Date.now() + 60_000 };
  await using a = await member(nats.url, "invited", { inviteOnly: true, operators: new Map([["root", "secret"]]) });
  await using b = await member(nats.url, "invited", { inviteOnly: true });
  const token = a.server.invite(terms);
  const arrives = async (server: ChatServer, token: string, nick: string) => {
    const client = await RawIrc.open(server.address);
    await client.say(`PASS ${token}`, `NICK ${nick}`, "USER u 0 * :u");
    const answer = await client.hears(/ (?:001|464|433) /);
    return { client, code: answer.split(" ")[1] };
  };
  const rejected = await arrives(b.server, "A".repeat(22), "mallory");
  assertEquals(rejected.code, "464");
  const first = await arrives(a.server, token, "ann");
  const second = await arrives(b.server, token, "ben");
  assertEquals([first.code, second.code], ["001", "001"]);
  using ann = first.client;
  using ben = second.client;

  // Shown at two servers at the same moment: the log decides, and the one that has entered gets another token.
  const once = a.server.invite({ ...terms, once: true });
  await ann.say("PRIVMSG ben :shared");
  await ben.hears(/shared/);
  const both = await Promise.all([arrives(a.server, once, "one"), arrives(b.server, once, "two")]);
  assertEquals(both.map(({ code }) => code).sort(), ["001", "464"]);
  const third = await arrives(a.server, once, "three");
  assertEquals(third.code, "464");
  for (const { client } of [...both, third, rejected]) client[Symbol.dispose]();

  // A nickname that is taken uses up none; the replacement is valid at the other server, too.
  const another = a.server.invite({ ...terms, once: true });
  await ann.say("PRIVMSG ben :again");
  await ben.hears(/again/);
  using clash = await RawIrc.open(b.server.address);
  await clash.say(`PASS ${another}`, "NICK ann", "USER u 0 * :u");
  await clash.hears(/ 433 /);
  await clash.say("NICK dan");
  const next = /INVITATION_USED (\S+) /.exec(await clash.hears(/INVITATION_USED/))?.[1] ?? "";
  await clash.hears(/ 001 /);
  const back = await arrives(a.server, next, "dan2");
  assertEquals(back.code, "001");
  back.client[Symbol.dispose]();

  // By the command, which is not a server: added, listed, used at one server and revoked.
  const tool = async (...words: string[]) => {
    const options = ["--nats", nats.url, "--nats-network", "invited", "--json"];
    const { code, stdout, stderr } = await runTool("chat", ["invitation", ...words, ...options]);
    return { code, stderr, records: stdout.trim().split("\n").filter(Boolean).map((line) => JSON.parse(line)) };
  };
  const added = await tool("add", "--once");
  assertEquals([added.code, added.stderr], [0, ""]);
  const [{ id: made, token: secret }] = added.records;
  await ann.say("PRIVMSG ben :added");
  await ben.hears(/added/);
  const eve = await arrives(b.server, secret, "eve");
  assertEquals(eve.code, "001");
  eve.client[Symbol.dispose]();
  const listed = await tool("list");
  // The one that was used is replaced.
  assertEquals(listed.records.some((one) => one.id === made), false);
  assertEquals(listed.records.length, 4);
  const [{ id: kept }] = listed.records;
  assertEquals((await tool("revoke", kept)).records, [{ id: kept }]);
  assertEquals((await tool("revoke", kept)).code, 1);

  // Created and revoked by an operator; not accepted at either server afterwards.
  await ann.say("OPER root secret");
  await ann.hears(/ MODE ann :?\+o/);
  await ann.say("INVITATION ADD 1h");
  const [, id = "", password = ""] = /(\w{12}) until .* password (\S+)/.exec(await ann.hears(/password/)) ?? [];
  await ann.say("PRIVMSG ben :third");
  await ben.hears(/third/);
  const guest = await arrives(b.server, password, "guest");
  assertEquals(guest.code, "001");
  guest.client[Symbol.dispose]();
  await ann.say(`INVITATION DEL ${id}`);
  await ann.hears(/is revoked/);
  await ann.say("PRIVMSG ben :fourth");
  await ben.hears(/fourth/);
  const late = await arrives(b.server, password, "late");
  assertEquals(late.code, "464");
  late.client[Symbol.dispose]();
});

peerTest("network: failed logins to an account are counted over all servers", PEERS, async () => {
  await using nats = await startNats();
  await using a = await member(nats.url, "locks");
  await using b = await member(nats.url, "locks");
  // A third server writes 29 failures, as if its clients had guessed; each would take the time of a hash.
  const broker = await openBroker([nats.url], { network: "locks" });
  const failure = { kind: "login-failed", account: "ann" } as const;
  const events = [{ kind: "hello", name: "third.test" } as const, ...Array.from({ length: 29 }, () => failure)];
  const batch = { version: EVENT_VERSION, server: "third0000000", first: 1, time: Date.now(), events };
  await broker.publish(batch.server, encodeBatch(batch), "failures");
  await broker.close();
  const login = async (server: ChatServer, nick: string, password: string) => {
    const client = await RawIrc.in(server.address, nick, "sasl");
    await client.say(...saslPlain("ann", password));
    return { client, answer: await client.hears(/ 90[0-9] /) };
  };
  using ben = await RawIrc.in(b.server.address, "ben");
  const wrong = await login(a.server, "mallory", "wrong");
  assertMatch(wrong.answer, / 904 .*SASL authentication failed$/);
  await wrong.client.say("PRIVMSG ben :after the failure");
  await ben.hears(/after the failure/);
  const locked = await login(b.server, "other", PASSWORD);
  assertMatch(locked.answer, / 904 .*Too many failed logins, try again in \d+s/);
  for (const { client } of [wrong, locked]) client[Symbol.dispose]();
});
