import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { type ChatNetworkEvent, type ChatNetworkOptions, connectChatNetwork } from "../../lib/chat/mod.ts";
import { EVENT_VERSION } from "../../lib/chat/network/codec/batch.ts";
import { encodeManifest, SNAPSHOT_VERSION } from "../../lib/chat/network/codec/manifest.ts";
import { openBroker } from "../../lib/chat/network/connect.ts";
import { loadSnapshot } from "../../lib/chat/network/load_snapshot.ts";
import { packSnapshot } from "../../lib/chat/network/snapshot_parts.ts";
import { SystemError } from "../../lib/core/mod.ts";
import { connect, jetstream, jetstreamManager } from "../../lib/deps/nats.ts";
import { chatServer, RawIrc } from "../kit/irc.ts";
import { startNats } from "../kit/nats.ts";
import { peerTest } from "../kit/peer.ts";
import { Relay } from "../kit/relay.ts";
import { until } from "../kit/wait.ts";

const PEERS = ["nats-server"];
const CAPS = ["echo-message", "message-tags", "server-time", "batch", "draft/chathistory"];
/** A snapshot after each 30 events, and the shortest log that is possible. */
const SHORT: ChatNetworkOptions = { snapshotEvents: 30, retention: { bytes: 1 } };

async function member(url: string, options: ChatNetworkOptions = SHORT) {
  const events: ChatNetworkEvent["event"][] = [];
  const cluster = await connectChatNetwork([url], { ...options, onEvent: ({ event }) => events.push(event) });
  const server = chatServer({ cluster });
  const saw = (event: ChatNetworkEvent["event"]) => until(event, () => events.includes(event));
  return { server, events, saw, [Symbol.asyncDispose]: () => server.shutdown() };
}

async function enter(address: string, nick: string): Promise<RawIrc> {
  const client = await RawIrc.in(address, nick, ...CAPS);
  await client.say("JOIN #a");
  await client.hears(/ 366 /);
  return client;
}

/** Sends messages, each after the echo of the one before, so that each is a message of the log. */
async function talk(client: RawIrc, name: string, count: number): Promise<void> {
  for (let k = 0; k < count; k++) {
    await client.say(`PRIVMSG #a :${name} ${k}`);
    await client.hears(new RegExp(`PRIVMSG #a :${name} ${k}$`));
  }
}

/** Returns the ids and texts of the last 100 messages, and the members with their ranks. */
async function viewOf(client: RawIrc): Promise<string[]> {
  await client.say("CHATHISTORY LATEST #a * 100");
  await client.hears(/ BATCH \+/);
  const lines: string[] = [];
  for (let line = ""; !/ BATCH -/.test(line); line = await client.hears(/PRIVMSG| BATCH -/)) if (line) lines.push(line);
  await client.say("NAMES #a", "MODE #a", "MODE #a b", "TOPIC #a");
  const names = (await client.hears(/ 353 /)).split(":")[2]?.split(" ").sort() ?? [];
  const others = [await client.hears(/ 324 /), await client.hears(/ 367 /), await client.hears(/ 332 /)];
  const told = others.map((line) => line.split(" ").slice(3).join(" "));
  return [...lines.map((line) => line.replace(/batch=[^;]*;?/, "")), ...names, ...told];
}

/** The streams of the network at the broker. */
async function streams(url: string) {
  const connection = await connect({ servers: url });
  const manager = await jetstreamManager(connection);
  const subjects = async () => {
    const { state } = await manager.streams.info("toucan-chat-snapshot", { subjects_filter: "toucan.chat.snapshot.>" });
    return Object.keys(state.subjects ?? {});
  };
  return {
    first: async () => (await manager.streams.info("toucan-chat")).state.first_seq,
    snapshots: async () => (await subjects()).filter((subject) => subject.split(".").length === 4),
    parts: async () => (await subjects()).filter((subject) => subject.split(".").length > 4).sort(bySequence),
    write: (subject: string, bytes: Uint8Array) => jetstream(connection).publish(subject, bytes),
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

function bySequence(one: string, other: string): number {
  return Number(one.split(".")[3]) - Number(other.split(".")[3]);
}

peerTest("chat over NATS: a server starts from a snapshot, and not from one that is damaged", PEERS, async () => {
  await using nats = await startNats();
  await using log = await streams(nats.url);
  await using a = await member(nats.url);
  using one = await enter(a.server.address, "n0");
  await one.say("MODE #a +b x!*@*", "MODE #a +w 5", "TOPIC #a :subject");
  await talk(one, "first", 100);
  await until("the log is purged", async () => await log.first() > 40);

  await using b = await member(nats.url);
  using two = await enter(b.server.address, "n1");
  await one.hears(/n1!\S+ JOIN/);
  assertEquals(await viewOf(two), await viewOf(one));
  await one.say("MODE #a +v n1");
  await two.say("PRIVMSG #a :hello");
  await Promise.all([one, two].map((client) => client.hears(/PRIVMSG #a :hello/)));

  // A damaged snapshot is not used, but the one before it.
  const before = await log.parts();
  const last = before.at(-1);
  assert(last !== undefined && before.length >= 2);
  await log.write(last, new Uint8Array(100));
  await using c = await member(nats.url);
  using three = await enter(c.server.address, "n2");
  await one.hears(/n2!\S+ JOIN/);
  assertEquals(await viewOf(three), await viewOf(one));
  // Half a snapshot, without its manifest, and one of the next version but one.
  await log.write("toucan.chat.snapshot.900000.aaaaaaaaaaaa.0", new Uint8Array(100));
  await log.write("toucan.chat.snapshot.900001", new TextEncoder().encode('{"v":9}'));
  for (const part of before) await log.write(part, new Uint8Array(100));
  const error = await assertRejects(() => connectChatNetwork([nats.url]), SystemError);
  assertEquals(error.code, "network-state");
  assertMatch(error.message, /^cannot read the state of the network: its log begins at message \d+, and none of \d/);
});

peerTest("chat over NATS: a server that was cut off for longer than the log is kept", PEERS, async () => {
  await using nats = await startNats();
  await using log = await streams(nats.url);
  using relay = new Relay(`127.0.0.1:${nats.port}`);
  await using a = await member(nats.url);
  await using b = await member(`nats://${relay.addr}`);
  using one = await enter(a.server.address, "n0");
  using two = await enter(b.server.address, "n1");
  await one.hears(/n1!\S+ JOIN/);
  await one.say("MODE #a +b x!*@*", "TOPIC #a :subject");
  await two.hears(/TOPIC #a/);
  const known = await log.first();
  relay.blocked = true;
  relay.cut();
  await one.hears(/n1!\S+ QUIT :Server is not reachable/);
  await talk(one, "missed", 150);
  await until("the log is purged", async () => await log.first() > known + 40);
  relay.blocked = false;
  await two.ended();
  assertMatch(two.lines.at(-1) ?? "", /^ERROR :Closing Link: .*Server was cut off from the network/);
  await b.saw("expelled");
  using again = await enter(b.server.address, "n1");
  await one.hears(/n1!\S+ JOIN/);
  assertEquals(await viewOf(again), await viewOf(one));
  await again.say("PRIVMSG #a :back");
  await one.hears(/PRIVMSG #a :back/);
  await talk(again, "more", 40);
  assertEquals(await viewOf(again), await viewOf(one));
});

peerTest("chat over NATS: servers whose versions differ by one, with a snapshot of the newer one", PEERS, async () => {
  await using nats = await startNats();
  const broker = await openBroker([nats.url], {});
  await using a = await member(nats.url, { snapshotEvents: 20 });
  using one = await enter(a.server.address, "n0");
  await one.say("MODE #a +b x!*@*", "TOPIC #a :subject");

  // A server of the next version, with fields and kinds of events that this one does not know.
  // Its id is the highest: the server with the lowest one writes the snapshots, and this one does nothing by itself.
  const newer = "ffffffffffff";
  const identity = {
    nick: "newer",
    user: "u",
    realname: "r",
    host: "h",
    secure: false,
    since: 1,
    capabilities: ["new"],
  };
  const line = (line: string) => ({ kind: "line", member: 1, line, new: 1 });
  const events = [
    { kind: "hello", name: "b.test", new: 1 },
    { kind: "later", member: 1 },
    { kind: "enter", member: 1, identity: { ...identity, new: 1 } },
    line("JOIN #a"),
    line("PRIVMSG #a :from the next version"),
  ];
  const batch = { v: EVENT_VERSION + 1, s: newer, n: 1, t: Date.now(), e: events, new: 1 };
  await broker.publish(newer, new TextEncoder().encode(JSON.stringify(batch)), "newer-1");
  await one.hears(/:newer!u@h PRIVMSG #a :from the next version/);
  await talk(one, "this", 40);

  // Its snapshot replaces the only one from which a server can start.
  const [sequence = 0] = await until("two snapshots", async () => {
    const sequences = await broker.snapshots.list();
    return sequences.length > 1 && sequences;
  });
  const { records } = await loadSnapshot(broker, sequence);
  const parts: string[] = [];
  for await (const { bytes, digest } of packSnapshot([...records, { kind: "unknown" }])) {
    await broker.snapshots.writePart(sequence, newer, parts.length, bytes);
    parts.push(digest);
  }
  const manifest = { version: SNAPSHOT_VERSION + 1, sequence, time: Date.now(), writer: newer, parts };
  await broker.snapshots.writeManifest(sequence, encodeManifest(manifest));
  for (const other of await broker.snapshots.list()) if (other !== sequence) await broker.snapshots.remove(other);
  await broker.purge(sequence);
  await using c = await member(nats.url, {});
  using three = await enter(c.server.address, "n2");
  await one.hears(/n2!\S+ JOIN/);
  const view = await viewOf(three);
  assertEquals(view, await viewOf(one));
  assert(view.some((line) => line.includes("from the next version")));
  await broker.close();
});
