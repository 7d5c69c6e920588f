import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { startNgircd } from "../../../tests/kit/ngircd.ts";
import { freePort } from "../../../tests/kit/port.ts";
import { absent, listening, output, spawn, stop } from "../processes.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";

const CLIENTS = 500;
const LINES = 2000;
const IDLE = 5000;
/** Maximum memory for 5,000 clients, in kilobytes. */
const MEMORY = 400 * 1024;
const [CROWD, LARGE, MESSAGES] = [10_000, 2000, 200];
const tool = ROOT + executablePath("chat");
const folder = await Deno.makeTempDir();

/** A running server. */
interface Running extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
}

function startOurs(...args: readonly string[]): Promise<Running> {
  return startServer("--irc-only", ...args);
}

async function startServer(...args: readonly string[]): Promise<Running> {
  const port = freePort();
  const free = ["--burst", "1000000", "--rate", "1000000", "--port", `${port}`];
  const process = spawn(tool, { args: ["serve", ...free, ...args], stdin: "null", stdout: "null", stderr: "null" });
  try {
    await listening(process, "toucan-chat", port);
  } catch (error) {
    await stop(process);
    throw error;
  }
  return { port, pid: process.pid, [Symbol.asyncDispose]: () => stop(process) };
}

/** Runs the load generator on a server and returns the number that it prints. */
async function load(...args: readonly (string | number)[]): Promise<number> {
  return Number(await generator("chat_load", args));
}

async function generator(name: string, args: readonly (string | number)[]): Promise<string> {
  const { success, stdout, stderr } = await output(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", `${ROOT}scripts/bench/${name}.ts`, ...args.map(String)],
  });
  const text = new TextDecoder();
  if (!success) throw new Error(text.decode(stderr));
  return text.decode(stdout);
}

/** Returns the rows of a crowd, half of which connects by WebSocket: one run has all three results. */
function crowdRows(missing?: string): readonly Row[] {
  let result: readonly number[] = [];
  const row = (work: string, asked: string, run: () => Promise<number>, counts?: string): Row => ({
    work,
    asked,
    counts,
    rounds: 5,
    commands: [{ name: "toucan-chat", missing, run }],
  });
  const crowd = async () => {
    await using server = await startServer("--one-port", "--max-connections", `${CROWD}`);
    const printed = await generator("chat_crowd", [server.port, server.pid, CROWD, LARGE, MESSAGES]);
    result = printed.trim().split(" ").map(Number);
    return result[0] ?? NaN;
  };
  const memory = () => Promise.resolve((result[1] ?? NaN) * 1024 / 1e6);
  return [
    row(`${CROWD} clients, half by WebSocket, join 100 channels`, "<= 20 s", crowd),
    row("memory of the last run of these", "< 600 MB", memory, "MB"),
    row(
      `a message to ${LARGE} members among them, 99th percentile`,
      "<= 100 ms",
      () => Promise.resolve(result[2] ?? NaN),
    ),
  ];
}

function deliveries(name: string, start: () => Promise<{ readonly port: number } & AsyncDisposable>, missing?: string) {
  return {
    name,
    missing,
    async run() {
      await using server = await start();
      return await load("deliveries", server.port, CLIENTS, LINES);
    },
  } satisfies TimedContender;
}

/** Measures deliveries to 500 clients of one channel, the memory of 5,000 connected clients, and a crowd of 10,000. */
export const subject: Subject = {
  name: "chat",
  rows(): Promise<readonly Row[]> {
    const [built, peer] = [absent(tool), absent("ngircd")];
    let kept = 0;
    return Promise.resolve([
      {
        work: `${CLIENTS * LINES} deliveries to ${CLIENTS} clients in one channel`,
        asked: "<= 1.25x ngircd",
        commands: [
          deliveries("toucan-chat", startOurs, built),
          deliveries("ngircd", () => startNgircd({ spawn }), peer),
        ],
      },
      {
        work: "the same, with the history kept in a file",
        asked: "",
        commands: [
          deliveries("toucan-chat --history", () => startOurs("--history", `${folder}/chat${kept++}.db`), built),
          deliveries("ngircd", () => startNgircd({ spawn }), peer),
        ],
      },
      {
        work: `${IDLE} clients connected: 1 ms stands for 1 MiB of memory`,
        asked: "<= 400",
        commands: [{
          name: "toucan-chat",
          missing: built,
          async run() {
            await using server = await startOurs();
            const kilobytes = await load("idle", server.port, IDLE, server.pid);
            if (kilobytes > MEMORY) throw new Error(`${IDLE} clients take ${kilobytes} kB, more than ${MEMORY}`);
            return kilobytes / 1024;
          },
        }],
      },
      ...crowdRows(built),
    ]);
  },
  [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
};
