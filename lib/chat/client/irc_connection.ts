import {
  type Address,
  type Connection,
  Deadline,
  dial,
  formatAddress,
  fromSystem,
  LineSplitter,
  NetworkError,
  TimeoutError,
  ToucanError,
  writeAll,
} from "../../core/mod.ts";
import { type IrcMessage, MAX_LINE_BYTES, MAX_TAG_BYTES, parseIrcMessage } from "../codec/message.ts";
import { MASK, maskSecrets } from "../../core/secrets.ts";
import type { ChatClientOptions } from "./options.ts";
import { Registration } from "./registration.ts";

/** Password that replaces the one of a used invitation. */
const RENEWED_PASSWORD = /( NOTE PASS INVITATION_USED )\S+/;
/** Silence after which the server is sent a PING. */
const PING_AFTER_MS = 60_000;
/** Time for the answer to a PING. */
const PONG_TIMEOUT_MS = 30_000;
/** Limit of characters that wait for a server that does not read. */
const MAX_QUEUED_CHARS = 1 << 20;
/** Queued characters above which further messages wait. */
const CONGESTED_CHARS = 1 << 16;

/** Connection to an IRC server, from dialling to its end. */
export class IrcConnection {
  /** State of the registration. */
  readonly registration: Registration;
  readonly #connection: Connection;
  readonly #options: ChatClientOptions;
  readonly #lines = new LineSplitter({ limit: MAX_TAG_BYTES + MAX_LINE_BYTES });
  readonly #buffer = new Uint8Array(16 * 1024);
  #writing: Promise<void> = Promise.resolve();
  #waiting: string[] = [];
  #size = 0;
  #failure?: ToucanError;
  #timer?: ReturnType<typeof setTimeout>;

  private constructor(connection: Connection, options: ChatClientOptions) {
    this.#connection = connection;
    this.#options = options;
    this.registration = new Registration(options, (line) => this.write(line));
  }

  /** Connects and registers. */
  static async open(
    address: Address,
    options: ChatClientOptions,
    signal: AbortSignal,
  ): Promise<[IrcConnection, IrcMessage[]]> {
    const { timeout } = options;
    using deadline = new Deadline({ timeout, signal }, `join ${formatAddress(address)}`);
    const connection = await dial(address, {
      ...options,
      ...{ timeout: undefined, signal: deadline.signal },
      onStep: (phase) => void (deadline.phase = phase),
    });
    deadline.phase = "first-byte";
    try {
      const irc = new IrcConnection(connection, options);
      return [irc, await deadline.race(irc.#register())];
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** Reads up to RPL_WELCOME; returns the messages from there on. */
  async #register(): Promise<IrcMessage[]> {
    for (let messages = await this.next(); messages; messages = await this.next()) {
      const at = messages.findIndex((message) => this.registration.take(message));
      if (at >= 0) return messages.slice(at);
    }
    throw new NetworkError(`${this.#connection.peer} closed the connection before registration was complete`, {
      code: "connection-cut",
      hint: "the server may require TLS, or may not be an IRC server",
    });
  }

  /** Returns the next messages; undefined when the server has closed the connection. Answers PING. */
  async next(): Promise<IrcMessage[] | undefined> {
    while (true) {
      const count = await this.#read();
      if (count === null) return undefined;
      const messages: IrcMessage[] = [];
      for (const { text, problem } of this.#lines.push(this.#buffer.subarray(0, count))) {
        // Lines that are too long or invalid are ignored; invalid UTF-8 is replaced.
        const shown = this.#masked(text);
        const message = problem === "too-long" ? "too-long" : parseIrcMessage(/^PING /i.test(text) ? text : shown);
        if (typeof message === "string") continue;
        this.#options.trace?.({ direction: "<", text: shown.replace(RENEWED_PASSWORD, `$1${MASK}`) });
        if (message.command === "PING") this.write(`PONG :${message.params.at(-1) ?? ""}`);
        else messages.push(message);
      }
      if (messages.length > 0) return messages;
    }
  }

  /** Masks the password in a line of a server that may have repeated it: until registration is complete. */
  #masked(line: string): string {
    const { server, secrets } = this.registration;
    return server === undefined ? maskSecrets(line, secrets, true) : line;
  }

  async #read(): Promise<number | null> {
    let asked = false;
    const ask = () => {
      if (asked) {
        return this.#fail(
          new TimeoutError(`connection to ${this.#connection.peer} timed out: no response to PING`, {
            code: "chat-silent",
            phase: "body",
          }),
        );
      }
      asked = true;
      this.write("PING :there");
      this.#timer = setTimeout(ask, PONG_TIMEOUT_MS);
    };
    this.#timer = setTimeout(ask, PING_AFTER_MS);
    try {
      const count = await this.#connection.read(this.#buffer);
      if (this.#failure !== undefined) throw this.#failure;
      return count;
    } catch (error) {
      throw this.#failure ?? fromSystem(error, { doing: "read from", what: this.#connection.peer });
    } finally {
      clearTimeout(this.#timer);
    }
  }

  /** Queues a line; lines queued in one turn are written together. */
  write(line: string): void {
    const secret = /^(PASS|AUTHENTICATE)(?! (?:PLAIN|SCRAM-SHA-256|EXTERNAL)$| \+$) /.exec(line);
    this.#options.trace?.({ direction: ">", text: secret ? `${secret[1]} (masked)` : line });
    this.#waiting.push(line);
    this.#size += line.length;
    if (this.#size > MAX_QUEUED_CHARS) {
      return this.#fail(
        new NetworkError(`cannot send to ${this.#connection.peer}: the server does not read`, { code: "chat-stuck" }),
      );
    }
    if (this.#waiting.length === 1) this.#writing = this.#writing.then(() => this.#flush());
  }

  async #flush(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = [];
    if (lines.length === 0) return;
    try {
      await writeAll(this.#connection, new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join("")));
    } catch {
      // Reading fails too, and reports the error.
    } finally {
      this.#size -= lines.reduce((sum, line) => sum + line.length, 0);
    }
  }

  /** Returns whether senders should wait (`sent`). */
  get congested(): boolean {
    return this.#size > CONGESTED_CHARS;
  }

  /** Resolves when all queued lines have been written. */
  async sent(): Promise<void> {
    await this.#writing;
  }

  #fail(error: ToucanError): void {
    this.#failure ??= error;
    this.#waiting = [];
    this.#connection.close();
  }

  /** Closes the connection. */
  close(): void {
    clearTimeout(this.#timer);
    this.#connection.close();
  }
}

/** Returns an error of a connection as a {@link ToucanError}. */
export function connectionError(error: unknown): ToucanError {
  if (error instanceof ToucanError) return error;
  return new NetworkError("connection lost", { code: "connection-reset", cause: error });
}
