import { LineSplitter } from "../../core/bytes/lines.ts";
import { type IrcMessage, type IrcProblem, MAX_LINE_BYTES, MAX_TAG_BYTES, parseIrcMessage } from "./message.ts";

/**
 * Splits a stream into messages; incomplete input is held up to a limit. Lines end with CR LF, or with LF alone, as
 * modern IRC asks of servers.
 */
export class IrcSplitter {
  readonly #lines: LineSplitter;
  readonly #tagBytes: number;

  /** Creates a splitter for lines with at most `tagBytes` bytes of tags. */
  constructor(tagBytes: number = MAX_TAG_BYTES) {
    this.#tagBytes = tagBytes;
    this.#lines = new LineSplitter({ limit: tagBytes + MAX_LINE_BYTES - 2 });
  }

  /** Parses the next bytes; returns the messages that they complete. */
  push(bytes: Uint8Array): (IrcMessage | IrcProblem)[] {
    return this.#lines.push(bytes).map(({ text, problem }) => {
      if (problem === "too-long") return text.startsWith("@") ? "tags-too-long" : "too-long";
      return problem ?? parseIrcMessage(text, this.#tagBytes);
    });
  }
}
