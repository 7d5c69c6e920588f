import { type ChunkSink, concat, raceSignal, type Security, UsageError } from "../../../core/mod.ts";
import type { LineChannel } from "../../../core/lines/client/line_channel.ts";
import { DotStuffer } from "../../codec/dot_stuffer.ts";
import { readBody } from "../../pop3/client/body.ts";
import type { NntpCapabilities } from "../codec/capabilities.ts";
import { type ArticleRange, isMessageId, MAX_ARTICLE_NUMBER } from "../codec/command.ts";
import {
  isServerGroup,
  type Newsgroup,
  parseActiveLine,
  parseDescriptionLine,
  parseGroupReply,
} from "../codec/listing.ts";
import { type Overview, parseOverview } from "../codec/overview.ts";
import type { NntpReply } from "../codec/reply.ts";
import { ask, readLines, readReply } from "./dialogue.ts";
import { login } from "./login.ts";
import type { NntpAuth } from "./options.ts";
import { NntpRefusedError } from "./refusal.ts";

/** Default limit of an article in bytes. */
const MAX_ARTICLE_BYTES = 64 * 2 ** 20;
/** Limit of a header in bytes. */
const MAX_HEAD_BYTES = 2 ** 20;
/** Limit of a listing in lines. */
const MAX_LINES = 1_000_000;
/** Milliseconds for the reply to QUIT. */
const QUIT_TIMEOUT_MS = 2000;
/** Replies that say that there is no such group or article. */
const MISSING: ReadonlyMap<number, string> = new Map([
  [411, "no-such-group"],
  [420, "no-such-article"],
  [423, "no-such-article"],
  [430, "no-such-article"],
]);
/** Replies of a server that does not know a command, or does not permit it. */
const UNKNOWN: ReadonlySet<number> = new Set([500, 501, 502, 503]);

/** Options for reading an article. */
export interface NntpArticleOptions {
  /**
   * Maximum size of an article in bytes.
   *
   * @default {67108864}
   */
  readonly limit?: number;
}

/** State of a server at the beginning of a session. */
export interface NntpSession {
  /** Its capabilities. */
  readonly capabilities: NntpCapabilities;
  /** Credentials that were not sent yet. */
  readonly auth?: NntpAuth;
  /** Whether the greeting permits posting. */
  readonly mayPost: boolean;
}

/**
 * Open session with an NNTP server. Its calls are made one after the other. Made by {@link connectNntp}.
 *
 * @example List the newsgroups of a server
 * ```ts
 * import { connectNntp, mailSink, serveNntp } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * await using server = serveNntp("127.0.0.1:0", sink.store.account().inbox);
 * await using client = await connectNntp(server.address, { tls: "none" });
 * assertEquals((await client.groups()).map(({ name }) => name), ["toucan.inbox"]);
 * ```
 */
export class NntpClient implements AsyncDisposable {
  readonly #channel: LineChannel;
  readonly #capabilities: NntpCapabilities;
  readonly #mayPost: boolean;
  #auth?: NntpAuth;
  #over: boolean;

  /** Creates a client on a channel. */
  constructor(channel: LineChannel, { capabilities, auth, mayPost }: NntpSession) {
    this.#channel = channel;
    this.#capabilities = capabilities;
    this.#auth = auth;
    this.#mayPost = mayPost;
    this.#over = capabilities.over;
  }

  /** Capabilities of the server. */
  get capabilities(): NntpCapabilities {
    return this.#capabilities;
  }

  /** Whether the server has said that articles can be posted. */
  get mayPost(): boolean {
    return this.#mayPost || this.#capabilities.post;
  }

  /** TLS of the connection; undefined without it. */
  get security(): Security | undefined {
    return this.#channel.connection.security;
  }

  /** Address of the server. */
  get peer(): string {
    return this.#channel.connection.peer;
  }

  /** Whether the connection was closed, by {@link close} or after an error of the network. */
  get closed(): boolean {
    return this.#channel.closed;
  }

  /**
   * Selects a newsgroup, whose articles can be named by their numbers then.
   *
   * @throws {NntpRefusedError} `no-such-group`.
   * @throws {NetworkError} `nntp-invalid-reply`, `connection-cut` and the like.
   */
  async group(name: string): Promise<Newsgroup> {
    if (!isServerGroup(name)) {
      throw new UsageError(`invalid newsgroup ${JSON.stringify(name)}`, { code: "invalid-group" });
    }
    const { text } = await this.#ask([211], "GROUP", name);
    const group = parseGroupReply(text, name);
    if (!group) throw this.#channel.fault("nntp-invalid-reply", "sent an invalid reply to GROUP");
    return group;
  }

  /**
   * Lists the newsgroups.
   *
   * @param wildmat Pattern of names, such as `misc.*`. @default all
   * @throws {NetworkError} `nntp-invalid-listing`, `nntp-reply-too-long` beyond 1,000,000.
   */
  async groups(wildmat?: string): Promise<Newsgroup[]> {
    return await this.#list("ACTIVE", wildmat, parseActiveLine);
  }

  /** Lists the descriptions of newsgroups by their names. A server without descriptions has none. */
  async descriptions(wildmat?: string): Promise<Map<string, string>> {
    try {
      return new Map(await this.#list("NEWSGROUPS", wildmat, parseDescriptionLine));
    } catch (error) {
      if (error instanceof NntpRefusedError && UNKNOWN.has(error.reply.code)) return new Map();
      throw error;
    }
  }

  /**
   * Returns the overviews of articles of the current newsgroup, by OVER or XOVER, in ascending order.
   *
   * @throws {NetworkError} `nntp-invalid-listing` when a line is invalid, or has a number outside the range or a second time.
   * @throws {NntpRefusedError} `over-missing` when the server has neither.
   */
  async over({ from, to }: ArticleRange): Promise<Overview[]> {
    const range = `${from}-${Number.isFinite(to) ? to : ""}`;
    let reply = await this.#try(this.#over ? "OVER" : "XOVER", range);
    if (UNKNOWN.has(reply.code)) {
      this.#over = !this.#over;
      reply = await this.#try(this.#over ? "OVER" : "XOVER", range);
    }
    // No article in the range.
    if (reply.code === 423 || reply.code === 420) return [];
    if (reply.code !== 224) {
      throw new NntpRefusedError(
        this.peer,
        "OVER",
        reply,
        UNKNOWN.has(reply.code) ? "over-missing" : "command-refused",
      );
    }
    const found = new Map<number, Overview>();
    for await (const line of readLines(this.#channel, Math.min(MAX_LINES, to - from + 1))) {
      const overview = parseOverview(line);
      if (!overview || overview.number < from || overview.number > to || found.has(overview.number)) {
        throw this.#channel.fault("nntp-invalid-listing", "sent an invalid line of OVER");
      }
      found.set(overview.number, overview);
    }
    this.#channel.pause();
    return [...found.values()].sort((a, b) => a.number - b.number);
  }

  /**
   * Returns an article; lines end with CR LF.
   *
   * @param which Its number in the current newsgroup, or its message id.
   * @throws {NntpRefusedError} `no-such-article`.
   * @throws {NetworkError} `message-endless` when the server sends more than the limit; the connection is closed then.
   */
  async article(which: number | string, options?: NntpArticleOptions): Promise<Uint8Array> {
    return await this.#text(220, "ARTICLE", which, options?.limit ?? MAX_ARTICLE_BYTES);
  }

  /** Returns the header of an article, with the empty line behind it; rejects as {@link article}. */
  async head(which: number | string): Promise<Uint8Array> {
    return concat([await this.#text(221, "HEAD", which, MAX_HEAD_BYTES), new TextEncoder().encode("\r\n")]);
  }

  /** Returns the body of an article; rejects as {@link article}. */
  async body(which: number | string, options?: NntpArticleOptions): Promise<Uint8Array> {
    return await this.#text(222, "BODY", which, options?.limit ?? MAX_ARTICLE_BYTES);
  }

  /**
   * Writes an article to a sink, piece by piece, and ends the sink. What was written is not complete unless the promise resolves.
   *
   * @returns Its size in bytes.
   * @throws {ToucanError} What {@link article} throws; what the sink throws: the connection is closed then.
   */
  async articleTo(which: number | string, sink: ChunkSink, options?: NntpArticleOptions): Promise<number> {
    await this.#ask([220], "ARTICLE", nameOf(which));
    const size = await readBody(this.#channel, options?.limit ?? MAX_ARTICLE_BYTES, async (piece) => {
      try {
        await sink.write(piece);
      } catch (error) {
        // The rest of the article would be taken for the next reply.
        this.#channel.close();
        throw error;
      }
    });
    this.#channel.pause();
    await sink.end();
    return size;
  }

  /**
   * Returns the message id of an article.
   *
   * @throws {NntpRefusedError} `no-such-article`.
   */
  async stat(which: number | string): Promise<string> {
    const { text } = await this.#ask([223], "STAT", nameOf(which));
    const id = text.split(/[ \t]+/)[1] ?? "";
    if (!isMessageId(id)) throw this.#channel.fault("nntp-invalid-reply", "sent an invalid reply to STAT");
    return id;
  }

  /**
   * Posts an article, which has to have From, Newsgroups and Subject; Path is left to the server.
   *
   * @param chunks Bytes of the article, piece by piece; what they throw closes the connection, and nothing is posted.
   * @returns The server's reply.
   * @throws {NntpRefusedError} `posting-refused` when the server does not take articles (440), or not this one (441).
   * @throws {NetworkError} When the article may or may not have been posted.
   */
  async post(chunks: AsyncIterable<Uint8Array>): Promise<NntpReply> {
    const first = await this.#try("POST");
    if (first.code !== 340) throw new NntpRefusedError(this.peer, "the article", first, "posting-refused");
    const stuffer = new DotStuffer();
    this.#channel.enter("sending the article");
    try {
      for await (const chunk of chunks) {
        this.#channel.progress();
        await this.#channel.write(stuffer.push(chunk));
      }
      await this.#channel.write(new TextEncoder().encode(stuffer.end()));
    } catch (error) {
      // Without the dot at its end the server discards the article.
      this.close();
      throw error;
    }
    this.#channel.note(">", ".");
    this.#channel.enter("waiting for the reply to the article");
    const reply = await readReply(this.#channel);
    this.#channel.pause();
    if (reply.code !== 240) throw new NntpRefusedError(this.peer, "the article", reply, "posting-refused");
    return reply;
  }

  /** Ends the session, and closes the connection. */
  async quit(): Promise<void> {
    if (this.closed) return;
    try {
      await raceSignal(ask(this.#channel, "QUIT"), AbortSignal.timeout(QUIT_TIMEOUT_MS));
    } catch {
      // Nothing depends on it.
    } finally {
      this.close();
    }
  }

  /** Closes the connection at once. */
  close(): void {
    this.#channel[Symbol.dispose]();
  }

  /** Closes the connection, with QUIT. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.quit();
  }

  async #text(code: number, keyword: string, which: number | string, limit: number): Promise<Uint8Array> {
    await this.#ask([code], keyword, nameOf(which));
    const pieces: Uint8Array[] = [];
    await readBody(this.#channel, limit, (piece) => void pieces.push(piece.slice()));
    this.#channel.pause();
    return concat(pieces);
  }

  async #list<T>(variant: string, wildmat: string | undefined, parse: (line: string) => T | undefined): Promise<T[]> {
    await this.#ask([215], "LIST", variant, ...(wildmat === undefined ? [] : [wildmat]));
    const found: T[] = [];
    for await (const line of readLines(this.#channel, MAX_LINES)) {
      const parsed = parse(line);
      // Real servers list names that no client can ask for; they are of no use, and no reason to fail.
      if (parsed !== undefined) found.push(parsed);
    }
    this.#channel.pause();
    return found;
  }

  /** Sends a command, and returns its reply if that has one of these codes. */
  async #ask(codes: readonly number[], ...words: readonly (string | number)[]): Promise<NntpReply> {
    const reply = await this.#try(...words);
    if (codes.includes(reply.code)) return reply;
    // A positive reply with another meaning may have text behind it.
    if (reply.code < 400) throw this.#channel.fault("nntp-invalid-reply", `sent an invalid reply to ${words[0]}`);
    const code = reply.code === 480 ? "auth-required" : MISSING.get(reply.code) ?? "command-refused";
    throw new NntpRefusedError(this.peer, words.join(" "), reply, code);
  }

  /** Sends a command, and logs in when the server requires it (480). */
  async #try(...words: readonly (string | number)[]): Promise<NntpReply> {
    const reply = await ask(this.#channel, ...words);
    if (reply.code === 480 && this.#auth) {
      const auth = this.#auth;
      this.#auth = undefined;
      await login(this.#channel, this.#capabilities, auth);
      return await this.#try(...words);
    }
    this.#channel.pause();
    return reply;
  }
}

function nameOf(which: number | string): number | string {
  if (
    typeof which === "string"
      ? isMessageId(which)
      : Number.isSafeInteger(which) && which >= 0 && which <= MAX_ARTICLE_NUMBER
  ) {
    return which;
  }
  throw new UsageError(`invalid article ${JSON.stringify(which)}: use a number, or a message id in angle brackets`, {
    code: "invalid-article",
  });
}
