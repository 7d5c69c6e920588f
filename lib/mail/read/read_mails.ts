import { NegativeError, UsageError } from "../../core/mod.ts";
import { chooseMails, type MailChoice } from "./choose.ts";
import { type MailContent, mailContent } from "./content.ts";
import { MailReader, type MailReadOutcome, type ReadMailsOptions } from "./mail_reader.ts";
import type { ListedMail, MailSource } from "./source.ts";

/**
 * Lists messages, with their headers.
 *
 * Permissions: those of the source.
 *
 * @param source The mailbox; it stays open.
 * @param choice Messages to list.
 * @returns The messages, in ascending order of their numbers, as they come.
 * @throws {ToucanError} What the source throws.
 * @example List the subjects of a mailbox
 * ```ts
 * import { listMails, mailSink, openMailSource, sendMail, servePop3 } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * const server = servePop3("127.0.0.1:0", sink.access);
 * await sendMail(sink.address, { from: "ada@example.com", to: "bob@example.com", subject: "hello" }, { tls: "none" });
 * const auth = { user: "bob", secret: "any", withoutTls: true };
 * await using source = await openMailSource(`pop3://${server.address}`, { tls: "none", auth });
 * for await (const { mail, content } of listMails(source)) assertEquals([mail.number, content.subject], [1, "hello"]);
 * ```
 */
export function listMails(
  source: MailSource,
  choice?: MailChoice,
): AsyncGenerator<{ readonly mail: ListedMail; readonly content: MailContent }>;
export async function* listMails(
  source: MailSource,
  choice: MailChoice = {},
): AsyncGenerator<{ readonly mail: ListedMail; readonly content: MailContent }> {
  const { mails } = await chooseMails(source, choice);
  for (const mail of mails) yield { mail, content: mailContent(mail.header ?? await source.head(mail)) };
}

/**
 * Reads messages, one after the other: each is saved, with its attachments, before it is returned, and only a message that is on the disk is
 * deleted on the server. A message that fails does not stop the others, unless the connection is lost or nothing can be saved.
 *
 * Permissions: those of the source; for `target` and `attachments` read and write permission of their paths.
 *
 * @param source The mailbox; it stays open.
 * @returns A result for each message, and for each number that no message has.
 * @throws {UsageError} `several-messages` for a target that takes one; when `remove` is given without `target`, or the protocol cannot delete.
 * @throws {NetworkError} When the connection is lost. What was returned is saved.
 * @throws {SystemError} When a message cannot be saved.
 * @example Save all messages
 * ```ts
 * import { mailSink, mailTarget, openMailSource, readMails, sendMail, servePop3 } from "../mod.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await using sink = await mailSink();
 * const server = servePop3("127.0.0.1:0", sink.access);
 * await sendMail(sink.address, { from: "ada@example.com", to: "bob@example.com", text: "hello" }, { tls: "none" });
 * const auth = { user: "bob", secret: "any", withoutTls: true };
 * await using source = await openMailSource(`pop3://${server.address}`, { tls: "none", auth });
 * for await (const outcome of readMails(source, { target: mailTarget(`${folder}/all.mbox`, "mbox") })) {
 *   if (outcome.error) throw outcome.error;
 * }
 * assertStringIncludes(await Deno.readTextFile(`${folder}/all.mbox`), "hello");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function readMails(source: MailSource, options?: ReadMailsOptions): AsyncGenerator<MailReadOutcome>;
export async function* readMails(source: MailSource, options: ReadMailsOptions = {}): AsyncGenerator<MailReadOutcome> {
  const reader = new MailReader(source, options);
  const { mails, missing } = await chooseMails(source, options);
  if (options.target?.single && mails.length > 1) {
    throw new UsageError(`${mails.length} messages cannot be saved as one file`, { code: "several-messages" });
  }
  for (const name of missing) {
    const where = source.name === "" ? "on the server" : `in ${source.name}`;
    const error = new NegativeError(`there is no message ${name} ${where}`, { code: "no-such-message" });
    yield { mail: typeof name === "number" ? { number: name } : { number: 0, uid: name }, error };
  }
  for (const mail of mails) yield await reader.read(mail);
}
