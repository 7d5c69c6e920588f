import type { FtpFeatures } from "../../codec/features.ts";
import { formatTimeValue, parseTimeValue } from "../../codec/time_value.ts";
import type { FtpReply } from "../../codec/reply.ts";
import { refusal } from "../refusal.ts";
import type { FtpSession } from "../session.ts";

/**
 * Sets the time of the last change of a file, in whole seconds, by `MFMT` (draft-somers-ftp-mfxx), or by `MDTM` with a time, as vsftpd
 * and others understand it. Returns whether the server did it.
 */
export async function setModifiedTime(
  { channel, features }: FtpSession,
  path: string,
  ms: number,
  operation: string,
): Promise<boolean> {
  const verb = timeVerb(features);
  if (verb === undefined) return false;
  const reply = await channel.ask(verb, `${formatTimeValue(Math.floor(ms / 1000) * 1000)} ${path}`);
  if (reply.code >= 400 && reply.code < 500) throw refusal(channel.connection.peer, operation, reply);
  return reply.code < 300;
}

/** Returns the time of the last change of a file in milliseconds since 1970; undefined if the server does not tell it. */
export async function modifiedTime(
  { channel }: FtpSession,
  path: string,
  operation: string,
): Promise<number | undefined> {
  const reply = await channel.ask("MDTM", path);
  if (reply.code >= 400 && reply.code < 500) throw refusal(channel.connection.peer, operation, reply);
  return modifiedOf(reply);
}

/** Returns the time of a reply to `MDTM`. */
export function modifiedOf({ code, lines }: FtpReply): number | undefined {
  return code === 213 ? parseTimeValue(lines[0]?.trim() ?? "") : undefined;
}

/** Returns the command that sets the time of a file, if the server has one. */
export function timeVerb(features: FtpFeatures): string | undefined {
  return ["MFMT", "MDTM"].find((verb) => features.has(verb));
}
