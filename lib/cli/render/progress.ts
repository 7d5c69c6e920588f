import { formatDuration, formatSize } from "../../core/time/units.ts";
import type { Sink } from "../stdio/output.ts";
import { dumbTerminal } from "../stdio/terminal.ts";

/** How far something is. */
export interface Progressed {
  /** Bytes that are there. */
  readonly bytes: number;
  /** Bytes that there will be, where that is known. */
  readonly total?: number;
}

/** Where {@link Progress} draws. */
export interface ProgressOptions {
  /** Whether it draws nothing at all. @default false */
  readonly silent?: boolean;
  /** What it draws on. @default Deno.stderr */
  readonly sink?: Sink;
  /** Whether it cannot redraw a line. @default as TERM says */
  readonly dumb?: boolean;
  /** How wide that is. @default as the terminal says */
  readonly columns?: () => number;
}

/** Nobody wants a bar for less than this. */
const PATIENCE = 1000;
const EVERY = 100;
const BAR = 24;

/**
 * A line on a terminal that says how far several transfers are together, redrawn in its place from one second on.
 * Anywhere but on a terminal it is silent, and on one that cannot redraw a line (TERM=dumb).
 */
export class Progress implements Disposable {
  readonly #sink: Sink;
  readonly #shows: boolean;
  readonly #start = performance.now();
  readonly #parts = new Map<object, Progressed>();
  readonly #columns: () => number;
  #drawn = this.#start + PATIENCE - EVERY;
  #first?: number;
  #visible = false;

  /** Draws on stderr, unless it is told otherwise. */
  constructor(options: ProgressOptions = {}) {
    const { silent = false, sink = Deno.stderr, dumb = dumbTerminal(), columns = terminalColumns } = options;
    this.#sink = sink;
    this.#shows = !silent && sink.isTerminal() && !dumb;
    this.#columns = columns;
  }

  /** Says how far one transfer is; `key` is whatever stands for it. */
  update(key: object, progress: Progressed): void {
    if (!this.#shows) return;
    this.#parts.set(key, progress);
    // What an earlier run had loaded says nothing about how fast this one is.
    this.#first ??= progress.bytes;
    const now = performance.now();
    if (now - this.#drawn < EVERY) return;
    this.#drawn = now;
    this.#write(`\r\x1b[K${this.#line(now - this.#start)}`);
    this.#visible = true;
  }

  /** Takes the line away, so that something else can be said. */
  clear(): void {
    if (this.#visible) this.#write("\r\x1b[K");
    this.#visible = false;
  }

  /** Takes it away for good. */
  [Symbol.dispose](): void {
    this.clear();
  }

  #line(ms: number): string {
    const parts = [...this.#parts.values()];
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    const total = parts.every((part) => part.total !== undefined)
      ? parts.reduce((sum, part) => sum + (part.total ?? 0), 0)
      : undefined;
    const rate = Math.round(Math.max(0, bytes - (this.#first ?? 0)) / (ms / 1000));
    const words = [
      `${formatSize(bytes)}${total === undefined ? "" : ` of ${formatSize(total)}`}`,
      `${formatSize(rate)}/s`,
    ];
    if (total !== undefined && total > 0) {
      const done = Math.min(1, bytes / total);
      const full = Math.floor(done * BAR);
      words.unshift(`[${"=".repeat(full)}${" ".repeat(BAR - full)}] ${Math.floor(done * 100)}%`);
      if (rate > 0) words.push(`${formatDuration(Math.ceil((total - bytes) / rate) * 1000)} left`);
    }
    return words.join("  ").slice(0, Math.max(10, this.#columns() - 1));
  }

  #write(text: string): void {
    try {
      this.#sink.writeSync(new TextEncoder().encode(text));
    } catch {
      // Nobody looks any more.
    }
  }
}

function terminalColumns(): number {
  try {
    // Some terminals say that they have none.
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}
