import { ToucanError, UsageError } from "../../core/mod.ts";
import { type MailContent, mailContent } from "./content.ts";
import { MailReader, type MailReadOutcome, type ReadMailsOptions } from "./mail_reader.ts";
import type { ListedMail, MailSource } from "./source.ts";

/**
 * Lists messages as they arrive, until the signal fires; without those that were listed before.
 *
 * Permissions: those of the source.
 *
 * @param source The mailbox; it stays open.
 * @param search Condition for the server: other messages are left out.
 * @returns Messages with their headers.
 * @throws {UsageError} When the protocol cannot wait.
 * @throws {ToucanError} What the source throws.
 * @example Wait for a message
 * ```ts
 * import { listArrivals, mailSink, openMailSource, sendMail, serveImap } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * await using server = serveImap("127.0.0.1:0", sink.access);
 * const auth = { user: "ben", secret: "any", withoutTls: true };
 * await using source = await openMailSource(`imap://${server.address}`, { tls: "none", auth });
 * const stop = new AbortController();
 * await sendMail(sink.address, { from: "ann@example.com", to: "ben@example.com", subject: "hi" }, { tls: "none" });
 * for await (const { content } of listArrivals(source, stop.signal)) {
 *   assertEquals(content.subject, "hi");
 *   stop.abort();
 * }
 * ```
 */
export async function* listArrivals(
  source: MailSource,
  signal: AbortSignal,
  search?: string,
): AsyncGenerator<{ readonly mail: ListedMail; readonly content: MailContent }> {
  for await (const mail of arrivalsOf(source, signal, search)) {
    try {
      yield { mail, content: mailContent(mail.header ?? await source.head(mail)) };
    } catch (error) {
      // It was removed meanwhile.
      if (!(error instanceof ToucanError) || error.code !== "no-such-message") throw error;
    }
  }
}

/**
 * Reads messages as they arrive, until the signal fires, as {@link readMails} does it; without those that were listed before.
 *
 * Permissions: those of {@link readMails}.
 *
 * @param source The mailbox; it stays open.
 * @returns The outcome of each message.
 * @throws {UsageError} When the protocol cannot wait; `several-messages` for a target that takes one, and what {@link readMails} throws.
 * @example Read the next message
 * ```ts
 * import { mailSink, openMailSource, readArrivals, sendMail, serveImap } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * await using server = serveImap("127.0.0.1:0", sink.access);
 * const auth = { user: "ben", secret: "any", withoutTls: true };
 * await using source = await openMailSource(`imap://${server.address}`, { tls: "none", auth });
 * const stop = new AbortController();
 * await sendMail(sink.address, { from: "ann@example.com", to: "ben@example.com", text: "hello" }, { tls: "none" });
 * for await (const outcome of readArrivals(source, stop.signal)) {
 *   if (!outcome.error) assertEquals(outcome.content.text.trim(), "hello");
 *   stop.abort();
 * }
 * ```
 */
export function readArrivals(
  source: MailSource,
  signal: AbortSignal,
  options?: Omit<ReadMailsOptions, "selections" | "limit">,
): AsyncGenerator<MailReadOutcome>;
export async function* readArrivals(
  source: MailSource,
  signal: AbortSignal,
  options: Omit<ReadMailsOptions, "selections" | "limit"> = {},
): AsyncGenerator<MailReadOutcome> {
  const reader = new MailReader(source, options);
  if (options.target?.single) {
    throw new UsageError("messages that arrive cannot be saved as one file", { code: "several-messages" });
  }
  for await (const mail of arrivalsOf(source, signal, options.filter?.search)) yield await reader.read(mail);
}

function arrivalsOf(source: MailSource, signal: AbortSignal, search?: string): AsyncIterable<ListedMail> {
  if (!source.arrivals) throw new UsageError(`${source.protocol} cannot wait for messages`);
  return source.arrivals(signal, { ...(search !== undefined && { search }) });
}
