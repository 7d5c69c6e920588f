import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { freeUdpPort } from "../../../tests/kit/port.ts";
import { absent, spawn, stop } from "../processes.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";
import { burst } from "../burst.ts";

const tool = ROOT + executablePath("udp");

/** An echo program, and the number of round trips in a run. */
interface Echo {
  readonly name: string;
  readonly program: string;
  readonly args: (port: number) => readonly string[];
  readonly trips: number;
}

/**
 * socat in its fastest form, with one process per client, and in the form that tutorials show, with one process per
 * datagram.
 */
const ECHOES: readonly Echo[] = [
  { name: "toucan-udp echo", program: tool, args: (port) => ["echo", `${port}`], trips: 20_000 },
  {
    name: "socat UDP4-LISTEN,fork PIPE",
    program: "socat",
    // The process for a client lives on after it, up to this time without a datagram.
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
const CROWD = 8;

/** Measures round trips, one datagram of each client at a time, and a burst. */
export const subject: Subject = {
  name: "udp",
  rows: () =>
    Promise.resolve([
      row("one client", ECHOES, 1),
      // More runs with a process per datagram would take minutes without more information.
      row(`${CROWD} clients at once`, ECHOES.filter(({ trips }) => trips === ALL), CROWD),
      burst,
    ]),
};

function row(who: string, echoes: readonly Echo[], clients: number): Row {
  return {
    work: `${ALL} round trips of ${SIZE} bytes, ${who}`,
    asked: "<= 1x socat",
    rounds: 11,
    commands: echoes.map((echo) => contender(echo, clients)),
  };
}

function contender(echo: Echo, clients: number): TimedContender {
  return {
    name: echo.name,
    missing: absent(echo.program),
    run: () => measure(echo, clients),
  };
}

async function measure({ program, args, trips }: Echo, count: number): Promise<number> {
  const port = freeUdpPort();
  const server = spawn(program, { args: [...args(port)], stdin: "null", stdout: "null", stderr: "null" });
  using open = new DisposableStack();
  try {
    const clients = Array.from({ length: count }, () => open.use(new Client(port)));
    for (const client of clients) await client.ready();
    const all = (trips: number) =>
      Promise.all(clients.map(async (client) => {
        for (let i = 0; i < trips / count; i++) await client.trip();
      }));
    // Code compiled at run time has been compiled by then.
    await all(trips / 10);
    const start = performance.now();
    await all(trips);
    return (performance.now() - start) * ALL / trips;
  } finally {
    await stop(server);
  }
}

/** Sends numbered datagrams and waits for each echo. */
class Client implements Disposable {
  readonly #socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  readonly #to: Deno.NetAddr;
  readonly #out = new DataView(new ArrayBuffer(SIZE));
  readonly #in = new Uint8Array(2 * SIZE);
  #number = 0;

  constructor(port: number) {
    this.#to = { transport: "udp", hostname: "127.0.0.1", port };
  }

  /** Waits until the server responds. */
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

  /** Waits until the last datagram has been echoed. */
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
