import { NegativeError, NetworkError, type ToucanError } from "../../core/mod.ts";
import { type FtpReply, ftpReplyText } from "../codec/reply.ts";

/**
 * Error for a reply with which a server rejects a command permanently (5xx), or a login.
 *
 * @example Read the reply of the server
 * ```ts
 * import { FtpRefusedError } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const reply = { code: 550, lines: ["No such file"] };
 * const error = new FtpRefusedError("ftp.example:21", "retrieve a.txt", reply, { code: "no-such-file" });
 * assertEquals(error.message, "cannot retrieve a.txt: ftp.example:21 replied 550 No such file");
 * ```
 */
export class FtpRefusedError extends NegativeError {
  /** The name of the class. */
  override readonly name: string = "FtpRefusedError";
  /** Reply of the server; its text is untrusted. */
  readonly reply: FtpReply;

  /** Creates the error of an operation, such as `retrieve a.txt`. */
  constructor(
    peer: string,
    operation: string,
    reply: FtpReply,
    details: { readonly code: string; readonly reason?: string; readonly hint?: string },
  ) {
    super(refusalText(peer, operation, reply), { ...details, peer, operation });
    this.reply = reply;
  }
}

/**
 * Error for a reply with which a server rejects a command for now (4xx, RFC 959 §4.2.1): a later attempt may succeed.
 *
 * @example Recognise an error that may pass
 * ```ts
 * import { FtpTransientError } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new FtpTransientError("ftp.example:21", "list pub", { code: 450, lines: ["Busy"] });
 * assertEquals([error.code, error.reply.code], ["ftp-transient", 450]);
 * ```
 */
export class FtpTransientError extends NetworkError {
  /** The name of the class. */
  override readonly name: string = "FtpTransientError";
  /** Reply of the server; its text is untrusted. */
  readonly reply: FtpReply;

  /** Creates the error of an operation, such as `retrieve a.txt`. */
  constructor(peer: string, operation: string, reply: FtpReply, details?: { readonly code?: string }) {
    super(refusalText(peer, operation, reply), { code: "ftp-transient", ...details, peer, operation });
    this.reply = reply;
  }
}

function refusalText(peer: string, operation: string, reply: FtpReply): string {
  return `cannot ${operation}: ${peer} replied ${ftpReplyText(reply)}`;
}

/** Meaning of a refusal for an operation. */
export interface RefusalOptions {
  /** Whether reply 550 means that the file or folder does not exist, or not for this user. */
  readonly missing?: boolean;
  /** Code of the error for a permanent refusal. */
  readonly code?: string;
  /** Reason of the error for a permanent refusal. */
  readonly reason?: string;
  /** Hint of the error for a permanent refusal. */
  readonly hint?: string;
}

/** Returns the error for a reply that does not grant an operation. */
export function refusal(peer: string, operation: string, reply: FtpReply, options: RefusalOptions = {}): ToucanError {
  if (reply.code >= 500) {
    const code = options.code ?? (options.missing && reply.code === 550 ? "no-such-file" : "ftp-refused");
    return new FtpRefusedError(peer, operation, reply, { code, reason: options.reason, hint: options.hint });
  }
  if (reply.code >= 400) return new FtpTransientError(peer, operation, reply);
  const text = `${refusalText(peer, operation, reply)} (unexpected)`;
  return new NetworkError(text, { code: "unexpected-reply", peer, operation });
}
