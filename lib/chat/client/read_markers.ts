import { ircLine } from "../codec/message.ts";
import { isTarget } from "../codec/names.ts";

/** Time between two lines: a reader may change windows faster than a server accepts lines. */
const PAUSE_MS = 1000;
/** Limit of targets whose markers are remembered. */
const MAX_TARGETS = 1000;

/** Read markers that a client sends on one connection (IRCv3 read-marker): the last one of each target, one a second. */
export class ReadMarkers {
  readonly #write: (line: string) => void;
  readonly #fold: (name: string) => string;
  /** Last marker of each target, sent or received. */
  readonly #known = new Map<string, number>();
  readonly #waiting = new Map<string, { readonly target: string; readonly until: number }>();
  #timer?: ReturnType<typeof setTimeout>;

  /** Starts on a connection, with its case mapping. */
  constructor(write: (line: string) => void, fold: (name: string) => string) {
    this.#write = write;
    this.#fold = fold;
  }

  /** Records a marker of the server. */
  received(target: string, until: number): void {
    const key = this.#fold(target);
    if ((this.#known.get(key) ?? 0) < until) this.#remember(key, until);
    const waiting = this.#waiting.get(key);
    if (waiting && waiting.until <= until) this.#waiting.delete(key);
  }

  /**
   * Sends a marker, at once or when its turn comes; one that is not later than the known one is ignored, as is one of a
   * name of the server that cannot be a target.
   */
  mark(target: string, until: number): void {
    if (!isTarget(target)) return;
    const key = this.#fold(target);
    if ((this.#known.get(key) ?? 0) >= until) return;
    this.#remember(key, until);
    this.#waiting.set(key, { target, until });
    if (this.#timer === undefined) this.#next();
  }

  /** Sends all markers that wait. */
  flush(): void {
    clearTimeout(this.#timer);
    for (const { target, until } of this.#waiting.values()) this.#send(target, until);
    this.#waiting.clear();
  }

  /** Stops the timer. */
  close(): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #next(): void {
    this.#timer = undefined;
    for (const [key, { target, until }] of this.#waiting) {
      this.#waiting.delete(key);
      this.#send(target, until);
      this.#timer = setTimeout(() => this.#next(), PAUSE_MS);
      return;
    }
  }

  #send(target: string, until: number): void {
    this.#write(ircLine(undefined, "MARKREAD", target, `timestamp=${new Date(until).toISOString()}`));
  }

  #remember(key: string, until: number): void {
    this.#known.delete(key);
    this.#known.set(key, until);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_TARGETS && oldest !== undefined) this.#known.delete(oldest);
  }
}
