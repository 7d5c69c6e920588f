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
const tool = ROOT + executablePath("chat");
const folder = await Deno.makeTempDir();

/** A running server. */
interface Running extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
}

async function startOurs(...args: readonly string[]): Promise<Running> {
  const port = freePort();
  const free = ["--burst", "1000000", "--rate", "1000000", "--irc-only", "--port", `${port}`];
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
  const { success, stdout, stderr } = await output(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", `${ROOT}scripts/bench/chat_load.ts`, ...args.map(String)],
  });
  const text = new TextDecoder();
  if (!success) throw new Error(text.decode(stderr));
  return Number(text.decode(stdout));
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

/** Measures deliveries to 500 clients of one channel, and the memory of 5,000 connected clients. */
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
    ]);
  },
  [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
};
