import { type Connection, type LineFault, LineInput, type Trace, writeAll } from "../../../core/mod.ts";
import { type CommandFault, type FtpCommand, parseFtpCommand, urgentAbort } from "../../codec/command.ts";
import { formatReply, type FtpReplyText } from "../../codec/reply_text.ts";

/** Maximum length of the line of a command in bytes. */
const MAX_COMMAND_BYTES = 4096;
/** Input that is read ahead while a transfer runs; a client that sends more is disconnected. */
const MAX_AHEAD_BYTES = 16 * 1024;
/** Characters of replies that wait to be sent together. */
const MAX_UNSENT = 16 * 1024;
const MAX_DRAIN_BYTES = 1 << 20;
const LF = 10;

const encoder = new TextEncoder();
const FAULTS: Readonly<Record<LineFault, string>> = {
  "bare-cr": "Bare CR received; lines end with CR LF",
  "bare-lf": "Bare LF received; lines end with CR LF",
  "line-too-long": `Line too long (limit: ${MAX_COMMAND_BYTES} bytes)`,
};

/** Next command of a client: a command, a line that is not one, or a violation after which nothing can be read. */
export type Incoming =
  | { readonly kind: "command"; readonly command: FtpCommand }
  | { readonly kind: "fault"; readonly fault: CommandFault }
  | { readonly kind: "violation"; readonly text: string };

/** Control connection: commands in, replies out. */
export class Control {
  /** Whether the client has closed its side, or the connection has failed. */
  ended = false;
  /** Time of the last write that has not ended, by `performance.now()`. */
  writingSince?: number;
  #conn: Connection;
  readonly #input = new LineInput();
  readonly #trace?: Trace;
  #reading?: Promise<void>;
  #writing: Promise<void> = Promise.resolve();
  /** Replies that wait to be sent. */
  #unsent = "";
  /** Whether an LF at the beginning of the input ends a command that was taken without it. */
  #endsLate = false;
  /** Line of the next command, if it was looked at and not taken. */
  #next?: Incoming;

  /** Speaks over a connection. */
  constructor(conn: Connection, trace?: Trace) {
    this.#conn = conn;
    this.#trace = trace;
  }

  /** Number of bytes that were read, and belong to no command yet. */
  get pending(): number {
    return this.#input.pending + (this.#next ? 1 : 0);
  }

  /** Whether more may be read ahead. */
  get hasRoom(): boolean {
    return this.#input.pending < MAX_AHEAD_BYTES;
  }

  /** Whether nothing was read behind the last command, and nothing is being read. */
  get quiet(): boolean {
    return this.pending === 0 && this.#reading === undefined;
  }

  /** Returns the next command without taking it; undefined if there is no whole line yet. */
  peek(): Incoming | undefined {
    return this.#next ??= this.#parse();
  }

  /** Takes the command that {@link peek} has returned. */
  take(): void {
    if (this.#next?.kind === "command") this.#traceCommand(this.#next.command);
    this.#next = undefined;
  }

  #parse(): Incoming | undefined {
    this.#skipLateEnd();
    const outcome = this.#input.next(MAX_COMMAND_BYTES);
    if (outcome.kind === "incomplete") return this.#parseUrgent();
    if (outcome.kind === "invalid") return { kind: "violation", text: FAULTS[outcome.problem] };
    const command = parseFtpCommand(outcome.bytes);
    return typeof command === "string" ? { kind: "fault", fault: command } : { kind: "command", command };
  }

  /** Takes `ABOR` without its LF, which Python's ftplib sends as urgent data: the system takes that out of the stream. */
  #parseUrgent(): Incoming | undefined {
    const command = urgentAbort(this.#input.peek());
    if (!command) return undefined;
    this.#input.skip(this.#input.pending);
    this.#endsLate = true;
    return { kind: "command", command };
  }

  #skipLateEnd(): void {
    if (!this.#endsLate || this.#input.pending === 0) return;
    this.#endsLate = false;
    if (this.#input.peek()[0] === LF) this.#input.skip(1);
  }

  /**
   * Reads more; at the end, or when the connection fails, sets {@link ended}. Several callers share one read.
   *
   * @param amount Whether to read one byte only. A read stops before urgent data, which clients send with `ABOR`; unless it has filled
   * its buffer, the runtime takes that for the end of what has arrived, and waits for more.
   */
  more(amount: "all" | "byte" = "all"): Promise<void> {
    return this.#reading ??= this.#read(amount).finally(() => this.#reading = undefined);
  }

  async #read(amount: "all" | "byte"): Promise<void> {
    try {
      const space = this.#input.space();
      const count = await this.#conn.read(amount === "byte" ? space.subarray(0, 1) : space);
      if (count === null) this.ended = true;
      else this.#input.added(count);
    } catch {
      this.ended = true;
    }
  }

  /**
   * Sends a reply, after those before it. A client that is gone gets none.
   *
   * @param waits Whether it may wait for the reply to the next command, if that is here already: small packets in a row can
   * take 40 ms each.
   */
  reply(reply: FtpReplyText, waits = false): Promise<void> {
    const text = formatReply(reply);
    if (this.#trace) {
      for (const line of text.split("\r\n").slice(0, -1)) {
        this.#trace({ direction: ">", text: line, peer: this.#conn.peer });
      }
    }
    this.#unsent += text;
    if (waits && this.#unsent.length < MAX_UNSENT && this.peek()) return Promise.resolve();
    return this.flush();
  }

  /** Sends the replies that wait. */
  flush(): Promise<void> {
    return this.#writing = this.#writing.then(() => this.#flush());
  }

  async #flush(): Promise<void> {
    const text = this.#unsent;
    this.#unsent = "";
    if (text === "") return;
    this.writingSince = performance.now();
    try {
      await writeAll(this.#conn, encoder.encode(text));
    } catch {
      this.ended = true;
    } finally {
      this.writingSince = undefined;
    }
  }

  /** Continues over another connection, after a TLS handshake; nothing may be pending. */
  replace(conn: Connection): void {
    this.#conn = conn;
    this.#input.clear();
  }

  /** Ends the sending side, and drains the input for a moment: unread bytes would cause a reset, and the last reply could be lost. */
  async part(): Promise<void> {
    await this.flush();
    if (this.ended) return;
    try {
      await this.#conn.finish();
      for (let drained = 0; drained < MAX_DRAIN_BYTES && !this.ended;) {
        drained += this.#input.pending;
        this.#input.skip(this.#input.pending);
        await this.more();
      }
    } catch {
      // The client has disconnected.
    }
  }

  /** Closes the connection. */
  close(): void {
    this.ended = true;
    this.#conn.close();
  }

  /** Resolves when the closed connection was released, if that takes longer. */
  get left(): Promise<void> | undefined {
    return this.#conn.left;
  }

  #traceCommand({ verb, argument }: FtpCommand): void {
    const shown = verb === "PASS" || verb === "ACCT" ? "********" : argument;
    this.#trace?.({ direction: "<", text: argument === "" ? verb : `${verb} ${shown}`, peer: this.#conn.peer });
  }
}
