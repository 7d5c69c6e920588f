import { raceSignal } from "../core/time/deadline.ts";

/** Why a call was ended from outside: the reason of its signal. */
export class Interruption extends Error {
  /** The name of the class. */
  override readonly name: string = "Interruption";
  /** What the process ends with, unless it is a server. */
  readonly exitCode: 130 | 143;

  /** Makes the reason for one of the two signals. */
  constructor(signal: "SIGINT" | "SIGTERM") {
    super(signal === "SIGINT" ? "interrupted" : "terminated");
    this.exitCode = signal === "SIGINT" ? 130 : 143;
  }
}

/** The signal of this process, once it listens for SIGINT and SIGTERM. */
let interruption: AbortSignal | undefined;

/**
 * A signal that fires on SIGINT and SIGTERM. A second one ends the process at once, as do `patience` milliseconds of
 * work that does not stop: then a line on stderr says so. A server ends with 0 in each case.
 */
export function interruptSignal(server = false, patience = 5500): AbortSignal {
  const controller = new AbortController();
  const stop = (name: "SIGINT" | "SIGTERM") => {
    const reason = new Interruption(name);
    const code = server ? 0 : reason.exitCode;
    if (controller.signal.aborted) Deno.exit(code);
    controller.abort(reason);
    Deno.unrefTimer(setTimeout(() => abandonWork(code, patience), patience));
  };
  Deno.addSignalListener("SIGINT", () => stop("SIGINT"));
  // Windows knows SIGINT and SIGBREAK only.
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => stop("SIGTERM"));
  return interruption = controller.signal;
}

/**
 * Settles as `work` does, or rejects with the {@link Interruption} when the process is interrupted first. For system calls
 * that cannot be cancelled, such as a read of stdin.
 */
export function untilInterrupted<T>(work: Promise<T>): Promise<T> {
  return raceSignal(work, interruption);
}

/** Exits although work is unfinished. A stderr that is not read does not delay it. */
function abandonWork(code: number, patience: number): void {
  setTimeout(() => Deno.exit(code), 200);
  const line = `toucan: work in progress did not stop within ${patience / 1000}s: aborted\n`;
  Deno.stderr.write(new TextEncoder().encode(line)).catch(() => {}).finally(() => Deno.exit(code));
}
