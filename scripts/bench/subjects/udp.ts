import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { hasPeer } from "../../../tests/kit/peer.ts";
import { freeUdpPort } from "../../../tests/kit/port.ts";
import type { Subject, TimedContender } from "../subject.ts";

const tool = ROOT + executablePath("udp");

/** A program that sends back what comes, and how many round trips a run of it has. */
interface Echo {
  readonly name: string;
  readonly program: string;
  readonly args: (port: number) => readonly string[];
  readonly trips: number;
}

/** socat in its fastest form, a process for each client that lasts, and in the one that tutorials show, a process for each datagram. */
const ECHOES: readonly Echo[] = [
  { name: "toucan-udp echo", program: tool, args: (port) => ["echo", `${port}`], trips: 20_000 },
  {
    name: "socat UDP4-LISTEN,fork PIPE",
    program: "socat",
    // The process that it makes for the client outlives it, up to this time without a datagram.
    args: (port) => ["-T2", `UDP4-LISTEN:${port},bind=127.0.0.1,fork`, "PIPE"],
    trips: 20_000,
  },
  {
    name: "socat UDP4-RECVFROM,fork EXEC:cat (100 trips × 200)",
    program: "socat",
    args: (port) => [`UDP4-RECVFROM:${port},bind=127.0.0.1,fork`, "EXEC:cat"],
    trips: 100,
  },
];
const ALL = 20_000;
const SIZE = 64;

/** Round trips of one client, one datagram at a time. */
export const subject: Subject = {
  name: "udp",
  rows: () =>
    Promise.resolve([{
      work: `${ALL} round trips of ${SIZE} bytes, one client`,
      asked: "<= 1x socat",
      rounds: 11,
      commands: ECHOES.map(contender),
    }]),
};

function contender(echo: Echo): TimedContender {
  const there = echo.program === tool ? exists(tool) : hasPeer(echo.program);
  return { name: echo.name, missing: there ? undefined : "not installed, or not built", run: () => measure(echo) };
}

async function measure({ program, args, trips }: Echo): Promise<number> {
  const port = freeUdpPort();
  const server = new Deno.Command(program, { args: [...args(port)], stdin: "null", stdout: "null", stderr: "null" })
    .spawn();
  try {
    using client = new Client(port);
    await client.ready();
    // What compiles itself while it runs has done so by then.
    for (let i = 0; i < trips / 10; i++) await client.trip();
    const start = performance.now();
    for (let i = 0; i < trips; i++) await client.trip();
    return (performance.now() - start) * ALL / trips;
  } finally {
    server.kill("SIGKILL");
    await server.status;
  }
}

/** Sends numbered datagrams, and waits for each to come back. */
class Client implements Disposable {
  readonly #socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  readonly #to: Deno.NetAddr;
  readonly #out = new DataView(new ArrayBuffer(SIZE));
  readonly #in = new Uint8Array(2 * SIZE);
  #number = 0;

  constructor(port: number) {
    this.#to = { transport: "udp", hostname: "127.0.0.1", port };
  }

  /** Waits until somebody answers. */
  async ready(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      await this.#send();
      const waited = new Promise<false>((resolve) => setTimeout(() => resolve(false), 50));
      if (await Promise.race([this.#comes().then(() => true), waited])) return;
    }
    throw new Error("nobody answers");
  }

  async trip(): Promise<void> {
    await this.#send();
    await this.#comes();
  }

  async #send(): Promise<void> {
    this.#out.setUint32(0, ++this.#number);
    await this.#socket.send(new Uint8Array(this.#out.buffer), this.#to);
  }

  /** Until the one that was sent last is back. */
  async #comes(): Promise<void> {
    while (true) {
      const [bytes] = await this.#socket.receive(this.#in);
      if (new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) === this.#number) return;
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
