import { isWindows, type Os } from "./os.ts";

/** Requests to stop, by the signals of POSIX that stand for them. */
export type StopSignal = "SIGINT" | "SIGTERM";

/** Adds a listener for a signal of the system; throws where the runtime does not support that. */
export type AddSignalListener = (signal: Deno.Signal, listener: () => void) => void;

/**
 * The signals that ask a process to stop. Windows has Ctrl-C (SIGINT), Ctrl-Break (SIGBREAK) and the end of the session (SIGTERM,
 * from Deno 2.8 on); the window's closing (SIGHUP) ends the process as soon as the listener returns. Elsewhere SIGHUP is left to the
 * system: a listener would undo `nohup`.
 */
function signalsOf(os: Os | undefined): readonly (readonly [Deno.Signal, StopSignal])[] {
  const common = [["SIGINT", "SIGINT"], ["SIGTERM", "SIGTERM"]] as const;
  return isWindows(os) ? [...common, ["SIGBREAK", "SIGINT"], ["SIGHUP", "SIGTERM"]] : common;
}

/** Calls `stop` for each signal that asks this process to stop. Those that the runtime does not support are left out. */
export function onStopSignal(
  stop: (signal: StopSignal) => void,
  os?: Os,
  add: AddSignalListener = Deno.addSignalListener,
): void {
  for (const [signal, meaning] of signalsOf(os)) {
    try {
      add(signal, () => stop(meaning));
    } catch (error) {
      if (!isWindows(os)) throw error;
    }
  }
}
