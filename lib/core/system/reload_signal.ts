import { isWindows, type Os } from "./os.ts";
import type { AddSignalListener } from "./stop_signals.ts";

/** Parts of the runtime that {@link onReloadSignal} uses. */
export interface ReloadSystem {
  /** Adds a listener for a signal. */
  readonly add: AddSignalListener;
  /** Streams that may be a terminal. */
  readonly streams: readonly { isTerminal(): boolean }[];
}

/** Exit code of a process that SIGHUP has ended: 128 and the number of the signal. */
const HUNG_UP = 129;

/**
 * Calls `reload` for each SIGHUP, which asks a server to read its files again. A terminal that is closed sends it, too: then the
 * process has to `exit` with that code, as it does without a listener. On Windows SIGHUP only means that.
 */
export function onReloadSignal(
  reload: () => void,
  exit: (code: number) => void,
  os?: Os,
  system: Partial<ReloadSystem> = {},
): void {
  if (isWindows(os)) return;
  const { add = Deno.addSignalListener, streams = [Deno.stdin, Deno.stdout, Deno.stderr] } = system;
  const terminals = streams.filter((stream) => stream.isTerminal());
  add("SIGHUP", () => {
    if (terminals.every((terminal) => terminal.isTerminal())) reload();
    else exit(HUNG_UP);
  });
}
