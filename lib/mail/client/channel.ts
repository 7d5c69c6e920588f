import {
  type Connection,
  fromSystem,
  LineInput,
  NetworkError,
  raceSignal,
  ToucanError,
  type Trace,
  writeAll,
} from "../../core/mod.ts";
import { commandLines } from "../codec/command.ts";
import { REPLY_LINE_LIMIT, ReplyParser, replyText, type SmtpReply } from "../codec/reply.ts";
import { maskSecrets } from "../../core/secrets.ts";
import type { PhaseClock } from "../../core/time/phase_clock.ts";

const encoder = new TextEncoder();

/** Error for reply 421: the server closes the connection, and did not execute the command. */
export class ServerClosing extends NetworkError {
  /** The name of the class. */
  override readonly name: string = "ServerClosing";

  /** Makes the error from the reply. */
  constructor(peer: string, readonly reply: SmtpReply) {
    super(`${peer} closed the connection: ${replyText(reply)}`, { code: "smtp-closing", peer });
  }
}

/** Commands and replies on a connection, each reply bounded in time, lines and bytes. */
export class SmtpChannel {
  /** The connection beneath. */
  readonly connection: Connection;
  readonly #clock: PhaseClock;
  readonly #trace?: Trace;
  readonly #input = new LineInput();
  readonly #parser: ReplyParser;
  readonly #decoder = new TextDecoder();
  /** Secrets that were sent: a later reply may repeat them too. */
  readonly #secrets: string[] = [];

  /** Creates a channel on a connection. */
  constructor(connection: Connection, clock: PhaseClock, trace?: Trace) {
    this.connection = connection;
    this.#clock = clock;
    this.#trace = trace;
    this.#parser = new ReplyParser(connection.peer);
  }

  /** Starts a phase, named in errors; its timeout begins. */
  enter(phase: string): void {
    this.#clock.enter(phase);
  }

  /** Whether there is input that was not read yet. */
  get hasPending(): boolean {
    return this.#input.pending > 0;
  }

  /**
   * Sends commands, at once. `shown` is what the trace says instead, where one holds a secret.
   *
   * @throws {NetworkError} `smtp-unexpected-reply` when a reply is pending.
   */
  async send(commands: readonly string[], shown: readonly string[] = commands): Promise<void> {
    await this.expectSilence();
    const lines = commandLines(commands);
    for (const text of shown) this.#trace?.({ direction: ">", text });
    await this.write(encoder.encode(lines));
  }

  /**
   * Makes sure that the server has said nothing ahead of what it will be asked: that would be taken for an answer.
   *
   * @throws {NetworkError} `smtp-unexpected-reply`.
   */
  async expectSilence(): Promise<void> {
    if (!this.hasPending) return;
    throw this.fault("smtp-unexpected-reply", `sent an unexpected reply: ${replyText(await this.reply())}`);
  }

  /** Sends bytes as they are. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      await raceSignal(writeAll(this.connection, bytes), this.#clock.signal);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Replies have these masked from now on, also where they end up in errors: some servers repeat what they do not understand. */
  hide(secrets: readonly string[]): void {
    this.#secrets.push(...secrets);
  }

  /** Adds a line to the trace. */
  note(direction: ">" | "<" | "*", text: string): void {
    this.#trace?.({ direction, text });
  }

  /**
   * The next reply.
   *
   * @throws {ServerClosing} For 421.
   * @throws {NetworkError} `connection-cut`; `smtp-…` for an invalid reply.
   */
  async reply(): Promise<SmtpReply> {
    let negative: boolean | undefined;
    while (true) {
      const outcome = this.#input.next(REPLY_LINE_LIMIT);
      if (outcome.kind === "invalid") {
        throw this.fault(`smtp-${outcome.problem}`, FAULTS[outcome.problem]);
      }
      if (outcome.kind === "incomplete") {
        await this.#fill();
        continue;
      }
      const line = this.#decoder.decode(outcome.bytes);
      negative ??= /^[45]/.test(line);
      const text = maskSecrets(line, this.#secrets, negative);
      this.#trace?.({ direction: "<", text });
      const reply = this.#parser.push(text);
      if (!reply) continue;
      if (reply.code === 421) throw new ServerClosing(this.connection.peer, reply);
      return reply;
    }
  }

  /** Whether an error means that the connection was lost. */
  connectionLost(error: unknown): boolean {
    return error instanceof NetworkError && !this.#clock.signal.aborted;
  }

  /** Returns the error for something that the server has done, with the phase. */
  fault(code: string, what: string): NetworkError {
    const { peer } = this.connection;
    return new NetworkError(`${peer} ${what} (${this.#clock.phase})`, { code, peer, operation: this.#clock.phase });
  }

  async #fill(): Promise<void> {
    let count: number | null;
    try {
      count = await raceSignal(this.connection.read(this.#input.space()), this.#clock.signal);
    } catch (error) {
      throw this.#failure(error);
    }
    if (count === null) throw this.fault("connection-cut", "closed the connection");
    this.#input.added(count);
  }

  #failure(error: unknown): unknown {
    if (this.#clock.signal.aborted) return this.#clock.signal.reason;
    const { peer } = this.connection;
    const known = fromSystem(error, { doing: "communicate with", what: peer });
    if (!(known instanceof NetworkError)) return known instanceof ToucanError ? known : error;
    return new NetworkError(`${known.message} (${this.#clock.phase})`, {
      code: known.code,
      peer,
      operation: this.#clock.phase,
      cause: error,
    });
  }
}

const FAULTS = {
  "bare-cr": "sent a line with a bare CR",
  "bare-lf": "sent a line with a bare LF",
  "line-too-long": `sent a line longer than ${REPLY_LINE_LIMIT} bytes`,
} as const;
