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
import { ByteCounter, type ConnectionReport, type EndReason } from "../observe/report.ts";

/** Options of a {@link Member}. */
export interface MemberOptions {
  /** Milliseconds without data in either direction after which it is disconnected. */
  readonly idle?: number;
  /** Maximum rate in bytes per second at which it is read from. */
  readonly rate?: number;
  /** Receives its data; no more is read from it before the promise has resolved. A rejection rejects `run`. */
  readonly received: (bytes: Uint8Array) => Promise<void>;
}

/** Number of waiting bytes from which on a member is behind. */
const HIGH_WATER_BYTES = 256 * 1024;
const BUFFER_BYTES = 16 * 1024;
/** Maximum size of a write: some transports report progress only when a write is complete. */
const CHUNK_BYTES = 64 * 1024;

/** Connection among several: reads its data, and queues what is sent to it. */
export class Member {
  readonly #connection: Connection;
  readonly #options: MemberOptions;
  readonly #meter = new ByteCounter();
  readonly #over = new AbortController();
  readonly #queue: Uint8Array[] = [];
  #queued = 0;
  #more = Promise.withResolvers<void>();
  #caughtUp?: PromiseWithResolvers<void>;
  /** Timers of the senders that wait for it. */
  readonly #waiting = new Set<IdleTimer>();
  #closing = false;
  #ending: EndReason = "done";
  #error?: ToucanError;
  #idle = new IdleTimer(undefined, () => {});

  /** Wraps a connection. */
  constructor(connection: Connection, options: MemberOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** Whether too much data waits for it; always false for a closed one. */
  get behind(): boolean {
    return !this.#over.signal.aborted && this.#queued > HIGH_WATER_BYTES;
  }

  /** Queues bytes; they must not be changed afterwards. */
  send(bytes: Uint8Array): void {
    if (this.#over.signal.aborted || this.#closing) return;
    this.#queue.push(bytes);
    this.#queued += bytes.length;
    this.#more.resolve();
  }

  /** Resolves when it has read enough; if it reads nothing at all for `stall` milliseconds, it is disconnected instead. */
  async caughtUp(stall: number): Promise<void> {
    if (!this.behind) return;
    this.#caughtUp ??= Promise.withResolvers();
    const cut = () =>
      this.#end(
        "cut-off",
        new NetworkError(`${this.#connection.peer} has read nothing for ${formatDuration(stall)}`, {
          code: "slow-reader",
        }),
      );
    using timer = new IdleTimer(stall, cut);
    this.#waiting.add(timer);
    await this.#caughtUp.promise;
    this.#waiting.delete(timer);
  }

  /** Counts bytes that the system has accepted. */
  #moved(count: number): void {
    this.#idle.touch();
    for (const timer of this.#waiting) timer.touch();
    this.#meter.bytesOut += count;
    this.#queued -= count;
    if (this.behind) return;
    this.#caughtUp?.resolve();
    this.#caughtUp = undefined;
  }

  /** Sends the queue, closes the sending side, and gives the peer `grace` milliseconds to close its own. */
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

  #end(ending: EndReason, error?: ToucanError): void {
    if (this.#over.signal.aborted) return;
    this.#ending = ending;
    this.#error ??= error;
    this.#over.abort();
    this.#connection.close();
    this.#more.resolve();
    this.#caughtUp?.resolve();
  }

  /** Reads until the peer closes its side; the queue is sent then, and the sending side closed. */
  async #read(): Promise<void> {
    const limiter = this.#options.rate === undefined ? undefined : new RateLimiter(this.#options.rate);
    const buffer = new Uint8Array(Math.min(BUFFER_BYTES, limiter?.chunkSize ?? BUFFER_BYTES));
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
        for (let at = 0; at < bytes.length && !this.#over.signal.aborted; at += CHUNK_BYTES) {
          const piece = bytes.subarray(at, at + CHUNK_BYTES);
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
