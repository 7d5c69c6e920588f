import type { LineChannel } from "../../../core/lines/client/line_channel.ts";
import { readDotLines } from "../../client/dot_lines.ts";
import { formatNntpCommand } from "../codec/command.ts";
import {
  MAX_CAPABILITY_LINES,
  NNTP_WITHOUT_CAPABILITIES,
  type NntpCapabilities,
  parseNntpCapabilities,
} from "../codec/capabilities.ts";
import { NNTP_REPLY_BYTES, type NntpReply, parseNntpReply } from "../codec/reply.ts";

/** Maximum length of a line of a listing: an overview has several header fields. */
const LISTING_LINE_BYTES = 64 * 1024;

/**
 * Reads the first line of a reply.
 *
 * @throws {NetworkError} `nntp-invalid-reply`; `server-unavailable` when the server ends the connection (400).
 */
export async function readReply(channel: LineChannel): Promise<NntpReply> {
  const reply = parseNntpReply(await channel.line(NNTP_REPLY_BYTES));
  if (!reply) throw channel.fault("nntp-invalid-reply", "sent an invalid NNTP reply");
  return reply;
}

/** Sends a command, and returns the first line of its reply. */
export async function ask(channel: LineChannel, ...words: readonly (string | number)[]): Promise<NntpReply> {
  const line = formatNntpCommand(...words);
  channel.enter(line.split(" ", 1)[0] ?? line);
  await channel.send(line);
  return await readReply(channel);
}

/**
 * Yields the lines behind a positive reply.
 *
 * @throws {NetworkError} `nntp-reply-too-long` beyond `limit` lines; `unexpected-reply` when the server sends more.
 */
export function readLines(channel: LineChannel, limit: number): AsyncGenerator<string> {
  return readDotLines(channel, { lines: limit, lineBytes: LISTING_LINE_BYTES, code: "nntp-reply-too-long" });
}

/** Asks for the capabilities. */
export async function readCapabilities(channel: LineChannel): Promise<NntpCapabilities> {
  const { code } = await ask(channel, "CAPABILITIES");
  if (code !== 101) return NNTP_WITHOUT_CAPABILITIES;
  const lines: string[] = [];
  // Unlike those of listings, these lines are traced.
  for (let line = await channel.line(); line !== "."; line = await channel.line()) {
    if (lines.push(line) > MAX_CAPABILITY_LINES) {
      throw channel.fault("nntp-reply-too-long", `sent a reply of more than ${MAX_CAPABILITY_LINES} lines`);
    }
  }
  return parseNntpCapabilities(lines);
}

/** Changes a server that transfers articles into one that lets them be read (RFC 3977 §5.3), where it has to be; returns its capabilities. */
export async function enterReader(channel: LineChannel, before: NntpCapabilities): Promise<NntpCapabilities> {
  if (before.known && (before.reader || !before.modeReader)) return before;
  const { code } = await ask(channel, "MODE", "READER");
  return before.known && (code === 200 || code === 201) ? await readCapabilities(channel) : before;
}
