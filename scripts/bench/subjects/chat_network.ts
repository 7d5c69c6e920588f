import { connect, jetstream } from "../../../lib/deps/nats.ts";
import { encodeBatch, EVENT_VERSION } from "../../../lib/chat/network/codec/batch.ts";
import type { NetworkEvent } from "../../../lib/chat/network/codec/event.ts";
import { subjectsOf } from "../../../lib/chat/network/codec/subjects.ts";
import { freePort } from "../../../tests/kit/port.ts";
import { ROOT } from "../../root.ts";
import { absent, listening, output, spawn, stop } from "../processes.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";

const CLIENTS = 300;
const LINES = 1000;
/** Single messages whose latency is measured. */
const PROBES = 200;
/** Messages in the log at the start of a further server, and in one event batch. */
const [LOGGED, BATCH] = [1_000_000, 50];
const SERVER = "0123456789ab";

/** A broker with its folder. */
async function startBroker() {
  const [port, folder] = [freePort(), await Deno.makeTempDir()];
  const args = ["-js", "-sd", folder, "-a", "127.0.0.1", "-p", `${port}`];
  const process = spawn("nats-server", { args, stdin: "null", stdout: "null", stderr: "null" });
  await listening(process, "nats-server", port);
  return {
    url: `nats://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await stop(process);
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Starts a server from source, so that nothing has to be built; it prints records. */
function spawnServer(port: number, nats?: string): Deno.ChildProcess {
  const words = ["serve", "--json", "--irc-only", "--port", `${port}`, "--burst", "1000000", "--rate", "1000000"];
  const network = nats === undefined ? [] : ["--nats", nats];
  const args = ["run", "--quiet", "--allow-all", "--unstable-net", `${ROOT}cmd/chat.ts`, ...words, ...network];
  return spawn(Deno.execPath(), { args, stdin: "null", stdout: "piped", stderr: "null" });
}

/** Reads the records of a server until one matches; they are discarded from then on. */
async function prints(process: Deno.ChildProcess, pattern: RegExp): Promise<void> {
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; !pattern.test(text);) {
    const { value } = await reader.read();
    if (value === undefined) throw new Error(`ended without ${pattern}: ${text}`);
    text += value;
  }
  const discard = async () => {
    while (!(await reader.read()).done);
  };
  discard().catch(() => {});
}

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

/** Writes messages of a member of a channel to the log of a network. */
async function fill(url: string): Promise<void> {
  const connection = await connect({ servers: url });
  const stream = jetstream(connection);
  let first = 1;
  const pending: Promise<unknown>[] = [];
  const write = async (events: readonly NetworkEvent[]) => {
    const batch = { version: EVENT_VERSION, server: SERVER, first, time: Date.now(), events };
    first += events.length;
    pending.push(stream.publish(subjectsOf("chat").log(SERVER), encodeBatch(batch)));
    if (pending.length >= 200) await Promise.all(pending.splice(0));
  };
  const of = { nick: "ann", user: "u", realname: "r", host: "h", secure: false, since: 1, capabilities: [] };
  await write([{ kind: "hello", name: "a.test" }, { kind: "enter", member: 1, identity: of }]);
  await write([{ kind: "line", member: 1, line: "JOIN #load" }]);
  const line = { kind: "line", member: 1, line: `PRIVMSG #load :${"x".repeat(60)}` } as const;
  for (let i = 0; i < LOGGED; i += BATCH) await write(Array.from({ length: BATCH }, () => line));
  await Promise.all(pending);
  await connection.close();
}

/** Measures the start of a server whose network has messages already. */
function startRow(missing?: string): Row {
  let broker: Awaited<ReturnType<typeof startBroker>> | undefined;
  return {
    work: `start of a further server, ${LOGGED} messages in the log, ${BATCH} per event batch`,
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
          await fill(broker.url);
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
    ]);
  },
  [Symbol.asyncDispose]: () => brokers.disposeAsync(),
};
