/**
 * `postal-mime`: reads messages: MIME structure, charsets, encoded words.
 * Permissions at load and to call: none. Licence: MIT-0.
 * @module
 */
import PostalMime, { addressParser } from "npm:postal-mime@4.0.0";

/** A mailbox, or a group of them. */
export interface ParsedAddress {
  name: string;
  address?: string;
  group?: { name: string; address: string }[];
}

/** A part that is no text of the message. */
export interface ParsedAttachment {
  filename: string | null;
  mimeType: string;
  disposition: string | null;
  contentId?: string;
  content: ArrayBuffer | Uint8Array | string;
}

/** A message that was read. Every text in it is untrusted. */
export interface ParsedMail {
  headers: { key: string; originalKey: string; value: string }[];
  from?: ParsedAddress;
  to?: ParsedAddress[];
  cc?: ParsedAddress[];
  replyTo?: ParsedAddress[];
  subject?: string;
  messageId?: string;
  date?: string;
  html?: string;
  text?: string;
  attachments: ParsedAttachment[];
}

/** Reads a message; rejects when it goes beyond the limits: 32 levels of parts, 1 MiB of headers. */
export async function parseMail(message: Uint8Array): Promise<ParsedMail> {
  return await PostalMime.parse(message, { maxNestingDepth: 32, maxHeadersSize: 1 << 20, maxRfc822NestingDepth: 3 });
}

/** Reads a field of mailboxes and groups (RFC 5322 §3.4). */
export function readAddresses(text: string): ParsedAddress[] {
  return addressParser(text);
}
