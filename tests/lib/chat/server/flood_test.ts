import { assert, assertEquals } from "@std/assert";
import { Connection } from "../../../../lib/core/mod.ts";
import { readClientLine } from "../../../../lib/chat/codec/client_line.ts";
import { ChatClient } from "../../../../lib/chat/server/client/client_connection.ts";
import { ConnectionCounter } from "../../../../lib/chat/server/client/connection_counter.ts";
import { COMMAND_NAMES, costOf, dispatch } from "../../../../lib/chat/server/dispatch.ts";
import { SHARED_LIMITS } from "../../../../lib/chat/server/flood/shared_limits.ts";
import { SharedRates } from "../../../../lib/chat/server/flood/shared_rate.ts";
import { CHAT_LIMITS } from "../../../../lib/chat/server/options.ts";
import type { ChatState } from "../../../../lib/chat/server/state.ts";
import { chatStage } from "../../../kit/chat_stage.ts";
import { FakeTime } from "../../../kit/fake_time.ts";

const LIMITS = { burst: 8, rate: 1 };
const LINES = 20;
/** Commands whose floods continue, and for how many seconds; of the others the first moment is enough. */
const [LONG, SECONDS] = [["JOIN", "PRIVMSG", "WHO"], 3];

/** A line of each command, different each time where it matters. */
const FLOODS: Readonly<Record<string, (n: number) => string>> = {
  ADMIN: () => "ADMIN",
  AUDIT: () => "AUDIT 100",
  AUTHENTICATE: () => "AUTHENTICATE PLAIN",
  AWAY: (n) => `AWAY :${n}`,
  CAP: () => "CAP LS 302",
  CHANSERV: () => "CHANSERV HELP",
  CHATHISTORY: () => "CHATHISTORY LATEST #all * 100",
  CONNECT: () => "CONNECT a.example",
  CS: () => "CS HELP",
  DIE: () => "DIE",
  HELP: () => "HELP",
  HELPOP: () => "HELPOP",
  INFO: () => "INFO",
  INVITATION: () => "INVITATION LIST",
  INVITE: () => "INVITE innocent #all",
  ISON: () => "ISON innocent nobody",
  JOIN: (n) => `JOIN #new${n}`,
  KICK: () => "KICK #all innocent",
  KILL: () => "KILL innocent :x",
  LINKS: () => "LINKS",
  LIST: () => "LIST",
  LUSERS: () => "LUSERS",
  MARKREAD: (n) => `MARKREAD #m${n} timestamp=2020-01-01T00:00:00.000Z`,
  MODE: (n) => `MODE #all +b ${n}!*@*`,
  MONITOR: (n) => `MONITOR + nick${n}`,
  MOTD: () => "MOTD",
  NAMES: () => "NAMES",
  NICK: (n) => `NICK other${n}`,
  NICKSERV: () => "NICKSERV HELP",
  NOTICE: (n) => `NOTICE #all :${n}`,
  NS: () => "NS INFO innocent",
  OPER: (n) => `OPER root ${n}`,
  PART: (n) => `PART #new${n}`,
  PASS: (n) => `PASS ${n}`,
  PERSISTENCE: () => "PERSISTENCE GET",
  PING: (n) => `PING ${n}`,
  PONG: (n) => `PONG ${n}`,
  PRIVMSG: (n) => `PRIVMSG #all :${n}`,
  QUIT: () => "QUIT",
  REDACT: (n) => `REDACT #all ${n}`,
  REGISTER: () => "REGISTER * * short",
  REHASH: () => "REHASH",
  RESTART: () => "RESTART",
  SEARCH: () => "SEARCH text=x",
  SETNAME: (n) => `SETNAME :${n}`,
  SQUIT: () => "SQUIT s.test :x",
  STATS: () => "STATS u",
  SUMMON: () => "SUMMON innocent",
  TAGMSG: () => "@+typing=active TAGMSG #all",
  TIME: () => "TIME",
  TOPIC: (n) => `TOPIC #all :${n}`,
  UBAN: () => "UBAN LIST",
  UPLOAD: () => "UPLOAD",
  USER: () => "USER u 0 * :r",
  USERHOST: () => "USERHOST innocent",
  USERS: () => "USERS",
  VERIFY: () => "VERIFY x y",
  VERSION: () => "VERSION",
  WALLOPS: (n) => `WALLOPS :${n}`,
  WHO: () => "WHO *",
  WHOIS: () => "WHOIS innocent",
  WHOWAS: () => "WHOWAS innocent",
};

/** Clients that flood, with the address and the account of each. */
const WHO = [
  ["one client", 1, () => "192.0.2.1:1", undefined],
  ["25 clients of one address", 25, (n: number) => `192.0.2.1:${n}`, undefined],
  ["25 clients of one account", 25, (n: number) => `192.0.2.${n + 1}:1`, "ann"],
] as const;

interface Sender {
  /** Lines that were handled. */
  readonly handled: () => number;
  /** Text that was sent to it. */
  readonly heard: () => string;
  /** Sends lines. */
  readonly send: (lines: readonly string[]) => void;
  /** Disconnects. */
  readonly leave: () => Promise<void>;
}

/** Connects a client that is registered, whose lines pass the limits. */
function sender(state: ChatState, nick: string, peer: string, account?: string): Sender {
  let [heard, handled] = ["", 0];
  const pipe = new TransformStream<Uint8Array, Uint8Array>(undefined, { highWaterMark: 1e6 }, { highWaterMark: 1e6 });
  const [reader, writer] = [pipe.readable.getReader(), pipe.writable.getWriter()];
  let rest = new Uint8Array();
  const transport = {
    async read(into: Uint8Array): Promise<number | null> {
      if (rest.length === 0) rest = new Uint8Array((await reader.read()).value ?? []);
      if (rest.length === 0) return null;
      const count = Math.min(into.length, rest.length);
      into.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      return count;
    },
    write: (bytes: Uint8Array) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close: () => {},
  };
  const client = new ChatClient(state, new Connection(transport, { peer, local: "", remote: peer }), "lines");
  const { session } = client;
  session.sendQueue.add = (bytes) => void (heard += new TextDecoder().decode(bytes));
  // It is asked before each line that is handled.
  Object.defineProperty(session.sendQueue, "crowded", { get: () => (handled++, false) });
  session.account = account;
  for (const line of [`NICK ${nick}`, "USER u 0 * :r", "JOIN #all"]) dispatch(state, session, readClientLine(line));
  const done = client.run();
  return {
    handled: () => handled,
    heard: () => heard,
    send: (lines) => void writer.write(new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join(""))),
    async leave() {
      await writer.close();
      state.quit(session, "bye");
      session.sendQueue.cut();
      await done;
    },
  };
}

Deno.test("floods: each command has one", () => {
  assertEquals(Object.keys(FLOODS).sort(), [...COMMAND_NAMES].sort());
});

for (const [who, count, peerOf, account] of WHO) {
  Deno.test(`floods: of each command by ${who} are slowed down to what ten clients may send, and others are served`, async () => {
    using time = new FakeTime();
    for (const [name, lineOf] of Object.entries(FLOODS)) {
      const { state } = chatStage({}, undefined, LIMITS);
      const bad = Array.from({ length: count }, (_, n) => sender(state, `bad${n}`, peerOf(n), account));
      const near = sender(state, "near", peerOf(count), account);
      const innocent = sender(state, "innocent", "198.51.100.1:1");
      for (const [n, one] of bad.entries()) {
        one.send(Array.from({ length: LINES }, (_, m) => lineOf(n * LINES + m)));
      }
      await time.turn();
      innocent.send(["PING now"]);
      near.send(["PING soon"]);
      await time.turn();
      assert(innocent.heard().includes("PONG s.test now"), `${name}: the client elsewhere waits`);
      const seconds = LONG.includes(name) ? SECONDS : 0;
      await time.pass(seconds * 1000);
      const served = seconds === 0 || near.heard().includes("PONG s.test soon");
      assert(served, `${name}: the client of the same address or account starves`);
      const handled = bad.reduce((sum, one) => sum + one.handled(), 0);
      const full = Math.min(count, SHARED_LIMITS.clients);
      const most = full * (LIMITS.burst + LIMITS.rate * seconds) / costOf(readClientLine(lineOf(0))) + count;
      assert(handled <= most, `${name}: ${handled} lines were handled, at most ${most} expected`);
      for (const one of [...bad, near, innocent]) await one.leave();
      assertEquals([state.sessions.size, state.nicks.size, state.channels.size], [0, 0, 0], name);
    }
  });
}

Deno.test("floods: new connections of one address are limited, those of others and of this machine are not", () => {
  using time = new FakeTime();
  void time;
  const counter = new ConnectionCounter({ ...CHAT_LIMITS, perAddress: 100 });
  const arrivals = (count: number, peer: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => counter.arrival(peer(n))?.message);
  const refused = arrivals(250, (n) => `192.0.2.1:${n}`);
  assertEquals(refused.findIndex((message) => message !== undefined), 200);
  assertEquals(refused.at(-1), "too many new connections from 192.0.2.1");
  assertEquals(arrivals(250, (n) => `[2001:db8::${n}]:1`).filter((message) => message !== undefined).length, 50);
  assertEquals(arrivals(20_000, (n) => `127.0.0.1:${n}`).filter((message) => message !== undefined), []);
  assertEquals(counter.arrival("198.51.100.1:1"), undefined);
});

Deno.test("floods: channels opened by clients of one address, and of one account, are limited together", async () => {
  for (const account of [undefined, "ann"]) {
    const { state, come } = chatStage({}, undefined, { channels: 1000, channelsEach: 50 });
    const clients = await Promise.all(Array.from({ length: 4 }, async (_, n) => {
      const client = come({ local: false, peer: account === undefined ? "192.0.2.1:1" : `192.0.2.${n}:1` });
      client.session.account = account;
      await client.say(`NICK bad${n}`);
      await client.say("USER u 0 * :r");
      for (let m = 0; m < 50; m++) await client.say(`JOIN #c${n}-${m}`);
      return client;
    }));
    // A tenth of all channels.
    assertEquals(state.channels.size, 100);
    assertEquals(clients.map((client) => client.heard().match(/ 405 bad/g)?.length), [25, 25, 25, 25]);
    const other = come({ local: false, peer: "198.51.100.1:1" });
    for (const line of ["NICK good", "USER u 0 * :r", "JOIN #own", "JOIN #c0-0"]) await other.say(line);
    assertEquals(other.heard().match(/ 366 /g)?.length, 2);
    // Channels that have ended do not count; those that others are in still do.
    await clients[0]?.say("JOIN 0");
    await clients[3]?.say("JOIN #again");
    assert(state.channel("#again"));
    assertEquals(state.channels.size, 101 - 24 + 1);
  }
});

Deno.test("floods: rates of addresses that are gone are remembered, and bounded", () => {
  const rates = new SharedRates(CHAT_LIMITS);
  const first = rates.enter("address 192.0.2.1");
  for (let n = 0; n < 2 * SHARED_LIMITS.keys; n++) rates.enter(`address ${n}`).users--;
  assertEquals(rates.size, SHARED_LIMITS.keys);
  assert(rates.enter("address 192.0.2.1") !== first);
});
