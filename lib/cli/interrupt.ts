import { onStopSignal, type StopSignal } from "../core/system/stop_signals.ts";
import { raceSignal } from "../core/time/deadline.ts";

/** Reports that a signal has interrupted a call: the abort reason of its signal. */
export class Interruption extends Error {
  /** The name of the class. */
  override readonly name: string = "Interruption";
  /** Exit code of the process, unless it is a server. */
  readonly exitCode: 130 | 143;

  /** Creates the abort reason for a signal of the system. */
  constructor(signal: StopSignal) {
    super(signal === "SIGINT" ? "interrupted" : "terminated");
    this.exitCode = signal === "SIGINT" ? 130 : 143;
  }
}

/** The abort signal of this process, once it listens for SIGINT and SIGTERM. */
let interruption: AbortSignal | undefined;

/**
 * Returns a signal that fires on SIGINT and SIGTERM, and what stands for them on Windows. The process exits at once on a second one, and with a message on
 * stderr when work does not stop within `stopTimeoutMs` milliseconds.
 *
 * @param server Whether the process is a server, whose exit code is 0 in each case.
 */
export function interruptSignal(server = false, stopTimeoutMs = 5500): AbortSignal {
  const controller = new AbortController();
  const stop = (name: StopSignal) => {
    const reason = new Interruption(name);
    const code = server ? 0 : reason.exitCode;
    if (controller.signal.aborted) Deno.exit(code);
    controller.abort(reason);
    Deno.unrefTimer(setTimeout(() => exitUnfinished(code, stopTimeoutMs), stopTimeoutMs));
  };
  onStopSignal(stop);
  return interruption = controller.signal;
}

/**
 * Waits for `work`, and throws the {@link Interruption} when the process is interrupted first. For system calls that cannot
 * be cancelled, such as a read of stdin.
 */
export function untilInterrupted<T>(work: Promise<T>): Promise<T> {
  return raceSignal(work, interruption);
}

/** Exits although work is unfinished. Waits only 200 ms for the message on stderr. */
function exitUnfinished(code: number, stopTimeoutMs: number): void {
  setTimeout(() => Deno.exit(code), 200);
  const line = `toucan: work in progress did not stop within ${stopTimeoutMs / 1000}s: aborted\n`;
  Deno.stderr.write(new TextEncoder().encode(line)).catch(() => {}).finally(() => Deno.exit(code));
}
