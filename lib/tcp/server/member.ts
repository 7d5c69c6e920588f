import {
  type Connection,
  formatDuration,
  fromSystem,
  IdleTimer,
  NetworkError,
  ToucanError,
  writeAll,
} from "../../core/mod.ts";
import { idleError } from "../connection/idle_error.ts";
import { RateLimiter } from "../connection/rate_limiter.ts";
import { type ConnectionReport, type Ending, Meter } from "../observe/report.ts";

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
/** Bytes of one write: some transports tell that bytes were taken only when all of a write were. */
const PIECE_BYTES = 64 * 1024;

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
  /** One for each sender that it holds up. */
  readonly #waiting = new Set<IdleTimer>();
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

  /** Resolves when it has taken enough; when it takes nothing at all for `stall` milliseconds, it is cut off instead. */
  async caughtUp(stall: number): Promise<void> {
    if (!this.behind) return;
    this.#caughtUp ??= Promise.withResolvers();
    const cut = () =>
      this.#end(
        "cut-off",
        new NetworkError(`${this.#connection.peer} has taken nothing for ${formatDuration(stall)}`, {
          code: "slow-reader",
        }),
      );
    using timer = new IdleTimer(stall, cut);
    this.#waiting.add(timer);
    await this.#caughtUp.promise;
    this.#waiting.delete(timer);
  }

  /** The system has taken some of what it is to get. */
  #moved(count: number): void {
    this.#idle.touch();
    for (const timer of this.#waiting) timer.touch();
    this.#meter.bytesOut += count;
    this.#queued -= count;
    if (this.behind) return;
    this.#caughtUp?.resolve();
    this.#caughtUp = undefined;
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
    const limiter = this.#options.rate === undefined ? undefined : new RateLimiter(this.#options.rate);
    const buffer = new Uint8Array(Math.min(BUFFER, limiter?.chunkSize ?? BUFFER));
    while (true) {
      const count = await this.#connection.read(buffer).catch((error) => this.#broken(error));
      if (count === null) break;
      this.#idle.touch();
      this.#meter.bytesIn += count;
      await this.#options.received(buffer.subarray(0, count));
      await limiter?.include(count, this.#over.signal).catch(() => {});
    }
    this.#closing = true;
    this.#more.resolve();
  }

  async #write(): Promise<void> {
    while (!this.#over.signal.aborted) {
      const bytes = this.#queue.shift();
      if (bytes) {
        for (let at = 0; at < bytes.length && !this.#over.signal.aborted; at += PIECE_BYTES) {
          const piece = bytes.subarray(at, at + PIECE_BYTES);
          await writeAll(this.#connection, piece, (count) => this.#moved(count)).catch((error) => this.#broken(error));
        }
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
