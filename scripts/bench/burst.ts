import { freeUdpPort, untilBound } from "../../tests/kit/port.ts";
import { executablePath } from "../build/compile_tool.ts";
import { ROOT } from "../root.ts";
import { absent, output, spawn, stop } from "./processes.ts";
import type { Row, TimedContender } from "./subject.ts";

const COUNT = 20_000;
const SIZE = 100;
/** Milliseconds after the burst in which a receiver may print the rest. */
const SETTLE_MS = 300;

/** Number of datagrams of one burst that each receiver has printed when it is stopped. */
export const burst: Row = {
  work: `burst of ${COUNT} datagrams of ${SIZE} bytes`,
  asked: ">= 0.7x of the receive loop",
  counts: "datagrams",
  rounds: 9,
  commands: [
    contender("toucan-udp listen", ROOT + executablePath("udp"), (port) => ["listen", `${port}`]),
    contender("bare receive loop that copies and queues", Deno.execPath(), (port) => script("burst_loop.ts", port)),
    contender("nc -u -l", "nc", (port) => ["-u", "-l", "127.0.0.1", `${port}`]),
  ],
};

function script(name: string, ...args: readonly number[]): string[] {
  return ["run", "--quiet", "--unstable-net", "--allow-net", `${ROOT}scripts/bench/${name}`, ...args.map(String)];
}

function contender(name: string, program: string, args: (port: number) => readonly string[]): TimedContender {
  return {
    name,
    missing: program === Deno.execPath() ? undefined : absent(program),
    run: () => kept(program, args),
  };
}

/** Sends a burst to a receiver that writes to a file, and counts the lines in the file. */
async function kept(program: string, args: (port: number) => readonly string[]): Promise<number> {
  const port = freeUdpPort();
  const path = await Deno.makeTempFile({ prefix: "toucan-burst-" });
  try {
    const words = ["-c", `exec "$@" >"$0"`, path, program, ...args(port)];
    const receiver = spawn("sh", { args: words, stdin: "null", stdout: "null", stderr: "null" });
    await untilBound(port);
    const sent = await output(Deno.execPath(), { args: script("burst_send.ts", port, COUNT, SIZE) });
    if (!sent.success) throw new Error(new TextDecoder().decode(sent.stderr));
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    await stop(receiver);
    return (await Deno.readTextFile(path)).split("\n").length - 1;
  } finally {
    await Deno.remove(path);
  }
}
