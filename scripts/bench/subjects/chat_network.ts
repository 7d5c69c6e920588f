import { DatabaseSync } from "../../../lib/deps/node/sqlite.ts";
import { RawIrc } from "../../../tests/kit/irc.ts";
import { freePort } from "../../../tests/kit/port.ts";
import { ROOT } from "../../root.ts";
import { until } from "../../../tests/kit/wait.ts";
import { fillLog, prints, spawnServer, startBroker } from "../chat_network_servers.ts";
import { absent, output, stop } from "../processes.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";

const CLIENTS = 300;
const LINES = 1000;
/** Single messages whose latency is measured. */
const PROBES = 200;
/** Messages in the log at the start of a further server, and in one event batch. */
const [LOGGED, BATCH] = [1_000_000, 50];
/** The same for the network with snapshots. */
const [KEPT, KEPT_BATCH, KEPT_CHANNELS] = [1_000_000, 20, 10];
const PING_INTERVAL_MS = 10;

/** Measures a network of some servers, or one alone for 0; returns total time, median and 99th percentile. */
async function measure(count: number): Promise<number[]> {
  await using broker = count > 0 ? await startBroker() : undefined;
  const ports = Array.from({ length: Math.max(1, count) }, () => freePort());
  const processes = ports.map((port) => spawnServer(port, broker?.url));
  try {
    await Promise.all(processes.map((process) => prints(process, broker ? /"entered"/ : /"listening"/)));
    const { success, stdout, stderr } = await output(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--allow-all", `${ROOT}scripts/bench/chat_network_load.ts`],
        ...[ports.join(","), CLIENTS, LINES, PROBES].map(String),
      ],
    });
    const text = new TextDecoder();
    if (!success) throw new Error(text.decode(stderr));
    return text.decode(stdout).trim().split(" ").map(Number);
  } finally {
    await Promise.all(processes.map(stop));
  }
}

/** Measures the start of a server whose network has messages already, and no snapshot. */
function startRow(missing?: string): Row {
  let broker: Awaited<ReturnType<typeof startBroker>> | undefined;
  return {
    work: `start of a further server from the log alone: ${LOGGED} messages, ${BATCH} per event batch`,
    asked: "<= 5 s",
    commands: [{
      name: "chat serve --nats",
      missing,
      async run() {
        if (!broker) {
          broker = await startBroker();
          brokers.use(broker);
          const creates = spawnServer(freePort(), broker.url);
          await prints(creates, /"entered"/);
          await stop(creates);
          await fillLog(broker.url, { messages: LOGGED, perBatch: BATCH, channels: 1 });
        }
        const start = performance.now();
        const process = spawnServer(freePort(), broker.url);
        await prints(process, /"entered"/);
        const time = performance.now() - start;
        await stop(process);
        return time;
      },
    }],
  };
}

/**
 * Measures how long a further server takes to start from a snapshot, and to fill a new history file while it works, and
 * how soon it answers meanwhile.
 */
function fillRows(missing?: string): Row[] {
  let broker: ReturnType<typeof startNetwork> | undefined;
  const kinds = ["10,000 lines per channel", "all lines"] as const;
  const results = new Map<string, { readonly start: number; readonly worst: number }[]>();
  const run = async (kind: string) => {
    const { url } = await (broker ??= startNetwork());
    const [port, folder] = [freePort(), await Deno.makeTempDir()];
    const path = `${folder}/chat.db`;
    const begin = performance.now();
    const limit = kind === "all lines" ? ["--history-lines", `${KEPT}`] : [];
    const process = spawnServer(port, url, "--history", path, ...limit);
    try {
      await prints(process, /"entered"/);
      const start = performance.now() - begin;
      const filled = new AbortController();
      const worst = answers(port, filled.signal);
      await until("the file is filled", () => lacksNone(path)).finally(() => filled.abort());
      const time = performance.now() - begin;
      results.set(kind, [...results.get(kind) ?? [], { start, worst: await worst }]);
      return time;
    } finally {
      await stop(process);
      await Deno.remove(folder, { recursive: true });
    }
  };
  const measured = (of: "start" | "worst") =>
    kinds.map((kind) => {
      let next = 0;
      return { name: kind, missing, run: () => Promise.resolve(results.get(kind)?.[next++]?.[of] ?? NaN) };
    });
  return [
    {
      work: `filling a new history file from the log: ${KEPT} messages, ${KEPT_BATCH} per batch`,
      asked: "<= 20 s",
      commands: kinds.map((kind) => ({ name: kind, missing, run: () => run(kind) })),
    },
    { work: "the start of that server from a snapshot", asked: "<= 5 s", commands: measured("start") },
    { work: "a PING while it fills the file, 99th percentile", asked: "<= 100 ms", commands: measured("worst") },
  ];
}

/** Starts a broker whose log has messages and snapshots. */
async function startNetwork() {
  const broker = await startBroker();
  brokers.use(broker);
  const writer = spawnServer(freePort(), broker.url);
  await prints(writer, /"entered"/);
  await fillLog(broker.url, { messages: KEPT, perBatch: KEPT_BATCH, channels: KEPT_CHANNELS });
  // It has read all, and written its snapshots, when it has left.
  await stop(writer);
  return broker;
}

/** Sends a PING at intervals until the signal; returns the 99th percentile of the milliseconds until its reply. */
async function answers(port: number, signal: AbortSignal): Promise<number> {
  using client = await RawIrc.in(`127.0.0.1:${port}`, "pinger");
  const times: number[] = [];
  while (!signal.aborted) {
    const begin = performance.now();
    await client.upToNow();
    times.push(performance.now() - begin);
    await new Promise((resolve) => setTimeout(resolve, PING_INTERVAL_MS));
  }
  return times.sort((one, other) => one - other)[Math.floor(times.length * 0.99)] ?? NaN;
}

/** Returns whether a history file has all messages of the log. */
function lacksNone(path: string): boolean {
  using database = new DatabaseSync(path, { readOnly: true });
  const [row] = database.prepare("SELECT text FROM records WHERE kind = 'network'").all();
  return row !== undefined && String(row.text).includes('"gaps":[]');
}

const brokers = new AsyncDisposableStack();

/**
 * Measures a network of chat servers on one machine. Brokers, servers and load share its processors: more servers compete
 * for the same ones, so that the rows show what a network costs, and not what further machines add.
 */
export const subject: Subject = {
  name: "chat_network",
  rows(): Promise<readonly Row[]> {
    const missing = absent("nats-server");
    const kinds = [1, 0, 2, 3] as const;
    const results = new Map<number, (readonly number[])[]>();
    const contenders = (run: (count: number) => Promise<number>): TimedContender[] =>
      kinds.map((count) => ({
        name: count === 0 ? "one server alone" : `${count} over NATS`,
        missing,
        run: () => run(count),
      }));
    /** Returns what the runs of the first row have measured, each once. */
    const measured = (index: number) => {
      const next = new Map<number, number>();
      return contenders((count) => {
        const run = next.get(count) ?? 0;
        next.set(count, run + 1);
        return Promise.resolve(results.get(count)?.[run]?.[index] ?? NaN);
      });
    };
    return Promise.resolve([
      {
        work: `${CLIENTS * LINES} deliveries to ${CLIENTS} clients of one channel`,
        asked: "",
        commands: contenders(async (count) => {
          const result = await measure(count);
          results.set(count, [...results.get(count) ?? [], result]);
          return result[0] ?? NaN;
        }),
      },
      { work: "latency of a message in each of these runs, median", asked: "", commands: measured(1) },
      { work: "the same, 99th percentile", asked: "", commands: measured(2) },
      startRow(missing),
      ...fillRows(missing),
    ]);
  },
  [Symbol.asyncDispose]: () => brokers.disposeAsync(),
};
