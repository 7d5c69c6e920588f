import type { LineChannel } from "../../../core/lines/client/line_channel.ts";
import { readDotLines } from "../../client/dot_lines.ts";
import {
  MAX_CAPA_LINES,
  parsePop3Capabilities,
  POP3_WITHOUT_CAPA,
  type Pop3Capabilities,
} from "../codec/capabilities.ts";
import { parsePop3Reply, POP3_REPLY_BYTES, type Pop3Reply } from "../codec/reply.ts";

/** Maximum length of a line of a listing; RFC 1939 §3 says 512. */
const LISTING_LINE_BYTES = 1024;

/**
 * Reads the first line of a reply.
 *
 * @throws {NetworkError} `pop3-invalid-reply`.
 */
export async function readReply(channel: LineChannel): Promise<Pop3Reply> {
  const reply = parsePop3Reply(await channel.line(POP3_REPLY_BYTES));
  if (!reply) throw channel.fault("pop3-invalid-reply", "sent an invalid POP3 reply");
  return reply;
}

/** Sends a command, and returns the first line of its reply. */
export async function ask(channel: LineChannel, line: string): Promise<Pop3Reply> {
  channel.enter(line.split(" ", 1)[0] ?? line);
  await channel.send(line);
  return await readReply(channel);
}

/**
 * Yields the lines behind a positive reply.
 *
 * @throws {NetworkError} `pop3-reply-too-long` beyond `limit` lines; `unexpected-reply` when the server sends more.
 */
export function readLines(channel: LineChannel, limit: number): AsyncGenerator<string> {
  return readDotLines(channel, { lines: limit, lineBytes: LISTING_LINE_BYTES, code: "pop3-reply-too-long" });
}

/** Asks for the capabilities; a server that does not know CAPA has those of RFC 1939. */
export async function readCapabilities(channel: LineChannel): Promise<Pop3Capabilities> {
  const reply = await ask(channel, "CAPA");
  if (reply.kind !== "ok") return POP3_WITHOUT_CAPA;
  const lines: string[] = [];
  // Unlike those of listings, these lines are traced.
  for (let line = await channel.line(LISTING_LINE_BYTES); line !== "."; line = await channel.line(LISTING_LINE_BYTES)) {
    if (lines.push(line) > MAX_CAPA_LINES) {
      throw channel.fault("pop3-reply-too-long", `sent a reply of more than ${MAX_CAPA_LINES} lines`);
    }
  }
  return parsePop3Capabilities(lines);
}
