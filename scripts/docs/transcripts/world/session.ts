import { untilBound, untilListening } from "../../../../tests/kit/port.ts";
import { matches } from "../compare.ts";
import type { Session, Step } from "../parse.ts";

/** Path of the folder in outputs. */
const HOME = "/home/ada";
/** Limit for one command, after which it is killed with all that it has started. */
const COMMAND_TIMEOUT_SECONDS = 30;
/** Limit for the output of a server that a document shows. */
const OUTPUT_TIMEOUT_MS = 30_000;
/** Time in which the output of a server arrives whose lines are not known yet. */
const SETTLE_MS = 400;

/** Environment in which sessions run. */
export interface Surroundings {
  /** Folder with the programs of the tools. */
  readonly bin: string;
  /** Certificate authority that is trusted. */
  readonly authority: string;
  /** Whether outputs are not known yet, and are recorded. */
  readonly record: boolean;
}

/** Runs the steps of a session in an empty folder. Returns the output of each in lines, stdout and stderr as they come. */
export async function runSession({ steps, fresh }: Session, surroundings: Surroundings): Promise<string[][]> {
  const folder = await Deno.makeTempDir();
  const programs = fresh ? `${folder}/.local/bin` : surroundings.bin;
  const servers: { readonly server: Server; readonly index: number }[] = [];
  const outputs: string[][] = [];
  try {
    for (const [index, step] of steps.entries()) {
      const process = start(step, folder, { ...surroundings, bin: programs });
      if (step.server) {
        const server = new Server(process);
        servers.push({ server, index });
        await ready(step, server);
        outputs.push([]);
      } else outputs.push(await collect(process));
    }
    for (const { server, index } of servers) {
      if (surroundings.record) await server.settle();
      else await server.until((lines) => complete(steps[index], lines));
      outputs[index] = [...server.lines()];
    }
    return outputs.map((lines) => lines.map((line) => line.replaceAll(folder, HOME)));
  } finally {
    for (const { server } of servers.reverse()) await server.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Waits until a server accepts connections or datagrams. */
async function ready({ port }: Step, server: Server): Promise<void> {
  if (!port) await server.until((lines) => lines.some((line) => /listening|:\d+$/.test(line)));
  else if (port.udp) await untilBound(port.number);
  else await untilListening(port.number);
}

/** Returns whether a server has printed all that it has to. */
function complete(step: Step | undefined, lines: readonly string[]): boolean {
  if (step?.awaits !== undefined) return new RegExp(step.awaits).test(lines.join("\n"));
  return matches(step?.output ?? [], lines);
}

function start({ command, server }: Step, cwd: string, { bin, authority }: Surroundings): Deno.ChildProcess {
  const limit = server ? [] : ["timeout", "--kill-after=1", `${COMMAND_TIMEOUT_SECONDS}`];
  // A server takes the place of the shell, so that its process can be stopped.
  const shell = ["bash", "-c", `exec 2>&1\n${server ? `exec ${command}` : command}`];
  const [program = "", ...args] = [...limit, ...shell];
  return new Deno.Command(program, {
    args,
    cwd,
    env: {
      PATH: `${bin}:${Deno.env.get("PATH")}`,
      HOME: cwd,
      NO_COLOR: "1",
      LC_ALL: "C.UTF-8",
      TZ: "UTC",
      CURL_CA_BUNDLE: authority,
      SSL_CERT_FILE: authority,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

async function collect(process: Deno.ChildProcess): Promise<string[]> {
  const text = await new Response(process.stdout).text();
  await process.status;
  return text.split("\n").slice(0, text.endsWith("\n") ? -1 : undefined);
}

/** A command that stays running, and its output so far. */
class Server {
  #text = "";
  #changed = Promise.withResolvers<void>();
  readonly #process: Deno.ChildProcess;
  readonly #ended: Promise<void>;

  constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.#ended = this.#gather();
  }

  async #gather(): Promise<void> {
    for await (const piece of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      this.#text += piece;
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }

  lines(): string[] {
    return this.#text.split("\n").slice(0, this.#text.endsWith("\n") ? -1 : undefined);
  }

  /** Waits until the output is as wanted, ends, or has had its time. */
  async until(wanted: (lines: readonly string[]) => boolean): Promise<void> {
    let late = false;
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      late = true;
      limit.resolve();
    }, OUTPUT_TIMEOUT_MS);
    this.#ended.then(() => {
      late = true;
      limit.resolve();
    });
    while (!wanted(this.lines()) && !late) await Promise.race([this.#changed.promise, limit.promise]);
    clearTimeout(timer);
  }

  /** Waits for output that is still on its way. */
  settle(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }

  async stop(): Promise<void> {
    try {
      this.#process.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), OUTPUT_TIMEOUT_MS);
    await Promise.all([this.#process.status, this.#ended]);
    clearTimeout(timer);
  }
}
