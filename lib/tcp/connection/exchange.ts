import {
  type ChunkSink,
  type Connection,
  type Direction,
  fromSystem,
  IdleTimer,
  MAX_TIMER_MS,
  NetworkError,
  OutputClosedError,
  type SharedSource,
  timedOut,
  ToucanError,
  type Trace,
  writeAll,
} from "../../core/mod.ts";
import { CrlfConverter } from "./crlf.ts";
import { idleError } from "./idle_error.ts";
import { RateLimiter } from "./rate_limiter.ts";
import { ByteCounter, type ConnectionReport, type EndReason } from "../observe/report.ts";
import { watchForReset } from "./reset_watch.ts";
import { ConnectionTrace } from "../observe/trace_bytes.ts";

/** Observes bytes in transit. */
export type Observer = (direction: Direction, bytes: Uint8Array) => Promise<void> | void;

/** Options of {@link exchange}. */
export interface ExchangeOptions {
  /** Data to send; nothing is sent without it. */
  readonly input?: SharedSource;
  /** Receives the data; without it, data is discarded. */
  readonly output?: ChunkSink;
  /** Directions that are used. @default "both" */
  readonly only?: "send" | "receive";
  /** Whether to send LF as CR LF. */
  readonly crlf?: boolean;
  /** Maximum rate in bytes per second in each direction. */
  readonly rate?: number;
  /** Milliseconds without data in either direction after which it fails. */
  readonly idle?: number;
  /** Milliseconds without data in either direction after which it fails, until the first data from the peer. */
  readonly firstByte?: number;
  /** Milliseconds without data in either direction after which it ends without an error. */
  readonly wait?: number;
  /** Whether to end when the peer closes its side, without waiting for the end of the input. */
  readonly endWithPeer?: boolean;
  /** Milliseconds after the end of the input after which it ends, up to a second later while the peer still sends; 0 is at once. */
  readonly quitAfter?: number;
  /** Whether the output stays open for another connection. */
  readonly keepOutput?: boolean;
  /** Observes all bytes; a returned promise is awaited. */
  readonly observe?: Observer;
  /** Receives trace events: data, the ends of both directions, and a reset. */
  readonly trace?: Trace;
  /** Name of the connection in the trace, if there are several. */
  readonly traceAs?: string;
  /** Stops the exchange. */
  readonly signal?: AbortSignal;
  /** Milliseconds after a stop in which the peer must close its side. @default 0 */
  readonly grace?: number;
}

/** Milliseconds in which the peer must close its side when no more data is wanted from it. */
const LINGER_MS = 1000;
/** Milliseconds without data after which a peer counts as silent. */
const QUIET_MS = 250;
const INITIAL_BUFFER_BYTES = 16 * 1024;
const WAIT = "wait for the peer";
const FIRST_BYTE = { phase: "first-byte", bytes: 0 } as const;
const LARGE_BUFFER_BYTES = 256 * 1024;

/**
 * Transfers data between a connection and an input and output, both ways at once, and forwards the ends of both at
 * once. Resolves when both sides have ended, and closes the connection.
 *
 * A failure of the connection is part of the report. A failure of input or output is thrown.
 */
export async function exchange(connection: Connection, options: ExchangeOptions): Promise<ConnectionReport> {
  return await new Exchange(connection, options).run();
}

/** Failure of the input or output: it affects more than this connection. */
class LocalFailure {
  constructor(readonly cause: unknown) {}
}

class Exchange {
  readonly #connection: Connection;
  readonly #options: ExchangeOptions;
  readonly #meter = new ByteCounter();
  readonly #trace: ConnectionTrace;
  readonly #stop = new AbortController();
  #ending: EndReason = "done";
  #error?: ToucanError;
  #local?: LocalFailure;
  #idle = new IdleTimer(undefined, () => {});
  #wait = new IdleTimer(undefined, () => {});
  #first = new IdleTimer(undefined, () => {});
  #sentEnd = false;
  #sending = false;
  readonly #watch = new AbortController();
  #lastIn = -Infinity;
  #taking = false;
  #quitting?: ReturnType<typeof setTimeout>;
  #lingering?: ReturnType<typeof setTimeout>;

  constructor(connection: Connection, options: ExchangeOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#trace = new ConnectionTrace(connection, options.trace, options.traceAs);
  }

  async run(): Promise<ConnectionReport> {
    const { idle, wait, signal, firstByte } = this.#options;
    using first = new IdleTimer(firstByte, () => this.#end("idle", timedOut(firstByte ?? 0, WAIT, FIRST_BYTE)));
    this.#first = first;
    using timer = new IdleTimer(
      idle,
      () => this.#end("idle", idleError(idle, this.#meter.bytesIn)),
    );
    this.#idle = timer;
    using waiting = new IdleTimer(wait, () => this.#end("idle"));
    this.#wait = waiting;
    const stop = () => this.#end("stopped");
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      await Promise.all([this.#send(), this.#receive()]);
    } finally {
      this.#stop.abort();
      signal?.removeEventListener("abort", stop);
      clearTimeout(this.#lingering);
      clearTimeout(this.#quitting);
      this.#connection.close();
      await this.#connection.drained;
    }
    if (this.#local) throw this.#local.cause;
    return this.#meter.report(this.#connection, this.#ending, this.#error);
  }

  /** Ends both directions; the first reason counts. */
  #end(ending: EndReason, error?: ToucanError): void {
    if (this.#stop.signal.aborted) return;
    this.#ending = ending;
    this.#error ??= error;
    this.#stop.abort();
    if (ending === "stopped") {
      // A half-close that waits for the peer stops waiting.
      if (this.#sentEnd) this.#connection.finish().catch(() => {});
      this.#linger(this.#options.grace ?? 0);
    } else this.#connection.close();
  }

  /** Closes the connection after a while, unless it has ended before. */
  #linger(ms: number): void {
    const close = () => {
      this.#stop.abort();
      this.#connection.close();
    };
    clearTimeout(this.#lingering);
    this.#lingering = setTimeout(close, ms);
  }

  async #send(): Promise<void> {
    const { only, input } = this.#options;
    // Without anything to send, the sending side stays open: some peers stop when it is closed.
    if (only === "receive") return;
    try {
      if (input) await this.#sendAll(input);
      this.#watch.abort();
      if (this.#stop.signal.aborted && this.#ending !== "stopped") return;
      this.#sentEnd = true;
      this.#trace.end(">");
      this.#quitLater();
      // When no data is wanted from the peer, its sending side need not stay open.
      if (only === "send" || this.#stop.signal.aborted) await this.#connection.finish();
      else await this.#connection.closeWrite();
      if (only === "send" && !this.#stop.signal.aborted) this.#linger(LINGER_MS);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#watch.abort();
    }
  }

  /**
   * Ends it a while after the end of the input. A close with unread data is a reset, after which the peer loses what it has
   * not read yet: while data arrives, the close is delayed, up to {@link LINGER_MS}.
   */
  #quitLater(): void {
    const { quitAfter } = this.#options;
    if (quitAfter === undefined || this.#stop.signal.aborted) return;
    let until = 0;
    const closeWhenQuiet = () => {
      clearTimeout(this.#quitting);
      if (this.#stop.signal.aborted) return;
      const now = performance.now();
      const arriving = this.#taking || now - this.#lastIn < QUIET_MS;
      if (!arriving || now >= until) return this.#end("done");
      this.#quitting = setTimeout(closeWhenQuiet, QUIET_MS / 10);
    };
    const quit = () => {
      until = performance.now() + LINGER_MS;
      this.#quitting = setTimeout(() => this.#end("done"), LINGER_MS);
      // A half-close that waits for the peer stops waiting.
      this.#connection.finish().catch(() => {}).then(closeWhenQuiet);
    };
    this.#quitting = setTimeout(quit, Math.min(quitAfter, MAX_TIMER_MS));
  }

  async #sendAll(input: SharedSource): Promise<void> {
    const { rate, crlf, observe } = this.#options;
    const { signal } = this.#stop;
    const limiter = rate === undefined ? undefined : new RateLimiter(rate);
    const ends = crlf ? new CrlfConverter() : undefined;
    while (true) {
      const chunk = await input.next(signal).catch((error) => {
        if (signal.aborted) return null;
        throw new LocalFailure(error);
      });
      if (chunk === null) return;
      const bytes = ends ? ends.convert(chunk) : chunk;
      for (let at = 0; at < bytes.length;) {
        const piece = limiter ? bytes.subarray(at, at + limiter.chunkSize) : bytes;
        await limiter?.include(piece.length, signal);
        this.#touch();
        this.#sending = true;
        await writeAll(this.#connection, piece, () => this.#touch());
        this.#sending = false;
        this.#touch();
        this.#meter.bytesOut += piece.length;
        this.#trace.data(">", piece);
        if (observe) await this.#observe(">", piece);
        at += piece.length;
      }
    }
  }

  async #receive(): Promise<void> {
    const { only, endWithPeer } = this.#options;
    try {
      await this.#receiveAll();
      this.#trace.end("<");
      await this.#endOutput();
    } catch (error) {
      this.#failed(error);
      if (!this.#local) await this.#endOutput().catch(() => {});
    }
    // With nothing to send, or the peer's side closed, the end of the peer's data ends the sending side too.
    if (only === "receive" || endWithPeer || this.#error || this.#local) {
      this.#stop.abort();
      this.#linger(LINGER_MS);
    } else if (!this.#watch.signal.aborted) await this.#watchForReset();
  }

  /** Ends it when the peer resets the connection after closing its side, while there is nothing to send. */
  async #watchForReset(): Promise<void> {
    const { signal } = this.#watch;
    try {
      await watchForReset(this.#connection, { busy: () => this.#sending, signal });
    } catch (error) {
      if (signal.aborted) return;
      this.#failed(error);
      this.#stop.abort();
      this.#connection.close();
    }
  }

  async #receiveAll(): Promise<void> {
    const { only, rate, observe, output } = this.#options;
    const limiter = rate === undefined ? undefined : new RateLimiter(rate);
    let buffer = new Uint8Array(Math.min(INITIAL_BUFFER_BYTES, limiter?.chunkSize ?? INITIAL_BUFFER_BYTES));
    while (true) {
      const count = await this.#connection.read(buffer).catch((error) => this.#endOrThrow(error));
      if (count === null) return;
      this.#touch();
      this.#first[Symbol.dispose]();
      // A peer that still sends may still be reading: a close now would discard data in transit to it.
      if (this.#lingering !== undefined && !this.#stop.signal.aborted) this.#linger(LINGER_MS);
      this.#lastIn = performance.now();
      this.#meter.bytesIn += count;
      const bytes = buffer.subarray(0, count);
      this.#trace.data("<", bytes);
      if (observe) await this.#observe("<", bytes);
      if (only !== "send" && output) {
        try {
          const taken = output.write(bytes);
          this.#taking = true;
          if (taken) await taken;
        } catch (error) {
          throw new LocalFailure(error);
        } finally {
          this.#taking = false;
        }
        this.#touch();
      }
      await limiter?.include(count, this.#stop.signal);
      // Small buffers keep idle connections cheap; large ones make busy connections fast.
      if (count === buffer.length && !limiter && count < LARGE_BUFFER_BYTES) {
        buffer = new Uint8Array(LARGE_BUFFER_BYTES);
      }
    }
  }

  #touch(): void {
    this.#idle.touch();
    this.#wait.touch();
    this.#first.touch();
  }

  /**
   * Some servers answer a close_notify by closing without one. When nothing was sent, no response can be
   * missing: that is a clean end.
   */
  #endOrThrow(error: unknown): null {
    const known = fromSystem(error, { doing: "read from", what: this.#connection.peer });
    const quiet = this.#sentEnd && this.#meter.bytesOut === 0;
    if (quiet && known instanceof NetworkError && known.code === "connection-cut") return null;
    throw error;
  }

  async #observe(direction: Direction, bytes: Uint8Array): Promise<void> {
    try {
      await this.#options.observe?.(direction, bytes);
    } catch (error) {
      throw new LocalFailure(error);
    }
  }

  async #endOutput(): Promise<void> {
    const { only, output, keepOutput } = this.#options;
    if (only === "send" || keepOutput) return;
    try {
      await output?.end();
    } catch (error) {
      throw new LocalFailure(error);
    }
  }

  #failed(error: unknown): void {
    if (error instanceof LocalFailure) {
      this.#local ??= error;
      return this.#end("broken");
    }
    // Failures after the decision to end are its consequence.
    if (this.#stop.signal.aborted) return;
    const known = fromSystem(error, { doing: "exchange data with", what: this.#connection.peer });
    if (!(known instanceof ToucanError) || known instanceof OutputClosedError) {
      this.#local ??= new LocalFailure(known);
      return this.#end("broken");
    }
    if (known.code === "connection-reset" && !this.#error) this.#trace.reset();
    this.#ending = "broken";
    this.#error ??= known instanceof NetworkError
      ? known
      : new NetworkError(known.message, { code: known.code, cause: known });
  }
}
