import { type Connection, fromSystem, IdleTimer, NetworkError, ToucanError, writeAll } from "../core/mod.ts";
import { idleError } from "./idle_error.ts";
import { Throttle } from "./rate.ts";
import { type ConnectionReport, type Ending, Meter } from "./report.ts";

/** What a member is told. */
export interface MemberOptions {
  /** Milliseconds without a byte in either direction after which it is let go. */
  readonly idle?: number;
  /** Bytes per second that are read from it. */
  readonly rate?: number;
  /** Takes what it sends; it is not read further before that has resolved. What this rejects with, `run` rejects with. */
  readonly received: (bytes: Uint8Array) => Promise<void>;
}

/** Bytes waiting for a member from which on it is behind. */
const HIGH_WATER = 256 * 1024;
const BUFFER = 16 * 1024;

/** One connection among several: reads what it sends, and holds what it still has to get. */
export class Member {
  readonly #connection: Connection;
  readonly #options: MemberOptions;
  readonly #meter = new Meter();
  readonly #over = new AbortController();
  readonly #queue: Uint8Array[] = [];
  #queued = 0;
  #more = Promise.withResolvers<void>();
  #caughtUp?: PromiseWithResolvers<void>;
  #closing = false;
  #ending: Ending = "done";
  #error?: ToucanError;
  #idle = new IdleTimer(undefined, () => {});

  /** Wraps a connection. */
  constructor(connection: Connection, options: MemberOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** Whether more is waiting for it than it should be; nothing waits for who is gone. */
  get behind(): boolean {
    return !this.#over.signal.aborted && this.#queued > HIGH_WATER;
  }

  /** Puts bytes into its queue; they must not change any more. */
  send(bytes: Uint8Array): void {
    if (this.#over.signal.aborted || this.#closing) return;
    this.#queue.push(bytes);
    this.#queued += bytes.length;
    this.#more.resolve();
  }

  /** Resolves when it has read enough; after `patience` milliseconds it is cut off instead. */
  async caughtUp(patience: number): Promise<void> {
    if (!this.behind) return;
    this.#caughtUp ??= Promise.withResolvers();
    const timer = setTimeout(() => {
      this.#end(
        "cut-off",
        new NetworkError(`${this.#connection.peer} does not read what it is sent`, { code: "slow-reader" }),
      );
    }, patience);
    await this.#caughtUp.promise;
    clearTimeout(timer);
  }

  /** Sends what is in the queue, ends our side, and gives the peer so many milliseconds to end its own. */
  stop(grace: number): void {
    this.#ending = "stopped";
    this.#closing = true;
    this.#more.resolve();
    const timer = setTimeout(() => this.#end("stopped"), grace);
    this.#over.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }

  /** Serves it until it has left. */
  async run(): Promise<ConnectionReport> {
    const { idle } = this.#options;
    const tooLong = () => this.#end("idle", idleError(idle, this.#meter.bytesIn));
    using timer = new IdleTimer(idle, tooLong);
    this.#idle = timer;
    try {
      await Promise.all([this.#read(), this.#write()]);
    } finally {
      this.#end(this.#ending);
      await this.#connection.drained;
    }
    return this.#meter.report(this.#connection, this.#ending, this.#error);
  }

  #end(ending: Ending, error?: ToucanError): void {
    if (this.#over.signal.aborted) return;
    this.#ending = ending;
    this.#error ??= error;
    this.#over.abort();
    this.#connection.close();
    this.#more.resolve();
    this.#caughtUp?.resolve();
  }

  /** Its end is the end of its membership: what it still has to get is sent, then ours follows. */
  async #read(): Promise<void> {
    const throttle = this.#options.rate === undefined ? undefined : new Throttle(this.#options.rate);
    const buffer = new Uint8Array(Math.min(BUFFER, throttle?.piece ?? BUFFER));
    while (true) {
      const count = await this.#connection.read(buffer).catch((error) => this.#broken(error));
      if (count === null) break;
      this.#idle.touch();
      this.#meter.bytesIn += count;
      await this.#options.received(buffer.subarray(0, count));
      await throttle?.take(count, this.#over.signal).catch(() => {});
    }
    this.#closing = true;
    this.#more.resolve();
  }

  async #write(): Promise<void> {
    while (!this.#over.signal.aborted) {
      const bytes = this.#queue.shift();
      if (bytes) {
        await writeAll(this.#connection, bytes).catch((error) => this.#broken(error));
        this.#idle.touch();
        this.#meter.bytesOut += bytes.length;
        this.#queued -= bytes.length;
        if (this.behind) continue;
        this.#caughtUp?.resolve();
        this.#caughtUp = undefined;
      } else if (this.#closing) {
        return await this.#connection.finish().catch(() => {});
      } else {
        this.#more = Promise.withResolvers();
        await this.#more.promise;
      }
    }
  }

  #broken(error: unknown): null {
    if (this.#over.signal.aborted) return null;
    const known = fromSystem(error, { doing: "exchange data with", what: this.#connection.peer });
    this.#end(
      "broken",
      known instanceof ToucanError ? known : new NetworkError(`cannot exchange data with ${this.#connection.peer}`, {
        code: "connection-reset",
        cause: known,
      }),
    );
    return null;
  }
}
