import { formatDuration, formatSize } from "../../core/time/units.ts";
import type { Sink } from "../stdio/sink.ts";
import { dumbTerminal } from "../stdio/terminal.ts";

/** Progress of a transfer, or of other work. */
export interface Progressed {
  /** Bytes transferred, or things done if the line has a unit. */
  readonly bytes: number;
  /** Total number of them, if known. */
  readonly total?: number;
}

/** Options of {@link Progress}. */
export interface ProgressOptions {
  /** Whether it prints nothing. @default false */
  readonly silent?: boolean;
  /** Things that are counted, such as `names`. @default bytes */
  readonly unit?: string;
  /** Destination. @default Deno.stderr */
  readonly sink?: Sink;
  /** Whether the terminal cannot redraw a line. @default by TERM */
  readonly dumb?: boolean;
  /** Width in columns. @default that of the terminal */
  readonly columns?: () => number;
}

/** Milliseconds before the progress line is shown. */
const DELAY_MS = 1000;
const REDRAW_INTERVAL_MS = 100;
const BAR_COLUMNS = 24;

/**
 * A progress line for several transfers, redrawn in place after one second. Prints nothing unless stderr is a terminal
 * that can redraw a line (not TERM=dumb).
 */
export class Progress implements Disposable {
  readonly #sink: Sink;
  readonly #shows: boolean;
  readonly #start = performance.now();
  readonly #parts = new Map<object, Progressed>();
  readonly #columns: () => number;
  readonly #unit?: string;
  #drawn = this.#start + DELAY_MS - REDRAW_INTERVAL_MS;
  #first?: number;
  #visible = false;

  /** Creates a progress line on stderr by default. */
  constructor(options: ProgressOptions = {}) {
    const { silent = false, sink = Deno.stderr, dumb = dumbTerminal(), columns = terminalColumns } = options;
    this.#sink = sink;
    this.#shows = !silent && sink.isTerminal() && !dumb;
    this.#columns = columns;
    this.#unit = options.unit;
  }

  /** Whether a line will be shown at all. */
  get shows(): boolean {
    return this.#shows;
  }

  /** Updates the progress of a transfer, which `key` identifies. */
  update(key: object, progress: Progressed): void {
    if (!this.#shows) return;
    this.#parts.set(key, progress);
    // Bytes of an earlier run do not count for the rate.
    this.#first ??= progress.bytes;
    const now = performance.now();
    if (now - this.#drawn < REDRAW_INTERVAL_MS) return;
    this.#drawn = now;
    this.#write(`\r\x1b[K${this.#line(now - this.#start)}`);
    this.#visible = true;
  }

  /** Erases the line, so that other text can be printed. */
  clear(): void {
    if (this.#visible) this.#write("\r\x1b[K");
    this.#visible = false;
  }

  /** Erases the line permanently. */
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
    const shown = (count: number) => this.#unit === undefined ? formatSize(count) : count.toLocaleString("en");
    const unit = this.#unit === undefined ? "" : ` ${this.#unit}`;
    const words = [
      `${shown(bytes)}${total === undefined ? "" : ` of ${shown(total)}`}${unit}`,
      `${shown(rate)}/s`,
    ];
    if (total !== undefined && total > 0) {
      const done = Math.min(1, bytes / total);
      const full = Math.floor(done * BAR_COLUMNS);
      words.unshift(`[${"=".repeat(full)}${" ".repeat(BAR_COLUMNS - full)}] ${Math.floor(done * 100)}%`);
      if (rate > 0) words.push(`${formatDuration(Math.ceil((total - bytes) / rate) * 1000)} left`);
    }
    return words.join("  ").slice(0, Math.max(10, this.#columns() - 1));
  }

  #write(text: string): void {
    try {
      this.#sink.writeSync(new TextEncoder().encode(text));
    } catch {
      // The terminal is closed.
    }
  }
}

function terminalColumns(): number {
  try {
    // Some terminals report a width of zero.
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}
