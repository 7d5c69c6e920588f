import type { ParsedAddress } from "../../deps/postal_mime.ts";
import { safeFileName } from "../../http/internal.ts";
import { type ParsedAttachment, type ParsedMail, parseMail } from "../mime/parse_mail.ts";
import type { MailStore, StoredMail } from "../sink/types.ts";
import type { MailFilter } from "./query.ts";

/** A message as the list of an inbox has it. Every text in it is a stranger's. */
export interface MailSummary extends StoredMail {
  /** The sender that the message names. */
  readonly fromHeader: string;
  /** The recipients that it names. */
  readonly toHeader: string;
  /** What it is about. */
  readonly subject: string;
  /** When it was written, as it says itself, in UTC by ISO 8601; as it stands there when it is not a date. */
  readonly date?: string;
  /** The id that its writer gave it, with its angle brackets. */
  readonly messageId?: string;
  /** The mailboxes in From. */
  readonly fromAddresses: readonly NamedAddress[];
  /** The mailboxes in To; the recipients of the envelope are in `to`. */
  readonly toAddresses: readonly NamedAddress[];
  /** The mailboxes in Cc. */
  readonly cc: readonly NamedAddress[];
  /** The mailboxes in Reply-To. */
  readonly replyTo: readonly NamedAddress[];
}

/** A mailbox as a header field names it. */
export interface NamedAddress {
  /** The display name; empty when there is none. */
  readonly name: string;
  /** The address. */
  readonly address: string;
}

/** What goes with a message. */
export interface AttachmentSummary {
  /** Its place among them, from 0. */
  readonly index: number;
  /** The name that the message gives it. */
  readonly name: string;
  /** The name that it is saved under. */
  readonly file: string;
  /** Its media type. */
  readonly type: string;
  /** The id under which the HTML names it (`cid:`), without angle brackets. */
  readonly contentId?: string;
  /** Its bytes. */
  readonly size: number;
}

/** A whole message, read. */
export interface MailView extends MailSummary {
  /** Its header fields, in order. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Its text, where it has one. */
  readonly text?: string;
  /** Its HTML as it came, where it has some. */
  readonly html?: string;
  /** Whether it has HTML. */
  readonly hasHtml: boolean;
  /** What goes with it. */
  readonly attachments: readonly AttachmentSummary[];
  /** Why it could not be read, when it could not. */
  readonly problem?: string;
}

/** A message that was read, with what its summary leaves out. */
export interface ReadMail {
  readonly view: MailView;
  readonly parts: readonly ParsedAttachment[];
}

/** Bytes of the beginning of a message in which its header is looked for. */
const HEAD = 64 * 1024;
/** Characters of each of its texts that the list has. */
const LISTED = 1000;
/** Addresses of each of its fields that the list has. */
const LISTED_ADDRESSES = 100;
/** Bytes of a message that a search looks into, and characters of its text. */
const SEARCHED_BYTES = 256 * 1024;
const SEARCHED = 100_000;
/** Characters of text that are remembered for searches. */
const REMEMBERED = 64 * 2 ** 20;

/** Reads the messages of a store for people, each when it is asked for. */
export class MailReader {
  readonly #store: MailStore;
  readonly #summaries = new Map<string, MailSummary>();
  readonly #texts = new Map<string, Promise<Contents>>();
  #remembered = 0;

  /** Reads from a store. */
  constructor(store: MailStore) {
    this.#store = store;
  }

  /** A message for the list. */
  async summary(mail: StoredMail): Promise<MailSummary> {
    const known = this.#summaries.get(mail.id);
    if (known) return known;
    const bytes = await this.#store.read(mail.id, HEAD);
    const parsed = bytes && attempt(headOf(bytes));
    const summary = clipped(summaryOf(mail, parsed));
    this.#summaries.set(mail.id, summary);
    return summary;
  }

  /** Whether a message fits what of a filter is not in its envelope. */
  async fits(mail: StoredMail, { words, from, subject, attachment }: MailFilter): Promise<boolean> {
    const summary = await this.summary(mail);
    if (subject !== undefined && !summary.subject.toLowerCase().includes(subject)) return false;
    const senders = [mail.from, ...summary.fromAddresses.map(({ address }) => address)];
    if (from !== undefined && !senders.some((address) => address.toLowerCase() === from)) return false;
    if (words.length > 0 && !await this.#has(mail, words)) return false;
    return !attachment || (await this.#contents(mail.id)).attachments > 0;
  }

  /** Whether a message has all of these words: in its addresses, its subject or its text. */
  async #has(mail: StoredMail, words: readonly string[]): Promise<boolean> {
    const { from, to, fromHeader, toHeader, subject } = await this.summary(mail);
    const short = [from, ...to, fromHeader, toHeader, subject].join("\n").toLowerCase();
    if (words.every((word) => short.includes(word))) return true;
    const { text } = await this.#contents(mail.id);
    return words.every((word) => short.includes(word) || text.includes(word));
  }

  /** A whole message; nothing when there is none of this id. */
  async read(id: string): Promise<ReadMail | undefined> {
    const mail = this.#store.messages.find((mail) => mail.id === id);
    const bytes = mail && await this.#store.read(id);
    if (!mail || !bytes) return undefined;
    try {
      const parsed = parseMail(bytes);
      const view: MailView = {
        ...summaryOf(mail, parsed),
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
      return { view, parts: parsed.attachments };
    } catch {
      return unread(mail, "it is no readable message");
    }
  }

  /** Forgets what the store does not have any more. */
  forget(): void {
    const kept = new Set(this.#store.messages.map(({ id }) => id));
    for (const map of [this.#summaries, this.#texts]) {
      for (const id of map.keys()) if (!kept.has(id)) map.delete(id);
    }
  }

  /** What a search needs of a message; those who look for it at the same time share the work. */
  #contents(id: string): Promise<Contents> {
    const known = this.#texts.get(id);
    if (known) return known;
    const found = this.#readContents(id);
    this.#texts.set(id, found);
    found.catch(() => this.#texts.delete(id));
    return found;
  }

  async #readContents(id: string): Promise<Contents> {
    const bytes = await this.#store.read(id, SEARCHED_BYTES);
    const parsed = bytes && attempt(bytes);
    const text = (parsed?.text ?? parsed?.html ?? "").slice(0, SEARCHED).toLowerCase();
    this.#remembered += text.length;
    if (this.#remembered > REMEMBERED) {
      this.#texts.clear();
      this.#remembered = 0;
    }
    return { text, attachments: parsed?.attachments.length ?? 0 };
  }
}

/** What a search needs of a message. */
interface Contents {
  readonly text: string;
  readonly attachments: number;
}

/** A message as far as it can be read; nothing when it goes beyond the limits. */
function attempt(bytes: Uint8Array): ParsedMail | undefined {
  try {
    return parseMail(bytes);
  } catch {
    return undefined;
  }
}

function headOf(bytes: Uint8Array): Uint8Array {
  const head = bytes.subarray(0, HEAD);
  const text = new TextDecoder("latin1").decode(head);
  const end = text.indexOf("\r\n\r\n");
  return end < 0 ? head : head.subarray(0, end + 4);
}

/** What of a header the list has: there are many of them at once. */
function clip(text: string): string {
  return text.length > LISTED ? `${text.slice(0, LISTED).replace(/[\ud800-\udbff]$/, "")}…` : text;
}

/** A message of which only the envelope is known. */
function unread(mail: StoredMail, problem: string): ReadMail {
  return { view: { ...summaryOf(mail), headers: [], hasHtml: false, attachments: [], problem }, parts: [] };
}

type Headers = Partial<Pick<ParsedMail, "from" | "to" | "cc" | "replyTo" | "subject" | "date" | "messageId">>;

/** Shortens the texts of a summary, and its lists: there are many of them at once. */
function clipped(summary: MailSummary): MailSummary {
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

function summaryOf(mail: StoredMail, parsed: Headers = {}): MailSummary {
  return {
    ...mail,
    fromHeader: (parsed.from ?? []).map(addressText).join(", "),
    toHeader: [...parsed.to ?? [], ...parsed.cc ?? []].map(addressText).join(", "),
    subject: parsed.subject ?? "",
    ...(parsed.date !== undefined && { date: parsed.date }),
    ...(parsed.messageId !== undefined && { messageId: parsed.messageId }),
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

/** A Content-ID without its angle brackets. */
export function bareId(contentId: string): string {
  return contentId.trim().replace(/^<|>$/g, "");
}

function addressText({ name, address, group }: ParsedAddress): string {
  if (group) return group.map(addressText).join(", ");
  return name ? `${name} <${address ?? ""}>` : address ?? "";
}

/** A name under which an attachment can be saved anywhere. */
export function fileName({ filename }: ParsedAttachment, index: number): string {
  return safeFileName(filename ?? "") ?? `attachment-${index}`;
}
