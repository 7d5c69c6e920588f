import { type Connection, NetworkError } from "../../core/mod.ts";
import type { PhaseClock } from "../../core/time/phase_clock.ts";
import type { FtpReply } from "../codec/reply.ts";
import type { FtpChannel, FtpCommand } from "./channel.ts";
import type { FtpClientOptions } from "./options.ts";
import { FtpRefusedError, refusal } from "./refusal.ts";

/** User of an anonymous login (RFC 1635), and its password. */
const ANONYMOUS = ["anonymous", "anonymous@"] as const;

/**
 * Protects the data connections of a session over TLS (`PBSZ 0`, `PROT P`: RFC 4217 §9), and logs in. The password is sent after the
 * server has agreed to both.
 *
 * @throws {FtpRefusedError} `tls-refused`, `login-refused`.
 */
export async function login(channel: FtpChannel, clock: PhaseClock, options: FtpClientOptions): Promise<void> {
  const { connection } = channel;
  const { user = ANONYMOUS[0] } = options;
  const password = options.password ?? (/^(?:anonymous|ftp)$/i.test(user) ? ANONYMOUS[1] : "");
  clock.enter("USER");
  await channel.send([...(connection.security ? PROTECTION : []), { verb: "USER", argument: user }]);
  if (connection.security) {
    // The size of buffers has no meaning for TLS, and a server that does not know the command may still protect.
    await channel.reply();
    const protection = await channel.reply();
    if (protection.code !== 200) {
      throw refusal(connection.peer, "protect data connections", protection, {
        code: "tls-refused",
        hint: UNPROTECTED,
      });
    }
  }
  const reply = await channel.reply();
  if (reply.code === 230 || reply.code === 232) return;
  if (reply.code !== 331) throw refused(connection, reply);
  clock.enter("PASS");
  await channel.send([{ verb: "PASS", argument: password, secret: true }]);
  const result = await channel.reply();
  if (result.code !== 230 && result.code !== 202) throw refused(connection, result);
}

/** Hint where only the login would be protected. */
const UNPROTECTED = "the server encrypts logins, but no files: enable TLS for data connections on it";
const PROTECTION: readonly FtpCommand[] = [{ verb: "PBSZ", argument: "0" }, { verb: "PROT", argument: "P" }];

function refused({ peer, security }: Connection, reply: FtpReply): Error {
  if (reply.code === 332) {
    return new NetworkError(`cannot log in to ${peer}: the server requires an account (ACCT)`, {
      code: "login-unsupported",
      operation: "log in",
      peer,
    });
  }
  // 430, of no RFC, is how some servers reject a user or a password.
  if (reply.code === 430) return new FtpRefusedError(peer, "log in", reply, { code: "login-refused" });
  // No code of a reply has this meaning alone.
  const unprotected = !security && reply.lines.some((line) => /encrypt|\b(?:TLS|SSL)\b/i.test(line));
  return refusal(peer, "log in", reply, { code: "login-refused", reason: unprotected ? "unprotected" : undefined });
}
