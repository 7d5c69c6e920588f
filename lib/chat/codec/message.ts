import { UsageError } from "../../core/errors/errors.ts";
import { escapeTags, type IrcTags, parseTags } from "./tags.ts";

/** Message of IRC (RFC 1459, section 2.3; modern IRC). */
export interface IrcMessage {
  /** Tags (IRCv3 message-tags); empty for none. */
  readonly tags: IrcTags;
  /** Source: `nick!user@host` or the name of a server. */
  readonly source?: string;
  /** Command in capitals, or a numeric of three digits. */
  readonly command: string;
  /** Parameters. */
  readonly params: readonly string[];
}

/** Reason why a line is not a valid message. */
export type IrcProblem =
  /** The line is empty. */
  | "empty"
  /** It contains NUL, or CR within the line. */
  | "control-character"
  /** The command is missing or invalid. */
  | "no-command"
  /** It has more than {@link MAX_LINE_BYTES} without its tags. */
  | "too-long"
  /** Its tags have more than {@link MAX_TAG_BYTES}. */
  | "tags-too-long"
  /** It is not valid UTF-8. */
  | "not-utf8";

/** Limit of a message without its tags, including CR LF (RFC 1459, section 2.3). */
export const MAX_LINE_BYTES = 512;
/** Limit of the tags, from the `@` to the space behind them (IRCv3 message-tags). */
export const MAX_TAG_BYTES = 8191;
/** Limit of the tags of a client; the rest of {@link MAX_TAG_BYTES} is for the server's tags. */
export const MAX_CLIENT_TAG_BYTES = 4096;

const NO_TAGS: IrcTags = new Map();
// Forbidden anywhere in a message.
const FORBIDDEN = /[\0\r\n]/;

/**
 * Parses a line, without its CR LF, as a message. A line with NUL or CR is rejected as a whole, since another parser
 * could read two messages from it.
 *
 * @param line The line, without CR LF.
 * @param tagBytes The limit of the tags in bytes.
 * @returns The message, or the reason why the line is not valid.
 * @example Parse a message with a tag
 * ```ts
 * import { parseIrcMessage } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const message = parseIrcMessage("@id=1 :ann!a@host PRIVMSG #lobby :good morning");
 * if (typeof message === "string") throw new Error(message);
 * assertEquals([message.tags.get("id"), message.params], ["1", ["#lobby", "good morning"]]);
 * ```
 */
export function parseIrcMessage(line: string, tagBytes?: number): IrcMessage | IrcProblem;
export function parseIrcMessage(line: string, tagBytes: number = MAX_TAG_BYTES): IrcMessage | IrcProblem {
  if (FORBIDDEN.test(line)) return "control-character";
  let tags = NO_TAGS;
  let at = 0;
  if (line.startsWith("@")) {
    const end = line.indexOf(" ");
    if (end < 0) return "no-command";
    if (exceeds(line.slice(0, end + 1), tagBytes)) return "tags-too-long";
    tags = parseTags(line.slice(1, end));
    at = end + 1;
  }
  if (exceeds(at === 0 ? line : line.slice(at), MAX_LINE_BYTES - 2)) return "too-long";
  at = skipSpaces(line, at);
  let source: string | undefined;
  if (line[at] === ":") {
    const end = endOfWord(line, at);
    source = line.slice(at + 1, end);
    at = skipSpaces(line, end);
  }
  const end = endOfWord(line, at);
  const command = line.slice(at, end).toUpperCase();
  if (command === "") return source === undefined && tags.size === 0 ? "empty" : "no-command";
  if (!/^(?:[A-Z]+|\d{3})$/.test(command)) return "no-command";
  return { tags, source, command, params: parseParams(line, end) };
}

function parseParams(line: string, from: number): string[] {
  const params: string[] = [];
  for (let at = skipSpaces(line, from); at < line.length;) {
    if (line[at] === ":") {
      params.push(line.slice(at + 1));
      break;
    }
    const end = endOfWord(line, at);
    params.push(line.slice(at, end));
    at = skipSpaces(line, end);
  }
  return params;
}

function skipSpaces(line: string, at: number): number {
  while (line[at] === " ") at++;
  return at;
}

function endOfWord(line: string, at: number): number {
  const end = line.indexOf(" ", at);
  return end < 0 ? line.length : end;
}

/**
 * Encodes a message as a line, without CR LF; the last parameter gets a colon where it needs one.
 *
 * @param message The message; tags, source and parameters are optional.
 * @returns The line.
 * @throws {UsageError} `invalid-irc-message` when a part contains a line break or NUL, or a parameter that is not the last
 *   contains a space.
 * @example Encode a message
 * ```ts
 * import { writeIrcMessage } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const line = writeIrcMessage({ command: "PRIVMSG", params: ["#lobby", "good morning"] });
 * assertEquals(line, "PRIVMSG #lobby :good morning");
 * ```
 */
export function writeIrcMessage(message: Partial<IrcMessage> & Pick<IrcMessage, "command">): string {
  const { tags, source, command, params = [] } = message;
  const start = tags && tags.size > 0 ? `@${escapeTags(tags)} ` : "";
  const line = start + ircLine(source, command, ...params);
  return line;
}

/** Commands whose last parameter is text and always gets a colon, since older clients expect it. */
const WITH_TEXT = new Set([
  "PRIVMSG",
  "NOTICE",
  "TOPIC",
  "PART",
  "QUIT",
  "KICK",
  "AWAY",
  "ERROR",
  "SETNAME",
  "WALLOPS",
  "KILL",
  "301",
  "302",
  "303",
  "311",
  "314",
  "319",
  "322",
  "332",
  "353",
  "372",
  "730",
  "731",
  "732",
]);

/** Commands of {@link WITH_TEXT} whose only parameter is the text. */
const ALONE = new Set(["QUIT", "ERROR", "SETNAME", "WALLOPS"]);

/** Encodes a message without tags as a line. */
export function ircLine(source: string | undefined, command: string, ...params: readonly string[]): string {
  let line = source === undefined ? command : `:${source} ${command}`;
  const last = params.length - 1;
  for (const [i, param] of params.entries()) {
    // CAP has a list only from a server: clients send a version.
    const textual = WITH_TEXT.has(command) || (command === "CAP" && source !== undefined);
    const text = textual && i === last && (i > 0 || ALONE.has(command));
    const plain = !text && param !== "" && !param.startsWith(":") && !param.includes(" ");
    if (!plain && i < last) throw invalid(`"${param}" must be the last parameter`);
    line += plain ? ` ${param}` : ` :${param}`;
  }
  if (FORBIDDEN.test(line)) throw invalid("line breaks and NUL are not allowed");
  return line;
}

function invalid(why: string): UsageError {
  return new UsageError(`invalid IRC message: ${why}`, { code: "invalid-irc-message" });
}

/** Returns whether text has more than `limit` bytes in UTF-8. */
export function exceeds(text: string, limit: number): boolean {
  if (text.length > limit) return true;
  return text.length * 3 > limit && utf8Length(text) > limit;
}

/** Returns the length of text in UTF-8, in bytes. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A surrogate pair is four bytes: two for each half.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}
