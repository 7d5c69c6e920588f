import { safeFileName } from "../../http/codec/fields/file_name.ts";
import type { ParsedAddress } from "../mime/addresses.ts";
import type { ParsedAttachment, ParsedMail } from "../mime/parse_mail.ts";
import { ownResults } from "./own_results.ts";
import type { StoredMail } from "../store/stored_mail.ts";
import type { MailSummary, MailView, NamedAddress } from "./view_types.ts";

/** Characters of each of its texts that the list has. */
const LISTED = 1000;
/** Addresses of each of its fields that the list has. */
const LISTED_ADDRESSES = 100;
/** Shortens a header field for the list, which has many messages at once. */
function clip(text: string): string {
  return text.length > LISTED ? `${text.slice(0, LISTED).replace(/[\ud800-\udbff]$/, "")}…` : text;
}

/** The JSON of a message. */
export function viewOf(mail: StoredMail, parsed: ParsedMail, seen: boolean): MailView {
  const authentication = ownResults(parsed.headers);
  return {
    ...summaryOf(mail, parsed, seen),
    ...(authentication && { authentication }),
    headers: parsed.headers,
    text: parsed.text,
    html: parsed.html,
    hasHtml: parsed.html !== undefined,
    attachments: parsed.attachments.map((part, index) => ({
      index,
      name: part.filename ?? "",
      file: fileName(part, index),
      type: part.mimeType,
      ...(part.contentId && { contentId: bareId(part.contentId) }),
      size: part.content().length,
    })),
  };
}

/** The JSON of a message of which only the envelope is known. */
export function problemView(mail: StoredMail, problem: string, seen: boolean): MailView {
  return { ...summaryOf(mail, {}, seen), headers: [], hasHtml: false, attachments: [], problem };
}

type Headers = Partial<Pick<ParsedMail, "from" | "to" | "cc" | "replyTo" | "subject" | "date" | "messageId">>;

/** Shortens the texts of a summary, and its lists: there are many of them at once. */
export function clipped(summary: MailSummary): MailSummary {
  const { fromHeader, toHeader, subject, date, messageId } = summary;
  const few = (list: readonly NamedAddress[]) =>
    list.slice(0, LISTED_ADDRESSES).map(({ name, address }) => ({ name: clip(name), address: clip(address) }));
  return {
    ...summary,
    ...{ fromHeader: clip(fromHeader), toHeader: clip(toHeader), subject: clip(subject) },
    ...(date !== undefined && { date: clip(date) }),
    ...(messageId !== undefined && { messageId: clip(messageId) }),
    ...{ fromAddresses: few(summary.fromAddresses), toAddresses: few(summary.toAddresses) },
    ...{ cc: few(summary.cc), replyTo: few(summary.replyTo) },
  };
}

/** The summary of a message, whose header was parsed. */
export function summaryOf(mail: StoredMail, parsed: Headers = {}, seen = false): MailSummary {
  return {
    ...mail,
    fromHeader: (parsed.from ?? []).map(addressText).join(", "),
    toHeader: [...parsed.to ?? [], ...parsed.cc ?? []].map(addressText).join(", "),
    subject: parsed.subject ?? "",
    ...(parsed.date !== undefined && { date: parsed.date }),
    ...(parsed.messageId !== undefined && { messageId: parsed.messageId }),
    seen,
    fromAddresses: flat(parsed.from),
    toAddresses: flat(parsed.to),
    cc: flat(parsed.cc),
    replyTo: flat(parsed.replyTo),
  };
}

/** The mailboxes of a list, with those of its groups. */
function flat(list: readonly ParsedAddress[] = []): NamedAddress[] {
  return list.flatMap(({ name, address, group }) => group ? flat(group) : [{ name, address: address ?? "" }]);
}

/** A Content-ID without its angle brackets, and without a comment beside them. */
export function bareId(contentId: string): string {
  return (/<([^<>]*)>/.exec(contentId)?.[1] ?? contentId.replace(/[<>]/g, "")).trim();
}

/** A mailbox, or the mailboxes of a group, as a header field has them. */
export function addressText({ name, address, group }: ParsedAddress): string {
  if (group) return group.map(addressText).join(", ");
  if (name === "" || !address) return name || (address ?? "");
  // A name that could be taken for mailboxes stands between quotes.
  const shown = /[()<>[\]:;@,"\\]/.test(name) ? `"${name.replace(/["\\]/g, "\\$&")}"` : name;
  return `${shown} <${address}>`;
}

/** A name under which an attachment can be saved anywhere. */
export function fileName({ filename }: ParsedAttachment, index: number): string {
  return safeFileName(filename ?? "") ?? `attachment-${index}`;
}
