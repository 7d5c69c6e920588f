import { isWindows, type Os } from "./os.ts";
import type { AddSignalListener } from "./stop_signals.ts";

/** Handlers of {@link onTerminalSignals}. */
export interface TerminalSignalHandlers {
  /** ^Z: the terminal is to be restored, before {@link stopSelf}. */
  readonly stop: () => void;
  /** The process goes on after it was stopped. */
  readonly continued: () => void;
  /** ^\: the process is to end. */
  readonly quit: () => void;
  /** The size of the terminal has changed. */
  readonly resized: () => void;
}

/**
 * Calls handlers at the signals of a terminal; returns a function that ends this. Windows has only the change of the
 * size.
 */
export function onTerminalSignals(
  { stop, continued, quit, resized }: TerminalSignalHandlers,
  os?: Os,
  add: AddSignalListener = Deno.addSignalListener,
): () => void {
  const all: (readonly [Deno.Signal, () => void])[] = isWindows(os)
    ? [["SIGWINCH", resized]]
    : [["SIGWINCH", resized], ["SIGTSTP", stop], ["SIGCONT", continued], ["SIGQUIT", quit]];
  for (const [signal, listener] of all) add(signal, listener);
  return () => {
    for (const [signal, listener] of all) Deno.removeSignalListener(signal, listener);
  };
}

/** Sets a terminal to send keys as they are typed. ^C and ^Z remain signals, except on Windows. */
export function keysAsTyped(terminal: typeof Deno.stdin, os?: Os): void {
  terminal.setRaw(true, { cbreak: !isWindows(os) });
}

/** Stops this process until it is continued; does nothing where the runtime does not permit that. */
export function stopSelf(): void {
  try {
    Deno.kill(Deno.pid, "SIGSTOP");
  } catch {
    // The caller goes on at once.
  }
}
