/**
 * Measures how long a further server of a network takes to start, with many messages in the log: from a snapshot, from
 * the log alone, and with a new history file. Needs `nats-server`.
 *
 * `deno run -A scripts/bench/network_start.ts [MESSAGES]`
 * @module
 */
import { connectChatNetwork, serveChat } from "../../lib/chat/mod.ts";
import { openBroker } from "../../lib/chat/network/connect.ts";
import { encodeBatch, EVENT_VERSION } from "../../lib/chat/network/codec/batch.ts";
import type { NetworkEvent } from "../../lib/chat/network/codec/event.ts";
import { startNats } from "../../tests/kit/nats.ts";
import { until } from "../../tests/kit/wait.ts";

const MESSAGES = Number(Deno.args[0] ?? 1_000_000);
const PER_BATCH = 20;
const CHANNELS = 10;
const LOADER = "zzzzzzloader";
/** Batches on their way at the same time. */
const WINDOW = 100;

/** Fills the log as a server with one client in some channels would. */
async function load(url: string): Promise<void> {
  const broker = await openBroker([url], {});
  const ticker = setInterval(() => broker.alive(LOADER), 500);
  let next = 1;
  const publish = (events: readonly NetworkEvent[]) => {
    const bytes = encodeBatch({ version: EVENT_VERSION, server: LOADER, first: next, time: Date.now(), events });
    next += events.length;
    return broker.publish(LOADER, bytes, `${LOADER}-${next}`);
  };
  const identity = { nick: "loader", user: "u", realname: "r", host: "192.0.2.1", secure: false, since: 1 };
  const line = (line: string): NetworkEvent => ({ kind: "line", member: 1, line });
  await publish([{ kind: "hello", name: "loader.test" }, {
    kind: "enter",
    member: 1,
    identity: { ...identity, capabilities: [] },
  }]);
  await publish(Array.from({ length: CHANNELS }, (_, i) => line(`JOIN #c${i}`)));
  for (let done = 0; done < MESSAGES;) {
    const sent: Promise<void>[] = [];
    for (let i = 0; i < WINDOW && done < MESSAGES; i++, done += PER_BATCH) {
      sent.push(
        publish(
          Array.from({ length: PER_BATCH }, (_, k) => line(`PRIVMSG #c${(done + k) % CHANNELS} :message ${done + k}`)),
        ),
      );
    }
    await Promise.all(sent);
  }
  clearInterval(ticker);
  await broker.close();
}

/** Starts a server; returns the milliseconds until it is in the network. */
async function start(url: string, history?: string) {
  const begin = performance.now();
  const { promise, resolve } = Promise.withResolvers<void>();
  const onEvent = ({ event }: { readonly event: string }) => event === "entered" && resolve();
  const cluster = await connectChatNetwork([url], { onEvent });
  const server = serveChat("127.0.0.1:0", { cluster, history });
  await promise;
  return { server, time: performance.now() - begin };
}

const folder = await Deno.makeTempDir();
await using nats = await startNats({ folder: `${folder}/nats` });
const first = await start(nats.url);
const begin = performance.now();
await load(nats.url);
const broker = await openBroker([nats.url], {});
await until("a snapshot", async () => (await broker.snapshots.list()).length > 1);
console.log(`${MESSAGES} messages, ${PER_BATCH} per batch: written in ${Math.round(performance.now() - begin)} ms`);
const tell = async (what: string, history?: string) => {
  const { server, time } = await start(nats.url, history);
  console.log(`start ${what}: ${Math.round(time)} ms, ${Math.round(Deno.memoryUsage().rss / 1e6)} MB in all`);
  return server;
};
for (const _ of "123") await (await tell("from a snapshot")).shutdown();
const filled = performance.now();
const server = await tell("from a snapshot, with a new history file", `${folder}/chat.db`);
await until("the file is filled", async () => {
  const { DatabaseSync } = await import("../../lib/deps/node/sqlite.ts");
  using database = new DatabaseSync(`${folder}/chat.db`, { readOnly: true });
  const [row] = database.prepare("SELECT text FROM records WHERE kind = 'network'").all();
  return row && String(row.text).includes('"gaps":[]');
});
console.log(`history file filled after ${Math.round(performance.now() - filled)} ms`);
await server.shutdown();
await first.server.shutdown();
for (const sequence of await broker.snapshots.list()) await broker.snapshots.remove(sequence);
await (await tell("from the log alone")).shutdown();
await broker.close();
await nats[Symbol.asyncDispose]();
await Deno.remove(folder, { recursive: true });
