import { concat, formatSize } from "../../../core/mod.ts";
import type { LineChannel } from "../../../core/lines/client/line_channel.ts";
import { maskSecrets } from "../../../core/secrets.ts";
import { type ImapLiteral, type ImapResponse, ImapResponseParser } from "../codec/response/response.ts";
import { decodeText, ImapResponseError } from "../codec/response/values.ts";

/** Limits of what a server sends for one command. */
export interface ResponseBudget {
  /** Number of responses. */
  responses: number;
  /** Bytes of them, without the literals that {@link LiteralSink} takes. */
  bytes: number;
  /** Bytes of a line. */
  readonly line: number;
}

/** Takes the bytes of a section instead of the response. */
export interface LiteralSink {
  /** Maximum size of a literal in bytes. */
  readonly limit: number;
  /** Takes a piece, which is its own until the next one; `first` for the first piece of a literal. */
  readonly receive: (piece: Uint8Array, first: boolean) => Promise<void> | void;
}

/** Bytes of a literal that is not a section of a message. */
const MAX_LITERAL_BYTES = 2 ** 20;
/** Bytes that have to arrive within the time of a phase. */
const CHUNK_BYTES = 16 * 1024;
/** Characters of a line that a trace shows. */
const SHOWN_LENGTH = 1000;
/** Text in front of the literal of a section. */
const SECTION = /(?:BODY\[[^\]]*\]|RFC822(?:\.HEADER|\.TEXT)?) $/i;

/** Reads responses from a channel, each limited in time and size. What is not valid closes it. */
export class ImapReader {
  readonly #channel: LineChannel;
  readonly #parser = new ImapResponseParser();
  readonly #secrets: string[] = [];

  /** Creates a reader of a channel. */
  constructor(channel: LineChannel) {
    this.#channel = channel;
  }

  /** Masks secrets that were sent in what the server rejects from now on. */
  hide(secrets: readonly string[]): void {
    this.#secrets.push(...secrets.filter((secret) => secret !== ""));
  }

  /**
   * Returns the next response.
   *
   * @throws {NetworkError} `imap-invalid-response`, `imap-too-long`, `message-endless`, and what the channel throws.
   */
  async next(budget: ResponseBudget, sink?: LiteralSink): Promise<ImapResponse> {
    const channel = this.#channel;
    if (--budget.responses < 0) throw channel.fault("imap-too-long", "sent too many responses");
    while (true) {
      const line = await channel.lineBytes(Math.max(1, Math.min(budget.line, budget.bytes)));
      budget.bytes -= line.length;
      try {
        const found = this.#parser.line(this.#traced(line));
        if ("kind" in found) return this.#masked(found);
        this.#parser.literal(await this.#literal(found, budget, sink));
      } catch (error) {
        if (!(error instanceof ImapResponseError)) throw error;
        throw channel.fault("imap-invalid-response", `sent an invalid response: ${error.message}`);
      }
    }
  }

  async #literal({ size, before }: ImapLiteral, budget: ResponseBudget, sink?: LiteralSink): Promise<Uint8Array> {
    const channel = this.#channel;
    const given = sink && SECTION.test(before) ? sink : undefined;
    const limit = given?.limit ?? Math.min(MAX_LITERAL_BYTES, budget.bytes);
    if (size > limit) {
      const what = `announced ${formatSize(size)}, more than ${formatSize(Math.max(0, limit))}`;
      throw channel.fault(given ? "message-endless" : "imap-too-long", what);
    }
    if (!given) budget.bytes -= size;
    channel.note("<", `(${size} bytes)`);
    const pieces: Uint8Array[] = [];
    let [left, awaited] = [size, 0];
    for (let first = true; left > 0; first = false) {
      if (awaited <= 0) {
        channel.progress();
        awaited = CHUNK_BYTES;
      }
      const piece = (await channel.peek()).subarray(0, left);
      left -= piece.length;
      awaited -= piece.length;
      if (given) await given.receive(piece, first);
      else pieces.push(piece.slice());
      channel.skip(piece.length);
    }
    if (size === 0) await given?.receive(new Uint8Array(), true);
    return concat(pieces);
  }

  /** Shows a line in the trace. */
  #traced(line: Uint8Array): Uint8Array {
    const text = decodeText(line.subarray(0, SHOWN_LENGTH));
    this.#channel.note("<", maskSecrets(text, this.#secrets, REJECTED.test(text)));
    return line;
  }

  #masked(response: ImapResponse): ImapResponse {
    if (response.kind !== "done" && response.kind !== "status") return response;
    if (response.status === "OK" || response.status === "PREAUTH") return response;
    return { ...response, text: maskSecrets(response.text, this.#secrets, true) };
  }
}

/** Only a response that rejects something repeats what was sent. */
const REJECTED = /^\S+ (?:NO|BAD|BYE)\b/i;
