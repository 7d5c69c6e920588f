import {
  ByteReader,
  type Connection,
  fromSystem,
  NetworkError,
  ToucanError,
  type Trace,
  writeAll,
} from "../../core/mod.ts";
import { MASK, maskSecrets } from "../../core/secrets.ts";
import type { PhaseClock } from "../../core/time/phase_clock.ts";
import { ftpCommandLine } from "../codec/command_text.ts";
import { MAX_LINE_BYTES } from "../codec/limits.ts";
import { type FtpReply, FtpReplyParser, ftpReplyText } from "../codec/reply.ts";

/** Command of the client. */
export interface FtpCommand {
  /** Verb, in capitals. */
  readonly verb: string;
  /** Argument. */
  readonly argument?: string;
  /** Whether the argument is a secret, masked in traces and in replies that repeat it. */
  readonly secret?: boolean;
}

const encoder = new TextEncoder();

/** Commands and replies on a control connection; each reply is limited in time, lines and bytes. */
export class FtpChannel {
  /** Connection beneath. */
  readonly connection: Connection;
  readonly #clock: PhaseClock;
  readonly #trace?: Trace;
  readonly #reader: ByteReader;
  readonly #parser: FtpReplyParser;
  readonly #decoder = new TextDecoder();
  /** Secrets that were sent: a later reply may repeat them too. */
  readonly #secrets: string[] = [];
  #closed = false;

  /** Creates a channel on a connection. */
  constructor(connection: Connection, clock: PhaseClock, trace?: Trace) {
    this.connection = connection;
    this.#clock = clock;
    this.#trace = trace;
    this.#reader = new ByteReader(connection, connection.peer);
    this.#parser = new FtpReplyParser(connection.peer);
    // Ends a pending read or write.
    clock.signal.addEventListener("abort", () => this.close(), { once: true });
  }

  /** Whether the connection was closed, by {@link close} or after a failure: what the next reply belongs to is not known then. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Closes the connection. */
  close(): void {
    this.#closed = true;
    this.#clock.pause();
    this.connection.close();
  }

  /** Whether input was received that was not read yet. */
  get hasPending(): boolean {
    return this.#reader.held > 0;
  }

  /**
   * Sends commands in one write.
   *
   * @throws {UsageError} `injection` when an argument cannot be sent; nothing was sent then.
   * @throws {NetworkError} `unexpected-reply` when a reply is there already: it would be mistaken for the one to this command.
   */
  async send(commands: readonly FtpCommand[]): Promise<void> {
    const lines = commands.map(({ verb, argument }) => ftpCommandLine(verb, argument));
    if (this.#closed) throw this.#fault("connection-closed", "is not connected any more");
    if (this.hasPending) throw this.#fault("unexpected-reply", `sent ${ftpReplyText(await this.reply())} unasked`);
    this.#secrets.push(...commands.flatMap(({ argument, secret }) => secret && argument ? [argument] : []));
    for (const { verb, argument, secret } of commands) {
      this.note(">", argument === undefined ? verb : `${verb} ${secret ? MASK : argument}`);
    }
    try {
      this.#clock.signal.throwIfAborted();
      await writeAll(this.connection, encoder.encode(lines.join("")));
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Sends one command, and returns its reply. */
  async ask(verb: string, argument?: string): Promise<FtpReply> {
    this.#clock.enter(verb);
    await this.send([{ verb, argument }]);
    return await this.reply();
  }

  /**
   * Sends commands, of which none depends on the reply to another, and returns their replies: in one write if `together`, else one after
   * the other.
   */
  async exchange(commands: readonly FtpCommand[], together: boolean): Promise<FtpReply[]> {
    if (together) {
      await this.send(commands);
      return await this.replies(commands);
    }
    const replies: FtpReply[] = [];
    for (const command of commands) {
      this.#clock.enter(command.verb);
      await this.send([command]);
      replies.push(await this.reply());
    }
    return replies;
  }

  /** Returns the replies to commands that were sent. */
  async replies(commands: readonly FtpCommand[]): Promise<FtpReply[]> {
    const replies: FtpReply[] = [];
    for (const { verb } of commands) {
      this.#clock.enter(verb);
      replies.push(await this.reply());
    }
    return replies;
  }

  /** Adds a line to the trace. */
  note(direction: ">" | "<" | "*", text: string): void {
    this.#trace?.({ direction, text });
  }

  /**
   * Returns the next reply. The connection is closed when there is none.
   *
   * @throws {NetworkError} `connection-cut`, `ftp-closing` for 421, `ftp-…` for an invalid reply, `line-too-long`.
   */
  async reply(): Promise<FtpReply> {
    try {
      return await this.#reply();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async #reply(): Promise<FtpReply> {
    let negative: boolean | undefined;
    while (true) {
      const line = this.#decoder.decode(this.#held() ?? await this.#line());
      negative ??= /^[45]/.test(line);
      const text = maskSecrets(line, this.#secrets, negative);
      this.note("<", text);
      const reply = this.#parser.push(text);
      if (!reply) continue;
      if (reply.code === 421) throw this.#fault("ftp-closing", `closed the connection: ${ftpReplyText(reply)}`);
      return reply;
    }
  }

  #held(): Uint8Array | undefined {
    if (this.#clock.signal.aborted) throw this.#clock.signal.reason;
    try {
      return this.#reader.takeLine(MAX_LINE_BYTES);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  async #line(): Promise<Uint8Array> {
    let line: Uint8Array | null;
    try {
      line = await this.#reader.readLine(MAX_LINE_BYTES);
    } catch (error) {
      throw this.#failure(error);
    }
    if (line === null) throw this.#fault("connection-cut", "closed the connection");
    return line;
  }

  #fault(code: string, what: string): NetworkError {
    this.close();
    const { peer } = this.connection;
    return new NetworkError(`${peer} ${what} (${this.#clock.phase})`, { code, peer, operation: this.#clock.phase });
  }

  #failure(error: unknown): unknown {
    this.close();
    if (this.#clock.signal.aborted) return this.#clock.signal.reason;
    const { peer } = this.connection;
    const known = fromSystem(error, { doing: "communicate with", what: peer });
    if (!(known instanceof NetworkError)) return known instanceof ToucanError ? known : error;
    const { code } = known;
    return new NetworkError(`${known.message} (${this.#clock.phase})`, {
      ...{ code, peer, operation: this.#clock.phase, cause: error },
    });
  }
}
