import { type ParsedAddress, type ParsedAttachment, parseMail } from "../../deps/postal_mime.ts";
import type { MailStore, StoredMail } from "../sink/types.ts";

/** A message as the list of an inbox has it. Every text in it is a stranger's. */
export interface MailSummary extends StoredMail {
  /** The sender that the message names. */
  readonly fromHeader: string;
  /** The recipients that it names. */
  readonly toHeader: string;
  /** What it is about. */
  readonly subject: string;
}

/** What goes with a message. */
export interface AttachmentSummary {
  /** Its place among them, from 0. */
  readonly index: number;
  /** The name that the message gives it. */
  readonly name: string;
  /** Its media type. */
  readonly type: string;
  /** Its bytes. */
  readonly size: number;
}

/** A whole message, read. */
export interface MailView extends MailSummary {
  /** Its header fields, in order. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Its text, where it has one. */
  readonly text?: string;
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
  readonly html?: string;
  readonly parts: readonly ParsedAttachment[];
}

/** Bytes of the beginning of a message in which its header is looked for. */
const HEAD = 64 * 1024;
/** Characters of a message's text that a search looks into. */
const SEARCHED = 100_000;
/** Messages of which the text is remembered for searches. */
const REMEMBERED = 2000;

/** Reads the messages of a store for people, each when it is asked for. */
export class MailReader {
  readonly #store: MailStore;
  readonly #summaries = new Map<string, MailSummary>();
  readonly #texts = new Map<string, string>();

  /** Reads from a store. */
  constructor(store: MailStore) {
    this.#store = store;
  }

  /** A message for the list. */
  async summary(mail: StoredMail): Promise<MailSummary> {
    const known = this.#summaries.get(mail.id);
    if (known) return known;
    const bytes = await this.#store.read(mail.id);
    const parsed = bytes && await parseMail(headOf(bytes)).catch(() => undefined);
    const summary = summaryOf(mail, parsed);
    this.#summaries.set(mail.id, summary);
    return summary;
  }

  /** Whether a message has all of these words: in its addresses, its subject or its text. */
  async matches(mail: StoredMail, words: readonly string[]): Promise<boolean> {
    const { from, to, fromHeader, toHeader, subject } = await this.summary(mail);
    const short = [from, ...to, fromHeader, toHeader, subject].join("\n").toLowerCase();
    if (words.every((word) => short.includes(word))) return true;
    const text = await this.#text(mail.id);
    return words.every((word) => short.includes(word) || text.includes(word));
  }

  /** A whole message; nothing when there is none of this id. */
  async read(id: string): Promise<ReadMail | undefined> {
    const mail = this.#store.messages.find((mail) => mail.id === id);
    const bytes = mail && await this.#store.read(id);
    if (!mail || !bytes) return undefined;
    try {
      const parsed = await parseMail(bytes);
      const view: MailView = {
        ...summaryOf(mail, parsed),
        headers: parsed.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
        text: parsed.text,
        hasHtml: parsed.html !== undefined,
        attachments: parsed.attachments.map((part, index) => ({
          index,
          name: part.filename ?? "",
          type: part.mimeType,
          size: partBytes(part).length,
        })),
      };
      return { view, html: parsed.html, parts: parsed.attachments };
    } catch {
      const view = {
        ...summaryOf(mail),
        headers: [],
        hasHtml: false,
        attachments: [],
        problem: "it is no readable message",
      };
      return { view, parts: [] };
    }
  }

  /** Forgets what the store does not have any more. */
  forget(): void {
    const kept = new Set(this.#store.messages.map(({ id }) => id));
    for (const map of [this.#summaries, this.#texts]) {
      for (const id of map.keys()) if (!kept.has(id)) map.delete(id);
    }
  }

  async #text(id: string): Promise<string> {
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    const mail = await this.read(id);
    const text = (mail?.view.text ?? mail?.html ?? "").slice(0, SEARCHED).toLowerCase();
    const [oldest] = this.#texts.keys();
    if (this.#texts.size >= REMEMBERED && oldest !== undefined) this.#texts.delete(oldest);
    this.#texts.set(id, text);
    return text;
  }
}

function headOf(bytes: Uint8Array): Uint8Array {
  const head = bytes.subarray(0, HEAD);
  const text = new TextDecoder("latin1").decode(head);
  const end = text.indexOf("\r\n\r\n");
  return end < 0 ? head : head.subarray(0, end + 4);
}

interface Headers {
  readonly from?: ParsedAddress;
  readonly to?: ParsedAddress[];
  readonly cc?: ParsedAddress[];
  readonly subject?: string;
}

function summaryOf(mail: StoredMail, parsed: Headers = {}): MailSummary {
  return {
    ...mail,
    fromHeader: parsed.from ? addressText(parsed.from) : "",
    toHeader: [...parsed.to ?? [], ...parsed.cc ?? []].map(addressText).join(", "),
    subject: parsed.subject ?? "",
  };
}

function addressText({ name, address, group }: ParsedAddress): string {
  if (group) return group.map(addressText).join(", ");
  return name ? `${name} <${address ?? ""}>` : address ?? "";
}

/** The bytes of an attachment. */
export function partBytes({ content }: ParsedAttachment): Uint8Array {
  if (typeof content === "string") return new TextEncoder().encode(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}
