import { Deadline, NetworkError, TimeoutError, type ToucanError } from "../../../core/mod.ts";
import { type FtpReply, ftpReplyText } from "../../codec/reply.ts";
import { FtpTransientError, refusal, type RefusalOptions } from "../refusal.ts";
import type { FtpSession } from "../session.ts";

/** Transfer, as far as its end needs it. */
export interface RequestedTransfer {
  /** First reply of the server, if it has come. */
  readonly begun?: FtpReply;
  /** Operation, for errors. */
  readonly operation: string;
  /** Meaning of a refusal before it has begun. */
  readonly refused?: RefusalOptions;
}

/** Milliseconds in which a server says why a transfer failed. */
const EXPLANATION_TIMEOUT_MS = 5000;
/** The same, where no data has come for too long: it had the time before. */
const LATE_EXPLANATION_TIMEOUT_MS = 300;

/**
 * Returns the error of a transfer whose data connection failed: what the server replies, if that explains it. The session is closed
 * when the server does not reply soon.
 */
export async function settled(
  session: FtpSession,
  transfer: RequestedTransfer,
  error: unknown,
): Promise<unknown> {
  const { channel, clock } = session;
  if (clock.signal.aborted) return clock.signal.reason;
  if (isFinal(transfer.begun)) return error;
  const timeout = error instanceof TimeoutError ? LATE_EXPLANATION_TIMEOUT_MS : EXPLANATION_TIMEOUT_MS;
  using deadline = new Deadline({ timeout }, "receive the reply to a transfer");
  const { operation, begun, refused } = transfer;
  try {
    const first = begun ?? await deadline.race(channel.reply());
    if (first.code >= 300) return refusal(channel.connection.peer, operation, first, refused);
    if (isFinal(first)) return error;
    // Any reply is the last one: Pure-FTPd reports an aborted transfer with 150.
    const reply = await deadline.race(channel.reply());
    return explains(reply, error) ? incomplete(session, operation, reply) : error;
  } catch {
    channel.close();
    return error;
  }
}

/**
 * Whether a reply is the reason of a failure: when the client has closed the connection, 4xx is only the server's word for that, but 5xx may
 * be why no data was moved before.
 */
function explains({ code }: FtpReply, error: unknown): boolean {
  if (error instanceof TimeoutError) return code >= 500;
  return code >= 400 && error instanceof NetworkError && error.code.startsWith("connection-");
}

/** Whether the first reply to a transfer was the last one: some servers send only that for an empty listing. */
function isFinal(begun: FtpReply | undefined): begun is FtpReply {
  return begun !== undefined && begun.code >= 200;
}

/**
 * Waits for the reply that ends a transfer, when all data was moved.
 *
 * @throws {NetworkError} `transfer-incomplete` when the server does not confirm it, `tls-session-reuse`.
 * @throws {FtpRefusedError} When it rejects it, for example because of a quota.
 */
export async function confirmed(session: FtpSession, { begun, operation }: RequestedTransfer): Promise<FtpReply> {
  if (isFinal(begun)) return begun;
  const { channel, clock } = session;
  clock.enter("waiting for the end of the transfer");
  let reply: FtpReply;
  try {
    reply = await channel.reply();
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const { peer } = channel.connection;
    const text = `cannot ${operation}: the server did not confirm the end of the transfer: ${error.message}`;
    throw new NetworkError(text, { code: "transfer-incomplete", operation, peer, cause: error });
  }
  clock.pause();
  if (reply.code >= 200 && reply.code < 300) return reply;
  throw incomplete(session, operation, reply);
}

/** Returns the error for a reply that ends a transfer without success. */
function incomplete({ channel: { connection } }: FtpSession, operation: string, reply: FtpReply): ToucanError {
  const { peer, security } = connection;
  if (security && wantsSession(reply)) {
    const text =
      `cannot ${operation}: ${peer} requires data connections to resume a TLS session, which is not supported: `;
    return new NetworkError(text + ftpReplyText(reply), { code: "tls-session-reuse", operation, peer });
  }
  if (reply.code >= 500 || reply.code < 400) return refusal(peer, operation, reply);
  return new FtpTransientError(peer, operation, reply, { code: "transfer-incomplete" });
}

/** Whether a reply is how vsftpd, or ProFTPD, rejects a data connection without a resumed session. */
function wantsSession({ code, lines }: FtpReply): boolean {
  const text = lines.join(" ");
  return /session reuse|reuse.*session/i.test(text) || (code === 425 && /Operation not permitted/i.test(text));
}
