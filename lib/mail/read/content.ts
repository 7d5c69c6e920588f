import { addressText, bareId, fileName } from "../inbox/view.ts";
import { parseMail } from "../mime/parse_mail.ts";
import type { MailField } from "../mime/fields.ts";
import { htmlToText } from "./html_text.ts";

/** An attachment of a message. */
export interface ReadAttachment {
  /** File name in the message; empty when it has none. */
  readonly name: string;
  /** Safe file name to save it under. */
  readonly file: string;
  /** Its media type. */
  readonly type: string;
  /** Id under which HTML refers to it (`cid:`), without angle brackets. */
  readonly contentId?: string;
  /** Size in bytes. */
  readonly size: number;
  /** Its bytes. */
  readonly content: () => Uint8Array;
}

/** The fields of a header that people look at. Untrusted. */
export interface HeaderFacts {
  /** Value of From. */
  readonly from: string;
  /** Value of To. */
  readonly to: string;
  /** Value of Cc; empty when there is none. */
  readonly cc: string;
  /** Subject; empty when there is none. */
  readonly subject: string;
  /** Date in UTC (ISO 8601); the value of the field when it is invalid. */
  readonly date?: string;
  /** Message id, with its angle brackets. */
  readonly messageId?: string;
}

/** Content of a message. Untrusted. */
export interface MailContent extends HeaderFacts {
  /** Header fields, in order. */
  readonly headers: readonly MailField[];
  /** Its text; that of its HTML where it has no other. */
  readonly text: string;
  /** Its HTML, unmodified. */
  readonly html?: string;
  /** Attachments. */
  readonly attachments: readonly ReadAttachment[];
  /** Reason that the message cannot be parsed, if it cannot; everything but its text is empty then. */
  readonly problem?: string;
}

/** Bytes of a message that cannot be parsed that are shown as its text. */
const MAX_SHOWN = 64 * 1024;

/**
 * Reads what a message says. Never throws: a message beyond the limits of the parser has a `problem`.
 *
 * @param bytes The message, or its header only.
 * @returns Its content.
 * @example Read a message
 * ```ts
 * import { mailContent } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { subject, text } = mailContent(new TextEncoder().encode("Subject: hi\r\nContent-Type: text/html\r\n\r\n<p>hello"));
 * assertEquals([subject, text], ["hi", "hello"]);
 * ```
 */
export function mailContent(bytes: Uint8Array): MailContent {
  try {
    const { headers, from, to, cc, subject = "", date, messageId, text, html, attachments } = parseMail(bytes);
    return {
      ...{ from: list(from), to: list(to), cc: list(cc), subject, headers },
      ...(date !== undefined && { date }),
      ...(messageId !== undefined && { messageId }),
      text: text ?? (html === undefined ? "" : htmlToText(html)),
      ...(html !== undefined && { html }),
      attachments: attachments.map((part, index) => ({
        name: part.filename ?? "",
        file: fileName(part, index),
        type: part.mimeType,
        ...(part.contentId && { contentId: bareId(part.contentId) }),
        size: part.content().length,
        content: part.content,
      })),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const text = new TextDecoder().decode(bytes.subarray(0, MAX_SHOWN));
    return { from: "", to: "", cc: "", subject: "", headers: [], text, attachments: [], problem: error.message };
  }
}

function list(addresses: readonly Parameters<typeof addressText>[0][]): string {
  return addresses.map(addressText).join(", ");
}
