import { type ParsedAddress, readAddresses } from "./addresses.ts";
import { readMailDate } from "./date.ts";
import { type Entity, readEntities } from "./entity.ts";
import { fieldValue, type MailField } from "./fields.ts";
import { decodeText } from "./text.ts";
import { transferDecode } from "./transfer_decode.ts";
import { readWords } from "./words.ts";

/** A part of a message that is not its text. */
export interface ParsedAttachment {
  /** The name that the message gives it. */
  readonly filename: string | null;
  /** Its media type. */
  readonly mimeType: string;
  /** Content disposition: `inline`, `attachment`; null when there is none. */
  readonly disposition: string | null;
  /** The id under which HTML names it, as it stands in the field. */
  readonly contentId?: string;
  /** Its bytes as they were before they were encoded; decoded when they are first asked for. */
  readonly content: () => Uint8Array;
}

/** A message that was read. Every text in it is untrusted. */
export interface ParsedMail extends ParsedHeader {
  /** The header, in order. */
  readonly headers: readonly MailField[];
  /** Its text; lines end with LF. */
  readonly text?: string;
  /** Its HTML; lines end with LF. */
  readonly html?: string;
  /** The other parts, in order. */
  readonly attachments: readonly ParsedAttachment[];
}

/** Contents of a header. Every text in it is untrusted. */
export interface ParsedHeader {
  /** The mailboxes of From. */
  readonly from: readonly ParsedAddress[];
  /** Those of To, in all fields of that name. */
  readonly to: readonly ParsedAddress[];
  /** Those of Cc. */
  readonly cc: readonly ParsedAddress[];
  /** Those of Reply-To. */
  readonly replyTo: readonly ParsedAddress[];
  /** Sender, when it is given. */
  readonly sender?: ParsedAddress;
  /** Subject. */
  readonly subject?: string;
  /** Its id, with angle brackets. */
  readonly messageId?: string;
  /** Date in UTC (ISO 8601); the unparsed text when it is invalid. */
  readonly date?: string;
}

/**
 * Reads a message by RFC 5322 and RFC 2045 to 2049, whatever it is: what has no header is a text, what has no body a header.
 *
 * @param root Its parts, where they were read before.
 * @throws {RangeError} When it goes beyond the limits: 32 levels of parts, 10,000 parts, 1 MiB of headers.
 */
export function parseMail(bytes: Uint8Array, root: Entity = readEntities(bytes)): ParsedMail {
  const { fields } = root;
  const body = new Body(bytes);
  body.take(root, true);
  return {
    headers: fields,
    ...readHeader(fields),
    ...(body.texts.length > 0 && { text: body.texts.join("\n") }),
    ...(body.pages.length > 0 && { html: body.pages.join("\n") }),
    attachments: body.attachments,
  };
}

/** Reads what header fields say of a message. */
export function readHeader(fields: readonly MailField[]): ParsedHeader {
  const [sender] = addresses(fields, "sender");
  const [subject, messageId, date] = ["subject", "message-id", "date"].map((name) => fieldValue(fields, name));
  return {
    from: addresses(fields, "from"),
    to: addresses(fields, "to"),
    cc: addresses(fields, "cc"),
    replyTo: addresses(fields, "reply-to"),
    ...(sender && { sender }),
    ...(subject !== undefined && { subject: readWords(subject) }),
    ...(messageId !== undefined && { messageId: idOf(messageId) }),
    ...(date !== undefined && { date: readMailDate(date)?.toISOString() ?? date }),
  };
}

/** An id without the comments beside it (RFC 5322 §3.6.4). */
function idOf(text: string): string {
  return /<[^<>\s]+>/.exec(text)?.[0] ?? readWords(text);
}

function addresses(fields: readonly MailField[], name: string): ParsedAddress[] {
  return fields.filter((field) => field.name.toLowerCase() === name).flatMap(({ value }) => readAddresses(value));
}

/** The body that a reader sees, gathered from the parts. */
class Body {
  readonly texts: string[] = [];
  readonly pages: string[] = [];
  readonly attachments: ParsedAttachment[] = [];
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Takes a part and what is within; the message itself is its text even with a name. */
  take(entity: Entity, whole = false): void {
    const { type, disposition, parts, start, end } = entity;
    if (parts.length > 0) {
      for (const part of parts) this.take(part);
      return;
    }
    const composite = type.value.startsWith("multipart/");
    // A multipart without parts has text that was not cut into any.
    const isText = composite || type.value === "text/plain" || type.value === "text/html";
    const filename = nameOf(entity);
    const attached = disposition.value === "attachment" || (filename !== null && !whole);
    if (isText && !attached) {
      if (start === end && !whole) return;
      const text = decodeText(this.#content(entity), type);
      (type.value === "text/html" ? this.pages : this.texts).push(text);
      return;
    }
    const contentId = fieldValue(entity.fields, "content-id");
    let content: Uint8Array | undefined;
    this.attachments.push({
      filename,
      mimeType: type.value,
      disposition: disposition.value || null,
      ...(contentId !== undefined && { contentId }),
      content: () => content ??= this.#content(entity),
    });
  }

  #content({ start, end, encoding }: Entity): Uint8Array {
    return transferDecode(this.#bytes.subarray(start, end), encoding);
  }
}

/** The name of a part: `filename`, or `name` as older programs write. */
function nameOf({ disposition, type }: Entity): string | null {
  return disposition.params.get("filename") || type.params.get("name") || null;
}
