import { formatNetAddress } from "../../address/address.ts";
import { LineInput } from "../../bytes/crlf_lines.ts";
import { writeAll } from "../../bytes/writer.ts";
import { Connection, type Security, type Transport } from "../../dial/connection.ts";
import { NetworkError, TimeoutError, type ToucanError } from "../../errors/errors.ts";
import { Deadline } from "../../time/deadline.ts";
import { handshakeError } from "../../tls/server/handshake_failure.ts";
import type { ServerEngine } from "../../tls/server/server_engine.ts";
import type { Trace, TraceDirection } from "../../trace.ts";
import { type Farewell, LineViolation, type LineWait, type PeekingLineClient } from "./types.ts";

/** Maximum length of a line in bytes, unless the protocol says otherwise. */
const MAX_LINE_BYTES = 8192;
/** Bytes that must arrive within an idle timeout while something else than a line is read. */
const MIN_PROGRESS_BYTES = 1024;
/** Bytes that are written at once; each piece has the write timeout. */
const CHUNK_BYTES = 64 * 1024;
/** Characters of replies that wait to be sent together. */
const MAX_UNSENT = 32 * 1024;
/** Bytes that are drained after the last reply, and the time for that. */
const MAX_DRAIN_BYTES = 1 << 20;
const DRAIN_TIMEOUT_MS = 2000;
/** The same for a client that is not served. */
const REJECT_TIMEOUT_MS = 200;

const encoder = new TextEncoder();

/** Settings that the connections of a server share. */
export interface LineHost {
  /** TLS, if there is a certificate. */
  readonly engine?: ServerEngine;
  /** Last lines. */
  readonly farewell: Farewell;
  /** Times in milliseconds. */
  readonly timeouts: { readonly idle: number; readonly handshake: number; readonly write: number };
  /** Receives every dialogue. */
  readonly trace?: Trace;
}

/** One client of a server of a line protocol. */
export class LineConnection implements PeekingLineClient {
  readonly peer: string;
  readonly local: string;
  readonly #host: LineHost;
  readonly #raw: Deno.Conn;
  readonly #input = new LineInput();
  readonly #leave = new AbortController();
  #conn: Connection;
  #unsent = "";
  #writing: Promise<void> = Promise.resolve();
  #reading?: Promise<boolean>;
  /** Has a reader look at what has changed. */
  #wake?: () => void;
  /** Time, by `performance.now()`, until which the client must have sent or read something. */
  #deadline = Infinity;
  #writeDeadline = Infinity;
  #progress = 0;
  #drainDeadline = Infinity;
  #handshake?: AbortController;
  #ended = false;
  #cut?: ToucanError;
  #lastLine?: string;

  /** Serves a client. */
  constructor(conn: Deno.Conn, host: LineHost) {
    this.#raw = conn;
    this.#host = host;
    this.peer = formatNetAddress(conn.remoteAddr);
    this.local = formatNetAddress(conn.localAddr);
    this.#conn = this.#wrap(conn);
  }

  get secure(): boolean {
    return this.#conn.security !== undefined;
  }

  get leaving(): AbortSignal {
    return this.#leave.signal;
  }

  get pending(): number {
    return this.#input.pending;
  }

  /** Runs the protocol until the connection ends; rejects when it failed or was cut. */
  async serve(protocol: (client: PeekingLineClient) => Promise<void>, implicitTls: boolean): Promise<void> {
    try {
      if (implicitTls) await this.#secure();
      await protocol(this);
      this.#deadline = Infinity;
      if (!this.#ended) {
        if (this.leaving.aborted) this.#lastLine ??= this.#host.farewell.stopping;
        if (this.#lastLine !== undefined) this.reply(this.#lastLine);
        await this.#part();
      }
    } catch (error) {
      throw this.#cut ?? error;
    } finally {
      this.#close();
      // A connection counts until it is closed.
      await this.#conn.left;
    }
    if (this.#cut) throw this.#cut;
  }

  async line(
    { limit = MAX_LINE_BYTES, timeout = this.#host.timeouts.idle }: LineWait = {},
  ): Promise<Uint8Array | null> {
    const deadline = performance.now() + timeout;
    while (true) {
      if (this.#cut) return null;
      const outcome = this.#input.next(limit);
      if (outcome.kind === "invalid") throw new LineViolation(outcome.problem);
      if (outcome.kind === "line") {
        const bytes = outcome.bytes.slice();
        if (this.#unsent.length > MAX_UNSENT) await this.flush();
        return bytes;
      }
      await this.flush();
      if (this.#ended || this.leaving.aborted) return null;
      this.#deadline = deadline;
      await this.#more();
      this.#deadline = Infinity;
    }
  }

  async read(into: Uint8Array): Promise<number | null> {
    const held = (await this.peek())?.subarray(0, into.length);
    if (!held) return null;
    into.set(held);
    this.skip(held.length);
    return held.length;
  }

  async peek(): Promise<Uint8Array | null> {
    while (this.#input.pending === 0) {
      if (this.#cut) throw this.#cut;
      if (this.#ended) return null;
      await this.flush();
      if (this.#progress <= 0) {
        this.#progress = MIN_PROGRESS_BYTES;
        this.#deadline = performance.now() + this.#host.timeouts.idle;
      }
      await this.#more();
    }
    return this.#input.peek();
  }

  skip(count: number): void {
    this.#input.skip(count);
    this.#progress -= count;
    if (this.#progress <= 0) this.#deadline = Infinity;
  }

  reply(text: string): void {
    if (this.#host.trace) { for (const line of text.split("\r\n").slice(0, -1)) this.trace(">", line); }
    this.#unsent += text;
  }

  flush(): Promise<void> {
    if (this.#unsent === "") return this.#writing;
    const bytes = encoder.encode(this.#unsent);
    this.#unsent = "";
    return this.#send(bytes);
  }

  async write(bytes: Uint8Array): Promise<void> {
    void this.flush();
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) await this.#send(bytes.subarray(at, at + CHUNK_BYTES));
  }

  #send(bytes: Uint8Array): Promise<void> {
    const written = this.#writing.then(async () => {
      this.#writeDeadline = performance.now() + this.#host.timeouts.write;
      try {
        await writeAll(this.#conn, bytes);
      } finally {
        this.#writeDeadline = Infinity;
      }
    });
    // A failure is that of who waits for it, and of all who write later.
    written.catch(() => {});
    return this.#writing = written;
  }

  async startTls(): Promise<void> {
    await this.flush();
    if (this.#input.pending > 0) {
      throw new NetworkError(`${this.peer} sent data before the TLS handshake`, {
        code: "starttls-injection",
        peer: this.peer,
      });
    }
    await this.#secure();
  }

  trace(direction: TraceDirection, text: string): void {
    this.#host.trace?.({ direction, text, peer: this.peer });
  }

  /** Whether the TLS handshake is in progress and not aborted. */
  get inHandshake(): boolean {
    return this.#handshake?.signal.aborted === false;
  }

  /** Closes the connection: at once between commands, otherwise after the current one. */
  leave(): void {
    this.#leave.abort();
    this.#handshake?.abort(clientTimeout(this.peer));
    this.#wake?.();
  }

  /** Ends the connection with an error; a client that reads gets the last line. */
  cut(error: ToucanError, lastLine?: string): void {
    this.#cut ??= error;
    this.#lastLine ??= lastLine;
    if (this.#handshake) this.#handshake.abort(error);
    else if (this.#writeDeadline !== Infinity) this.#close();
    this.#wake?.();
  }

  /** Sends the last line to a client that is not served, if it can be sent at once, and closes. */
  async reject(lastLine: string): Promise<void> {
    this.reply(lastLine);
    const closing = setTimeout(() => this.#close(), REJECT_TIMEOUT_MS);
    await this.#part();
    clearTimeout(closing);
    this.#close();
  }

  /** Ends the connection of a client that has taken too long. */
  checkTimeouts(now: number): void {
    if (now > this.#drainDeadline) return this.#close();
    if (now > this.#writeDeadline || now > this.#deadline) {
      this.#deadline = Infinity;
      this.cut(clientTimeout(this.peer), this.#host.farewell.timeout);
    }
  }

  /** Waits until more was read, or the connection is to end. Several readers share one read. */
  async #more(): Promise<void> {
    const reading = this.#reading ??= this.#fill().finally(() => this.#reading = undefined);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#wake = resolve;
    reading.then(() => resolve(), reject);
    try {
      await promise;
    } catch (error) {
      if (!this.#cut) throw error;
    } finally {
      this.#wake = undefined;
    }
  }

  async #fill(): Promise<boolean> {
    const count = await this.#conn.read(this.#input.space());
    if (count === null) this.#ended = true;
    else this.#input.added(count);
    return !this.#ended;
  }

  async #secure(): Promise<void> {
    const { engine, timeouts } = this.#host;
    if (!engine) throw new Error("TLS without a certificate");
    const abort = this.#handshake = new AbortController();
    const what = `TLS handshake with ${this.peer}`;
    using deadline = new Deadline({ signal: abort.signal, timeout: timeouts.handshake }, what);
    try {
      const { transport, alpn, certificate } = await engine.secure(this.#raw, deadline.signal, this.peer);
      this.#conn = this.#wrap(transport, { verified: certificate ? "authority" : "nothing", alpn, certificate });
    } catch (error) {
      this.#ended = true;
      throw error instanceof TimeoutError ? clientTimeout(this.peer) : handshakeError(error, this.peer);
    } finally {
      this.#handshake = undefined;
    }
    this.#input.clear();
  }

  /** Sends what is queued, and drains the input for a moment: unread bytes would cause a reset, and the last reply could be lost. */
  async #part(): Promise<void> {
    try {
      await this.flush();
      this.#drainDeadline = performance.now() + DRAIN_TIMEOUT_MS;
      await this.#conn.finish();
      for (let drained = 0; drained < MAX_DRAIN_BYTES && !this.#ended;) {
        drained += this.#input.pending;
        this.#input.skip(this.#input.pending);
        await (this.#reading ?? this.#fill());
      }
    } catch {
      // The client has disconnected, or does not.
    }
  }

  #close(): void {
    this.#ended = true;
    this.#conn.close();
  }

  #wrap(transport: Transport, security?: Security): Connection {
    const { peer, local } = this;
    return new Connection(transport, { peer, remote: peer, local, security });
  }
}

/** Returns the error for a client that timed out. */
function clientTimeout(peer: string): TimeoutError {
  return new TimeoutError(`${peer} timed out`, { code: "client-too-slow", peer });
}
