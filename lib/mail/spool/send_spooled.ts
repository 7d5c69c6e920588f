import { SystemError, ToucanError, UsageError } from "../../core/mod.ts";
import type { MailReport, RecipientReport } from "../client/report.ts";
import type { BuiltMail } from "../message/types.ts";
import type { MailSpool } from "./mail_spool.ts";
import { isOfMessage, isUncertain, type MailSender } from "./sender.ts";

/** Result of a message that was sent from, or put into, a spool. */
export interface SpoolReport {
  /** Message id. */
  readonly messageId: string;
  /** State: answered by the server for all recipients; kept for the next run; or set aside, since the server may have accepted it. */
  readonly state: "answered" | "kept" | "uncertain";
  /** Answer of the server, if there was one. */
  readonly report?: MailReport;
  /** Recipients that wait for the next run. */
  readonly waiting: readonly string[];
  /** Why the server did not answer. */
  readonly error?: ToucanError;
  /** File of a message that was set aside. */
  readonly path?: string;
}

/**
 * Sends the messages that wait in a spool, the oldest first, and yields the result of each. After one for which the server could not be
 * reached, or has rejected the session, the others are not tried, unless the sender has one server for each. A message that the server does
 * not take, such as one that is too large, stays, and does not stop the others.
 *
 * Permissions: those of the spool and of the sender.
 *
 * @param spool Spool.
 * @param sender Client to send with.
 * @returns The results.
 * @throws {unknown} What is not the fault of a message: a signal, a file that cannot be read.
 * @example See MailSpool
 * ```ts
 * import { MailClient, MailSpool, sendSpooled } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await using client = new MailClient("127.0.0.1:25", { tls: "none" });
 * assertEquals(await Array.fromAsync(sendSpooled(await MailSpool.open(folder), client)), []);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function* sendSpooled(spool: MailSpool, sender: MailSender): AsyncGenerator<SpoolReport> {
  if (sender.split) await splitSpooled(spool, sender);
  for await (const { mail, done, keep, uncertain } of spool.claims()) {
    const { messageId } = mail;
    try {
      const report = await sender.send(mail);
      const waiting = waitingOf(report.recipients);
      if (waiting.length === 0) await done();
      else await keep(waiting);
      yield { messageId, state: waiting.length === 0 ? "answered" : "kept", report, waiting };
    } catch (error) {
      if (isUncertain(error)) {
        yield { messageId, state: "uncertain", waiting: [], error, path: await uncertain() };
        continue;
      }
      // An interrupted run does not know what the server has accepted.
      if (!(error instanceof ToucanError)) await uncertain();
      else await keep();
      if (!isOfServer(error) && !isOfMessage(error)) throw error;
      yield { messageId, state: "kept", waiting: mail.to, error };
      if (!sender.split && !isOfMessage(error)) return;
    }
  }
}

/** Puts messages for several servers into the spool once for each. */
async function splitSpooled(spool: MailSpool, sender: MailSender): Promise<void> {
  for await (const { mail, done, keep } of spool.claims()) {
    const parts = sender.split?.(mail) ?? [mail];
    if (parts.length <= 1) {
      await keep();
      continue;
    }
    for (const part of parts) await spool.add(part);
    await done();
  }
}

/**
 * Sends a message, and keeps it in a spool where that cannot be done now: the server cannot be reached, or rejects the session or some of
 * the recipients for now.
 *
 * Permissions: those of the spool and of the sender.
 *
 * @param mail Message.
 * @param spool Spool.
 * @param sender Client to send with.
 * @returns The result.
 * @throws {ToucanError} When the message cannot be sent at all, or may have been accepted; it is not in the spool then.
 * @example Keep a message for which there is no server
 * ```ts
 * import { buildMail, MailClient, MailSpool, sendOrSpool } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await using client = new MailClient("127.0.0.1:9", { tls: "none" });
 * const mail = await buildMail({ from: "ada@example.com", to: "bob@example.com", text: "hello" });
 * assertEquals((await sendOrSpool(mail, await MailSpool.open(folder), client)).state, "kept");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function sendOrSpool(mail: BuiltMail, spool: MailSpool, sender: MailSender): Promise<SpoolReport> {
  const { messageId } = mail;
  try {
    const report = await sender.send(mail);
    const waiting = waitingOf(report.recipients);
    if (waiting.length > 0) await spool.add({ ...mail, to: waiting });
    return { messageId, state: waiting.length === 0 ? "answered" : "kept", report, waiting };
  } catch (error) {
    if (!isOfServer(error) || isUncertain(error)) throw error;
    await spool.add(mail);
    return { messageId, state: "kept", waiting: mail.to, error };
  }
}

/** Returns the recipients whose refusal is temporary (RFC 5321 §4.2.1). */
function waitingOf(recipients: readonly RecipientReport[]): string[] {
  return recipients.filter(({ accepted, reply }) => !accepted && reply.code >= 400 && reply.code < 500).map((
    { address },
  ) => address);
}

/** Whether an error says nothing about the message: it may be sent when the server, or what is said to it, is another one. */
function isOfServer(error: unknown): error is ToucanError {
  return error instanceof ToucanError && !(error instanceof UsageError || error instanceof SystemError) &&
    !isOfMessage(error);
}
