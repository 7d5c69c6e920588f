import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { freePort } from "../../../tests/kit/port.ts";
import { absent, listening, spawn, stop } from "../processes.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";

const SIZE = 2 * 2 ** 30;
const tool = ROOT + executablePath("tcp");
const folder = await Deno.makeTempDir({ dir: await memoryFolder() });
const file = `${folder}/zeros`;

/** A program that can send and receive a transfer. */
interface Pair {
  readonly name: string;
  readonly program: string;
  /** Its arguments for each side; the data goes from `stdin` to `stdout`. */
  readonly listen: (port: number) => readonly string[];
  readonly connect: (port: number) => readonly string[];
}

const PAIRS: readonly Pair[] = [
  {
    name: "toucan-tcp",
    program: tool,
    listen: (port) => ["listen", `${port}`],
    connect: (port) => ["connect", `localhost:${port}`],
  },
  {
    name: "nc (OpenBSD)",
    program: "nc",
    listen: (port) => ["-l", "-N", "127.0.0.1", `${port}`],
    connect: (port) => ["-N", "127.0.0.1", `${port}`],
  },
  {
    name: "ncat",
    program: "ncat",
    listen: (port) => ["-l", "127.0.0.1", `${port}`],
    connect: (port) => ["127.0.0.1", `${port}`],
  },
  {
    name: "socat",
    program: "socat",
    listen: (port) => ["-u", `TCP-LISTEN:${port},bind=127.0.0.1`, "STDOUT"],
    connect: (port) => ["-u", "STDIN", `TCP:127.0.0.1:${port}`],
  },
];

/** Measures 2 GiB through one connection on loopback, from a pipe and from a file in memory, to the null device. */
export const subject: Subject = {
  name: "tcp",
  async rows(): Promise<readonly Row[]> {
    const zeros = await Deno.create(file);
    await zeros.truncate(SIZE);
    zeros.close();
    return [
      {
        work: "2 GiB of a pipe through connect and listen",
        asked: "<= 1x nc, <= 0.67x ncat and socat",
        commands: PAIRS.map((pair) => contender(pair, `dd if=${file} bs=1M status=none | "$@"`)),
      },
      {
        work: "2 GiB of a regular file through connect and listen",
        asked: "<= 0.67x nc",
        commands: PAIRS.map((pair) => contender(pair, `exec "$@" < ${file}`)),
      },
    ];
  },
  [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
};

function contender(pair: Pair, script: string): TimedContender {
  return {
    name: pair.name,
    missing: absent(pair.program),
    run: () => transfer(pair, script),
  };
}

/** Returns the milliseconds from the start of the client until both sides have exited. */
async function transfer(pair: Pair, script: string): Promise<number> {
  const port = freePort();
  const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
  const listener = spawn(pair.program, { args: [...pair.listen(port)], ...quiet });
  try {
    await listening(listener, pair.program, port);
    const start = performance.now();
    const args = ["-c", script, "sh", pair.program, ...pair.connect(port)];
    const client = await spawn("sh", { args, ...quiet }).status;
    const server = await listener.status;
    if (!client.success || !server.success) throw new Error(`${pair.name} ended with ${client.code}, ${server.code}`);
    return performance.now() - start;
  } finally {
    await stop(listener);
  }
}

/** A folder in memory if the system has one, so that the disk is not measured. */
async function memoryFolder(): Promise<string | undefined> {
  return await Deno.stat("/dev/shm").then(() => "/dev/shm", () => undefined);
}
