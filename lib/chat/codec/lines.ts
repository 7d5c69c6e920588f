import { LineSplitter } from "../../core/bytes/lines.ts";
import { type IrcMessage, type IrcProblem, MAX_LINE_BYTES, MAX_TAG_BYTES, parseIrcMessage } from "./message.ts";

/**
 * Cuts a stream into messages; what is incomplete is held, to a bound. Lines end with CR LF, or with LF alone, as
 * modern IRC asks of servers.
 */
export class IrcSplitter {
  readonly #lines: LineSplitter;
  readonly #tagBytes: number;

  /** Makes one for lines whose tags may have so many bytes. */
  constructor(tagBytes: number = MAX_TAG_BYTES) {
    this.#tagBytes = tagBytes;
    this.#lines = new LineSplitter({ limit: tagBytes + MAX_LINE_BYTES - 2 });
  }

  /** Takes the next bytes, and returns what they complete. */
  push(bytes: Uint8Array): (IrcMessage | IrcProblem)[] {
    return this.#lines.push(bytes).map(({ text, problem }) => {
      if (problem === "too-long") return text.startsWith("@") ? "tags-too-long" : "too-long";
      return problem ?? parseIrcMessage(text, this.#tagBytes);
    });
  }
}
