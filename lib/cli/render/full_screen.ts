import { writeAllSync } from "../../core/bytes/writer.ts";
import { keysAsTyped, onTerminalSignals, stopSelf } from "../../core/system/terminal_signals.ts";
import { readStdin } from "../stdio/stdin.ts";

/** Alternate screen, and marks around pasted text. */
const BEGIN = "\x1b[?1049h\x1b[?2004h";
/** No marks, rows that break, a cursor, no look, and the screen from before. */
const END = "\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[0m\x1b[?1049l";
const INPUT_BYTES = 16 * 1024;
/** Size of a terminal that does not say it. */
const USUAL_SIZE = { columns: 80, rows: 24 };

/** Size of a terminal. */
export interface TerminalSize {
  /** Columns. */
  readonly columns: number;
  /** Rows. */
  readonly rows: number;
}

/** Returns the size of the terminal, 80 by 24 if it does not say it. */
export function terminalSize(): TerminalSize {
  try {
    const { columns, rows } = Deno.consoleSize();
    return columns > 0 && rows > 0 ? { columns, rows } : USUAL_SIZE;
  } catch {
    return USUAL_SIZE;
  }
}

/** Options of a {@link FullScreen}. */
export interface FullScreenOptions {
  /** Called with what is typed. */
  readonly input: (bytes: Uint8Array) => void;
  /** Called when the whole screen has to be written: its size has changed, or the process goes on after a stop. */
  readonly redraw: () => void;
  /** Called when the terminal is gone. */
  readonly closed: () => void;
}

/**
 * The whole terminal, with keys as they are typed. What is written has to be safe for a terminal already. The terminal
 * is restored when this is disposed, and at every other end of the process that it learns of; also while it is stopped
 * (^Z). ^C remains a signal.
 */
export class FullScreen implements Disposable {
  readonly #options: FullScreenOptions;
  readonly #ignoreSignals: () => void;
  #open = false;
  #disposed = false;
  readonly #restore = () => this.#leave();

  /** Starts to use stdin and stdout, which are a terminal. */
  constructor(options: FullScreenOptions) {
    this.#options = options;
    this.#enter();
    this.#ignoreSignals = onTerminalSignals({
      stop: () => this.suspend(),
      continued: () => this.#enter(),
      quit: () => {
        this.#leave();
        Deno.exit(131);
      },
      resized: () => this.#open && options.redraw(),
    });
    for (const end of ["unload", "error", "unhandledrejection"]) addEventListener(end, this.#restore);
    void this.#read();
  }

  /** Returns the size of the terminal. */
  size(): TerminalSize {
    return terminalSize();
  }

  /** Writes text, unless the process is about to be stopped. */
  write(text: string): void {
    if (this.#open) this.#put(text);
  }

  /** Restores the terminal and stops the process until it is continued (`fg`). */
  suspend(): void {
    this.#leave();
    stopSelf();
    this.#enter();
  }

  /** Restores the terminal. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#leave();
    this.#disposed = true;
    this.#ignoreSignals();
    for (const end of ["unload", "error", "unhandledrejection"]) removeEventListener(end, this.#restore);
  }

  #enter(): void {
    if (this.#disposed) return;
    try {
      // Also after a stop by a signal that cannot be caught: a shell changes the mode of the terminal.
      keysAsTyped(Deno.stdin);
    } catch {
      return this.#options.closed();
    }
    this.#open = true;
    this.#put(BEGIN);
    this.#options.redraw();
  }

  #leave(): void {
    if (!this.#open) return;
    this.#put(END);
    this.#open = false;
    try {
      Deno.stdin.setRaw(false);
    } catch {
      // The terminal is gone.
    }
  }

  #put(text: string): void {
    try {
      writeAllSync(Deno.stdout, new TextEncoder().encode(text));
    } catch {
      this.#open = false;
      this.#options.closed();
    }
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(INPUT_BYTES);
    try {
      for (let count = await readStdin(buffer); count !== null; count = await readStdin(buffer)) {
        if (this.#disposed) return;
        this.#options.input(buffer.slice(0, count));
      }
    } catch {
      // Interrupted, or the terminal is gone.
    }
    if (!this.#disposed) this.#options.closed();
  }
}
