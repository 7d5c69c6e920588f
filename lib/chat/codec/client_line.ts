import { LineSplitter } from "../../core/bytes/lines.ts";
import { type IrcMessage, type IrcProblem, MAX_CLIENT_TAG_BYTES, MAX_LINE_BYTES, parseIrcMessage } from "./message.ts";
import { type IrcTags, parseTags } from "./tags.ts";

/** Line that is not a valid message, with the fields that a reply names. */
export interface RefusedLine {
  /** Reason for the rejection. */
  readonly problem: IrcProblem;
  /** Command as far as it could be read, in capitals; empty when there is none. */
  readonly command: string;
  /** Tags as far as they could be read. */
  readonly tags: IrcTags;
}

const NO_TAGS: IrcTags = new Map();
const SHOWN = 64;

/** Parses a line of a client, without its line end. */
export function readClientLine(line: string): IrcMessage | RefusedLine {
  const message = parseIrcMessage(line, MAX_CLIENT_TAG_BYTES);
  return typeof message === "string" ? refusedLine(line, message) : message;
}

/** Reads tags and command of an invalid line. A last tag that may be truncated is ignored. */
export function refusedLine(line: string, problem: IrcProblem): RefusedLine {
  const [, tags, space, command = ""] = /^(?:@([^ ]*)( *))?(?::[^ ]* *)?([^ ]*)/.exec(line) ?? [];
  const whole = space ? tags : tags?.slice(0, Math.max(0, tags.lastIndexOf(";")));
  return { problem, command: command.slice(0, SHOWN).toUpperCase(), tags: whole ? parseTags(whole) : NO_TAGS };
}

/**
 * Splits the bytes of a client into messages. Lines end with CR LF, or with LF alone, as modern IRC asks of servers.
 */
export class ClientLineSplitter {
  readonly #lines: LineSplitter;

  /** Creates a splitter without input. */
  constructor() {
    const limit = MAX_CLIENT_TAG_BYTES + MAX_LINE_BYTES - 2;
    this.#lines = new LineSplitter({ limit, shown: limit });
  }

  /** Parses the next bytes; returns the messages that they complete. */
  push(bytes: Uint8Array): (IrcMessage | RefusedLine)[] {
    return this.#lines.push(bytes).map(({ text, problem }) => {
      if (problem === undefined) return readClientLine(text);
      if (problem === "not-utf8") return refusedLine(text, problem);
      return refusedLine(text, text.startsWith("@") ? "tags-too-long" : "too-long");
    });
  }
}
