import { LineInput } from "../../bytes/crlf_lines.ts";
import { writeAll } from "../../bytes/writer.ts";
import type { Connection } from "../../dial/connection.ts";
import { NetworkError, ToucanError, UsageError } from "../../errors/errors.ts";
import { fromSystem } from "../../errors/system_error.ts";
import { maskSecrets } from "../../secrets.ts";
import { raceSignal } from "../../time/deadline.ts";
import type { PhaseClock } from "../../time/phase_clock.ts";
import type { Trace } from "../../trace.ts";

/** Maximum length of a line in bytes, unless the protocol says otherwise. */
const MAX_LINE_BYTES = 64 * 1024;
/** Replies that reject something: POP3, IMAP, and those that begin with a code. Only these repeat what was sent. */
const NEGATIVE = /^(?:-ERR|[45]\d\d|\S+ (?:NO|BAD|BYE)\b)/i;
const FAULTS = {
  "bare-cr": "sent a line with a bare CR",
  "bare-lf": "sent a line with a bare LF",
  "line-too-long": "sent a line that is too long",
} as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Options for sending a line. */
export interface LineSend {
  /** Text that the trace shows instead. */
  readonly shown?: string;
  /** Secrets in the line. Later lines of the server that reject something have these masked. */
  readonly secrets?: readonly string[];
  /** Whether replies to earlier lines may be pending. @default false */
  readonly together?: boolean;
}

/** Lines and bytes of a client's connection, limited in time and size. After a failure it is closed: what comes next has no meaning. */
export class LineChannel implements Disposable {
  /** Connection beneath. */
  readonly connection: Connection;
  readonly #clock: PhaseClock;
  readonly #trace?: Trace;
  readonly #input = new LineInput();
  readonly #secrets: string[] = [];
  #closed = false;
  #received = 0;

  /** Creates a channel on a connection. */
  constructor(connection: Connection, clock: PhaseClock, trace?: Trace) {
    this.connection = connection;
    this.#clock = clock;
    this.#trace = trace;
  }

  /** Whether it was closed, by {@link close} or after a failure. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether input was received that was not read yet. */
  get hasPending(): boolean {
    return this.#input.pending > 0;
  }

  /** Number of bytes that were received and not read yet: while a line is waited for, those of its begin. */
  get pending(): number {
    return this.#input.pending;
  }

  /** Number of bytes received since the phase was entered. */
  get received(): number {
    return this.#received;
  }

  /** Fires when a phase takes too long, or the caller's signal fires. */
  get signal(): AbortSignal {
    return this.#clock.signal;
  }

  /** Starts a phase, named in errors; its timeout begins. `timeout` is in milliseconds, not below the usual one. */
  enter(phase: string, timeout?: number): void {
    this.#received = 0;
    this.#clock.enter(phase, "first-byte", timeout);
  }

  /** Restarts the timeout of the phase: a part of a body has come. */
  progress(): void {
    this.#clock.enter(this.#clock.phase, "body");
  }

  /** Current phase, for errors. */
  get phase(): string {
    return this.#clock.phase;
  }

  /** Stops the time until the next phase: nothing is waited for. */
  pause(): void {
    this.#clock.pause();
  }

  /**
   * Sends a line.
   *
   * @throws {UsageError} `injection` when it has a CR, LF or NUL; nothing was sent then.
   * @throws {NetworkError} `unexpected-reply` when input is pending: it would be taken for the reply.
   */
  async send(line: string, { shown = line, secrets = [], together = false }: LineSend = {}): Promise<void> {
    if (/[\r\n\0]/.test(line)) {
      throw new UsageError("a command cannot contain line breaks or NUL", { code: "injection" });
    }
    if (this.#closed) throw this.fault("connection-closed", "is not connected any more");
    if (!together && this.hasPending) throw this.fault("unexpected-reply", "sent a reply that was not expected");
    this.#secrets.push(...secrets.filter((secret) => secret !== ""));
    this.note(">", shown);
    await this.write(encoder.encode(`${line}\r\n`));
  }

  /** Sends bytes as they are. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      await raceSignal(writeAll(this.connection, bytes), this.#clock.signal);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /**
   * Returns the next line, as text.
   *
   * @throws {NetworkError} `connection-cut`, `line-too-long`, `bare-cr`, `bare-lf`.
   * @throws {TimeoutError} When the phase takes too long.
   */
  async line(limit?: number): Promise<string> {
    const line = decoder.decode(await this.lineBytes(limit));
    const text = maskSecrets(line, this.#secrets, NEGATIVE.test(line));
    this.note("<", text);
    return text;
  }

  /** Returns the bytes of the next line, which are not traced; the caller's until the next read. */
  async lineBytes(limit = MAX_LINE_BYTES): Promise<Uint8Array> {
    while (true) {
      const outcome = this.#input.next(limit);
      if (outcome.kind === "line") return outcome.bytes;
      if (outcome.kind === "invalid") throw this.fault(outcome.problem, FAULTS[outcome.problem]);
      await this.#fill();
    }
  }

  /** Returns what was received, at least one byte, without taking it; the caller's until the next read. Say with {@link skip} what was used. */
  async peek(): Promise<Uint8Array> {
    if (!this.hasPending) await this.#fill();
    return this.#input.peek();
  }

  /** Takes bytes that {@link peek} has returned. */
  skip(count: number): void {
    this.#input.skip(count);
  }

  /** Reads bytes, at least one. */
  async read(into: Uint8Array): Promise<number> {
    const held = (await this.peek()).subarray(0, into.length);
    into.set(held);
    this.skip(held.length);
    return held.length;
  }

  /** Adds a line to the trace. */
  note(direction: ">" | "<" | "*", text: string): void {
    this.#trace?.({ direction, text });
  }

  /** Closes the connection, and returns the error for what the server has done: "PEER WHAT (PHASE)". */
  fault(code: string, what: string): NetworkError {
    this.close();
    const { peer } = this.connection;
    const { phase } = this.#clock;
    return new NetworkError(`${peer} ${what} (${phase})`, { code, peer, operation: phase });
  }

  /** Closes the connection. */
  close(): void {
    this.#closed = true;
    this.#clock.pause();
    this.connection.close();
  }

  /** Closes the connection, and forgets the clock. */
  [Symbol.dispose](): void {
    this.close();
    this.#clock[Symbol.dispose]();
  }

  async #fill(): Promise<void> {
    if (this.#closed) throw this.fault("connection-closed", "is not connected any more");
    let count: number | null;
    try {
      count = await raceSignal(this.connection.read(this.#input.space()), this.#clock.signal);
    } catch (error) {
      throw this.#failure(error);
    }
    if (count === null) throw this.fault("connection-cut", "closed the connection");
    this.#input.added(count);
    this.#received += count;
  }

  #failure(error: unknown): unknown {
    this.close();
    if (this.#clock.signal.aborted) return this.#clock.signal.reason;
    const { peer } = this.connection;
    const { phase: operation } = this.#clock;
    const known = fromSystem(error, { doing: "communicate with", what: peer });
    if (!(known instanceof NetworkError)) return known instanceof ToucanError ? known : error;
    return new NetworkError(`${known.message} (${operation})`, { code: known.code, peer, operation, cause: error });
  }
}
