import { connect, jetstream } from "../../lib/deps/nats.ts";
import { encodeBatch, EVENT_VERSION } from "../../lib/chat/network/codec/batch.ts";
import type { NetworkEvent } from "../../lib/chat/network/codec/event.ts";
import { subjectsOf } from "../../lib/chat/network/codec/subjects.ts";
import { freePort } from "../../tests/kit/port.ts";
import { ROOT } from "../root.ts";
import { listening, spawn, stop } from "./processes.ts";

/** Comes after all ids that servers choose, of hexadecimal digits: another one writes the snapshots. */
const SERVER = "zzzzzzzzzzzz";
const ALIVE_INTERVAL_MS = 500;
/** Batches on their way at the same time. */
const WINDOW = 200;

/** Starts a broker with a folder of its own. */
export async function startBroker() {
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
export function spawnServer(port: number, nats?: string, ...more: readonly string[]): Deno.ChildProcess {
  const words = ["serve", "--json", "--irc-only", "--port", `${port}`, "--burst", "1000000", "--rate", "1000000"];
  const network = nats === undefined ? [] : ["--nats", nats];
  const args = ["run", "--quiet", "--allow-all", "--unstable-net", `${ROOT}cmd/chat.ts`, ...words, ...network, ...more];
  return spawn(Deno.execPath(), { args, stdin: "null", stdout: "piped", stderr: "null" });
}

/** Reads the records of a server until one matches; they are discarded from then on. */
export async function prints(process: Deno.ChildProcess, pattern: RegExp): Promise<void> {
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

/** Writes messages to the log of a network as a server with a member in some channels would; it is alive meanwhile. */
export async function fillLog(
  url: string,
  { messages, perBatch, channels }: {
    /** Number of messages. */
    readonly messages: number;
    /** Messages of one event batch. */
    readonly perBatch: number;
    /** Number of channels. */
    readonly channels: number;
  },
): Promise<void> {
  const connection = await connect({ servers: url });
  const stream = jetstream(connection);
  const { alive, log } = subjectsOf("chat");
  const ticker = setInterval(() => connection.publish(alive, SERVER), ALIVE_INTERVAL_MS);
  let first = 1;
  const pending: Promise<unknown>[] = [];
  const write = async (events: readonly NetworkEvent[]) => {
    const batch = { version: EVENT_VERSION, server: SERVER, first, time: Date.now(), events };
    first += events.length;
    pending.push(stream.publish(log(SERVER), encodeBatch(batch)));
    if (pending.length >= WINDOW) await Promise.all(pending.splice(0));
  };
  const line = (line: string): NetworkEvent => ({ kind: "line", member: 1, line });
  const of = { nick: "ann", user: "u", realname: "r", host: "h", secure: false, since: 1, capabilities: [] };
  await write([{ kind: "hello", name: "a.test" }, { kind: "enter", member: 1, identity: of }]);
  await write(Array.from({ length: channels }, (_, i) => line(`JOIN #load${i}`)));
  const text = "with some words so that there is something to index";
  for (let done = 0; done < messages; done += perBatch) {
    await write(Array.from({ length: perBatch }, (_, i) => {
      return line(`PRIVMSG #load${(done + i) % channels} :message ${done + i} ${text}`);
    }));
  }
  await Promise.all(pending);
  clearInterval(ticker);
  await connection.close();
}
