import { composeMail, type ComposerPart } from "../../deps/mail_composer.ts";
import { addressField } from "../codec/address_field.ts";
import { encodedWords, looksEncoded } from "../codec/encoded_word.ts";
import { isAscii, type NamedMailbox } from "../codec/mailbox.ts";
import { type SizedAttachment, sizedAttachment } from "./attachment.ts";
import { type CheckedAddresses, checkMessage, checkValue } from "./check.ts";
import { envelopeSender } from "./ready.ts";
import { headerLines } from "./header_lines.ts";
import { assemble } from "./assemble.ts";
import type { BuiltMail, MailMessage } from "./types.ts";

/**
 * Builds a message. Everything is checked first; Message-ID and Date are always set, Bcc never. Attached files are read
 * while the message is sent, so that memory use does not depend on their size.
 *
 * Permissions: `--allow-read=FILE` for each attached file.
 *
 * @param message Fields, bodies and attachments.
 * @returns The message, ready to send.
 * @throws {UsageError} `injection`, `invalid-address` and the like, see `checkMessage`; `line-too-long`.
 * @throws {SystemError} When a file cannot be attached.
 * @example Build a message, and reject an injection
 * ```ts
 * import { buildMail } from "../mod.ts";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const mail = await buildMail({ from: "ada@example.com", to: ["Bob <bob@example.com>"], text: "hello" });
 * assertEquals([mail.from, mail.to], ["ada@example.com", ["bob@example.com"]]);
 * await assertRejects(() => buildMail({ from: "ada@example.com", to: ["b@example.com"], subject: "a\r\nBcc: eve@example.com" }));
 * ```
 */
export async function buildMail(message: MailMessage): Promise<BuiltMail> {
  const addresses = checkMessage(message);
  const { messageId = `<${crypto.randomUUID()}@${idDomain(addresses.from)}>` } = message;
  const attachments = await Promise.all((message.attachments ?? []).map(sizedAttachment));
  // A random mark stands for each attachment until the message is assembled.
  const marked = new Map(attachments.map((attachment) => [`${crypto.randomUUID()}`, attachment]));
  const composed = composeMail({
    subject: literal(message.subject ?? ""),
    // Without a body the first attachment would be taken for one.
    text: lines(message.text || (message.html === undefined ? "\n" : undefined)),
    html: lines(message.html),
    alternatives: (message.alternatives ?? []).map(({ type, content }) => ({
      contentType: type,
      content: lines(content) ?? "",
    })),
    attachments: [...marked].map(([mark, attachment]) => composerPart(attachment, mark)),
    date: message.date ?? new Date(),
    messageId,
    inReplyTo: message.inReplyTo,
    references: message.references,
    headers: headerLines(message.headers ?? {}).map(([key, value]) => ({ key, value: literal(value) })),
  });
  const newsgroups = [...new Set(message.newsgroups)];
  const pieces = assemble({
    ...composed,
    headers: addressFields(addresses) + groupField(newsgroups) + composed.headers,
  }, marked);
  const to = envelopeTo(addresses);
  checkValue("envelope sender", message.envelopeFrom ?? "");
  const from = envelopeSender(message.envelopeFrom ?? addresses.from.address);
  return {
    from,
    to,
    ...(newsgroups.length > 0 && { newsgroups }),
    messageId,
    size: pieces.reduce((sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : piece.encodedSize), 0),
    utf8: !isAscii(from + everyAddress(addresses)),
    async *chunks() {
      for (const piece of pieces) {
        if (piece instanceof Uint8Array) yield piece;
        else yield* piece.encoded();
      }
    },
  };
}

function composerPart({ filename, type, contentId }: SizedAttachment, content: string): ComposerPart {
  return {
    filename,
    content,
    contentType: isComposite(filename, type) ? "application/octet-stream" : type,
    contentTransferEncoding: "base64",
    contentDisposition: contentId ? "inline" : "attachment",
    ...(contentId && { cid: contentId }),
  };
}

/** Whether content is made of messages or parts: under such a type it may not be in Base64 (RFC 2045 §6.4). */
function isComposite(filename: string, type: string | undefined): boolean {
  return type === undefined ? /\.(?:eml|mht|mhtml)$/i.test(filename) : /^\s*(?:message|multipart)\//i.test(type);
}

function addressFields({ from, sender, to, cc, replyTo }: CheckedAddresses): string {
  return addressField("From", [from]) + addressField("Sender", sender) + addressField("To", to) +
    addressField("Cc", cc) +
    addressField("Reply-To", replyTo);
}

/** A value that is read as it was written, also where that looks like an encoded word, or has blanks at its ends. */
function literal(value: string): string {
  return looksEncoded(value) || /^[ \t]|[ \t]$/.test(value) ? encodedWords(value) : value;
}

function groupField(newsgroups: readonly string[]): string {
  return newsgroups.length === 0 ? "" : `Newsgroups: ${newsgroups.join(",")}\r\n`;
}

function envelopeTo({ to, cc, bcc }: CheckedAddresses): string[] {
  const found = new Map(
    [...to, ...cc, ...bcc].map((box) => [`${box.localPart}@${box.domain.toLowerCase()}`, box.address]),
  );
  return [...found.values()];
}

/** A domain that the part behind the @ of a message id can be. */
function idDomain({ domain }: NamedMailbox): string {
  return /^[\w.-]+$/.test(domain) ? domain : "localhost.invalid";
}

/** Text as it is sent: each line end is CR LF, also one that was a CR. */
function lines(text: string | undefined): string | undefined {
  return text?.replace(/\r\n?|\n/g, "\r\n");
}

/** All addresses: where one is outside ASCII the header has it as it is, and so does the envelope. */
function everyAddress({ from, sender, to, cc, bcc, replyTo }: CheckedAddresses): string {
  return [from, ...sender, ...to, ...cc, ...bcc, ...replyTo].map(({ address }) => address).join();
}
