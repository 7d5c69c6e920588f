import type { FtpEntry } from "../../codec/entry.ts";
import { parsePathFacts } from "../../codec/facts.ts";
import type { FtpReply } from "../../codec/reply.ts";
import { parseSize } from "../../codec/size.ts";
import { parseTimeValue } from "../../codec/time_value.ts";
import { refusal } from "../refusal.ts";
import type { FtpSession } from "../session.ts";

/**
 * Returns what is at a path by `MLST`, else by `SIZE` and `MDTM` for a file, and `CWD` for a folder; undefined if
 * nothing is there.
 */
export async function statPath(session: FtpSession, path: string, operation: string): Promise<FtpEntry | undefined> {
  const { channel, features } = session;
  const name = path.replace(/\/+$/, "").split("/").at(-1) ?? "";
  if (features.has("MLST")) {
    const reply = await channel.ask("MLST", path);
    const facts = reply.lines.map(parsePathFacts).find((entry) => entry !== undefined);
    if (reply.code === 250 && facts) return { ...facts, name };
    if (isMissing(reply)) return undefined;
    if (reply.code >= 400 && !isUnknown(reply)) throw refusal(channel.connection.peer, operation, reply);
  }
  return await statFile(session, path, name, operation) ?? await statFolder(session, path, name, operation);
}

async function statFile(
  { channel, pipelining }: FtpSession,
  path: string,
  name: string,
  operation: string,
): Promise<FtpEntry | undefined> {
  const commands = [{ verb: "SIZE", argument: path }, { verb: "MDTM", argument: path }];
  const [size, time] = await channel.exchange(commands, pipelining);
  if (!size || !time) return undefined;
  const busy = [size, time].find(({ code }) => code >= 400 && code < 500);
  if (busy) throw refusal(channel.connection.peer, operation, busy);
  const bytes = size.code === 213 ? parseSize(size.lines[0]?.trim() ?? "") : undefined;
  const modified = time.code === 213 ? parseTimeValue(time.lines[0]?.trim() ?? "") : undefined;
  // A server that does not know SIZE may know the time, also that of a folder.
  if (bytes === undefined && (modified === undefined || !isUnknown(size))) return undefined;
  return {
    name,
    type: "file",
    ...(bytes !== undefined && { size: bytes }),
    ...(modified !== undefined && { modified, precision: "second" }),
  };
}

async function statFolder(
  { channel, home }: FtpSession,
  path: string,
  name: string,
  operation: string,
): Promise<FtpEntry | undefined> {
  // Without a known folder there is no way back from another one.
  if (home === undefined) return undefined;
  const reply = await channel.ask("CWD", path);
  if (reply.code < 300) return { name, type: "folder" };
  if (reply.code >= 500) return undefined;
  throw refusal(channel.connection.peer, operation, reply);
}

function isMissing({ code }: FtpReply): boolean {
  return code === 550 || code === 553;
}

function isUnknown({ code }: FtpReply): boolean {
  return code >= 500 && code <= 504;
}
