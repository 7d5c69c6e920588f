import {
  type ChunkSink,
  concat,
  formatSize,
  NegativeError,
  raceSignal,
  type Security,
  UsageError,
} from "../../../core/mod.ts";
import type { LineChannel } from "../../../core/lines/client/line_channel.ts";
import type { Pop3Capabilities } from "../codec/capabilities.ts";
import { formatPop3Command } from "../codec/command.ts";
import { MAX_POP3_MESSAGES, parsePop3Size, parsePop3Stat, parsePop3Uid, type Pop3Stat } from "../codec/listing.ts";
import { readBody } from "./body.ts";
import { ask, readLines } from "./dialogue.ts";
import { Pop3RefusedError } from "./refusal.ts";

/** A message in a POP3 mailbox. */
export interface Pop3Message {
  /** Its number in this session, from 1. */
  readonly number: number;
  /** Its size in bytes, as the server tells it. */
  readonly size: number;
  /** Its unique id, the same in every session (UIDL); absent where the server has none. */
  readonly uid?: string;
}

/** Options of {@link Pop3Client.retrieve}. */
export interface Pop3RetrieveOptions {
  /**
   * Maximum size of a message in bytes.
   *
   * @default {67108864}
   */
  readonly limit?: number;
}

/** Default limit of a message in bytes. */
const MAX_MESSAGE_BYTES = 64 * 2 ** 20;
/** Limit of a header, with the lines of TOP. */
const MAX_TOP_BYTES = 2 ** 20;
/** Milliseconds for the reply to QUIT when nothing was deleted. */
const QUIT_TIMEOUT_MS = 2000;

/**
 * Open session with a POP3 mailbox. Its calls are made one after the other. Made by {@link connectPop3}.
 *
 * @example Move all messages into memory
 * ```ts
 * import { connectPop3, mailSink, sendMail, servePop3 } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * const server = servePop3("127.0.0.1:0", sink.access);
 * await sendMail(sink.address, { from: "ada@example.com", to: "bob@example.com", text: "hello" }, { tls: "none" });
 * const auth = { user: "bob", secret: "any", withoutTls: true };
 * const client = await connectPop3(server.address, { tls: "none", auth });
 * for (const { number } of await client.list()) {
 *   await client.retrieve(number);
 *   await client.delete(number);
 * }
 * await client.quit();
 * assertEquals(sink.store.count, 0);
 * ```
 */
export class Pop3Client implements AsyncDisposable {
  readonly #channel: LineChannel;
  #capabilities: Pop3Capabilities;
  #sizes?: ReadonlyMap<number, number>;
  #deletes = false;

  /** Creates a client on a channel after the login. */
  constructor(channel: LineChannel, capabilities: Pop3Capabilities) {
    this.#channel = channel;
    this.#capabilities = capabilities;
  }

  /** Capabilities of the server after the login. */
  get capabilities(): Pop3Capabilities {
    return this.#capabilities;
  }

  /** TLS of the connection; undefined without it. */
  get security(): Security | undefined {
    return this.#channel.connection.security;
  }

  /** Whether the connection was closed, by {@link close} or after an error of the network. */
  get closed(): boolean {
    return this.#channel.closed;
  }

  /**
   * Returns the number of messages and their size.
   *
   * @throws {NetworkError} `pop3-invalid-reply`, `connection-cut` and the like.
   */
  async stat(): Promise<Pop3Stat> {
    const text = await this.#ask("STAT");
    const stat = parsePop3Stat(text);
    if (!stat) throw this.#channel.fault("pop3-invalid-reply", "sent an invalid reply to STAT");
    return stat;
  }

  /**
   * Lists the messages, with their unique ids where the server has them, in ascending order.
   *
   * @throws {NetworkError} `pop3-invalid-listing` when a line is invalid, a number occurs twice, or LIST and UIDL disagree; `pop3-reply-too-long`.
   */
  async list(): Promise<Pop3Message[]> {
    const sizes = await this.#listing("LIST", parsePop3Size);
    const uids = this.#capabilities.uidl ? await this.#uids() : undefined;
    if (uids && (uids.size !== sizes.size || [...sizes.keys()].some((number) => !uids.has(number)))) {
      throw this.#channel.fault("pop3-invalid-listing", "sent listings (LIST, UIDL) that disagree");
    }
    this.#sizes = sizes;
    return [...sizes].sort(([a], [b]) => a - b).map(([number, size]) => {
      const uid = uids?.get(number);
      return { number, size, ...(uid !== undefined && { uid }) };
    });
  }

  /**
   * Returns a message; lines end with CR LF.
   *
   * @param number Its number.
   * @throws {NegativeError} `message-too-large` when its size in the listing is above the limit, `message-refused` when the server does not send it.
   * @throws {NetworkError} `message-endless` when the server sends more than the limit; the connection is closed then.
   */
  async retrieve(number: number, options?: Pop3RetrieveOptions): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    await this.#retrieve(number, options, (piece) => void pieces.push(piece.slice()));
    return concat(pieces);
  }

  /**
   * Writes a message to a sink, piece by piece, and ends the sink. What was written is not complete unless the promise resolves.
   *
   * @param number Its number.
   * @returns Its size in bytes.
   * @throws {ToucanError} What {@link retrieve} throws; what the sink throws: the connection is closed then.
   */
  async retrieveTo(number: number, sink: ChunkSink, options?: Pop3RetrieveOptions): Promise<number> {
    const size = await this.#retrieve(number, options, async (piece) => {
      try {
        await sink.write(piece);
      } catch (error) {
        // The rest of the message would be taken for the next reply.
        this.#channel.close();
        throw error;
      }
    });
    await sink.end();
    return size;
  }

  /**
   * Returns the header of a message, and a number of lines of its body.
   *
   * @throws {NegativeError} `message-refused`.
   * @throws {NetworkError} `message-endless` beyond 1 MiB.
   */
  async top(number: number, lines?: number): Promise<Uint8Array> {
    await this.#ask("TOP", number, lines ?? 0);
    const pieces: Uint8Array[] = [];
    await readBody(this.#channel, MAX_TOP_BYTES, (piece) => void pieces.push(piece.slice()));
    this.#channel.pause();
    return concat(pieces);
  }

  /**
   * Marks a message as deleted. The server deletes it when {@link quit} resolves.
   *
   * @throws {NegativeError} `message-refused`.
   */
  async delete(number: number): Promise<void> {
    await this.#ask("DELE", number);
    this.#deletes = true;
  }

  /**
   * Takes back what {@link delete} has marked.
   *
   * @throws {NegativeError} `message-refused`.
   */
  async reset(): Promise<void> {
    await this.#ask("RSET");
    this.#deletes = false;
  }

  /**
   * Ends the session: the server deletes what was marked, and the connection is closed.
   *
   * @throws {NegativeError} `message-refused` when the server could not delete all of it.
   * @throws {NetworkError} When the server may not have deleted it.
   */
  async quit(): Promise<void> {
    if (this.closed) return this.close();
    try {
      if (this.#deletes) await this.#ask("QUIT");
      else await raceSignal(this.#ask("QUIT"), AbortSignal.timeout(QUIT_TIMEOUT_MS)).catch(() => {});
    } finally {
      this.close();
    }
  }

  /** Closes the connection at once: the server deletes nothing. */
  close(): void {
    this.#channel[Symbol.dispose]();
  }

  /** Closes the connection, with QUIT unless messages are marked as deleted: those stay, since nothing says that the caller was done. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#deletes) this.close();
    else await this.quit();
  }

  async #retrieve(
    number: number,
    { limit = MAX_MESSAGE_BYTES }: Pop3RetrieveOptions = {},
    receive: (piece: Uint8Array) => Promise<void> | void,
  ): Promise<number> {
    const size = this.#sizes?.get(number) ?? 0;
    if (size > limit) {
      const what = `message ${number} has ${formatSize(size)}, more than ${formatSize(limit)}`;
      throw new NegativeError(`${this.#channel.connection.peer}: ${what}`, {
        code: "message-too-large",
        reason: "limit",
      });
    }
    await this.#ask("RETR", number);
    const received = await readBody(this.#channel, limit, receive);
    this.#channel.pause();
    return received;
  }

  async #uids(): Promise<Map<number, string> | undefined> {
    try {
      return await this.#listing("UIDL", parsePop3Uid);
    } catch (error) {
      // Servers without CAPA may lack it.
      if (!(error instanceof Pop3RefusedError)) throw error;
      this.#capabilities = { ...this.#capabilities, uidl: false };
      return undefined;
    }
  }

  async #listing<T>(
    keyword: string,
    parse: (line: string) => readonly [number, T] | undefined,
  ): Promise<Map<number, T>> {
    await this.#ask(keyword);
    const found = new Map<number, T>();
    for await (const line of readLines(this.#channel, MAX_POP3_MESSAGES)) {
      const [number, value] = parse(line) ?? [];
      if (number === undefined || value === undefined || found.has(number)) {
        throw this.#channel.fault("pop3-invalid-listing", `sent an invalid line of ${keyword}`);
      }
      found.set(number, value);
    }
    this.#channel.pause();
    return found;
  }

  /** Sends a command, and returns the text of its positive reply. */
  async #ask(keyword: string, ...numbers: readonly number[]): Promise<string> {
    const invalid = numbers.find((number) => !Number.isSafeInteger(number) || number < 0);
    if (invalid !== undefined) throw new UsageError(`invalid number ${invalid}`, { code: "invalid-number" });
    const reply = await ask(this.#channel, formatPop3Command(keyword, ...numbers));
    this.#channel.pause();
    if (reply.kind === "ok") return reply.text;
    const what = [keyword, ...numbers].join(" ");
    throw new Pop3RefusedError(this.#channel.connection.peer, what, reply, "message-refused");
  }
}
