import type { FtpReply } from "../../codec/reply.ts";
import { refusal } from "../refusal.ts";
import type { FtpSession } from "../session.ts";

/** Hash algorithms of {@link FtpClient.hash}. */
export type FtpHashAlgorithm = "sha256" | "sha1" | "md5";

/** Milliseconds for a server to read a large file. */
const HASH_TIMEOUT_MS = 600_000;

interface Names {
  /** Name in `HASH` (draft-bryan-ftp-hash). */
  readonly hash: string;
  /** Commands of their own, older than that. */
  readonly commands: readonly string[];
  /** Number of hexadecimal digits. */
  readonly digits: number;
}

const ALGORITHMS: Readonly<Record<FtpHashAlgorithm, Names>> = {
  sha256: { hash: "SHA-256", commands: ["XSHA256"], digits: 64 },
  sha1: { hash: "SHA-1", commands: ["XSHA1", "XSHA"], digits: 40 },
  md5: { hash: "MD5", commands: ["XMD5"], digits: 32 },
};

/** Returns the hash of a remote file in hexadecimal digits; undefined if the server offers none, or not for this file. */
export async function hashOf(
  session: FtpSession,
  path: string,
  algorithm: FtpHashAlgorithm,
  operation: string,
): Promise<string | undefined> {
  const { hash, commands, digits } = ALGORITHMS[algorithm];
  const { channel, clock, features, options } = session;
  const verb = features.hashes.includes(hash) ? "HASH" : commands.find((command) => features.has(command));
  if (verb === undefined) return undefined;
  // A server would take the end of such a name for a range of the file.
  if (verb !== "HASH" && /\s\d+$/.test(path)) return undefined;
  if (verb === "HASH" && !await selectHash(session, hash)) return undefined;
  clock.enter(verb, "first-byte", options.hashTimeout ?? HASH_TIMEOUT_MS);
  await channel.send([{ verb, argument: path }]);
  const reply = await channel.reply();
  if (reply.code >= 400 && reply.code < 500) throw refusal(channel.connection.peer, operation, reply);
  return reply.code < 300 ? digestIn(reply, digits) : undefined;
}

async function selectHash(session: FtpSession, name: string): Promise<boolean> {
  if (session.hash === name) return true;
  const reply = await session.channel.ask("OPTS", `HASH ${name}`);
  if (reply.code === 200) session.hash = name;
  return reply.code === 200;
}

function digestIn({ lines }: FtpReply, digits: number): string | undefined {
  const found = lines.join(" ").match(/\b[0-9a-f]+\b/gi) ?? [];
  return found.find((word) => word.length === digits)?.toLowerCase();
}
