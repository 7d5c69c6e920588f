import { composeMail, type ComposerAddress, type ComposerPart } from "../../deps/mail_composer.ts";
import { UsageError } from "../../core/mod.ts";
import type { NamedMailbox } from "../codec/mailbox.ts";
import { type SizedAttachment, sizedAttachment } from "./attachment.ts";
import { type CheckedAddresses, checkMessage } from "./check.ts";
import type { BuiltMail, MailMessage } from "./types.ts";

/** Bytes that a line may have without its end (RFC 5322 §2.1.1). */
const LINE_LIMIT = 998;

/** A piece of a message: bytes, or an attachment that stands between them. */
type Piece = Uint8Array | SizedAttachment;

/**
 * Builds a message: everything is checked first, Message-ID and Date are always there, Bcc never. Attached files are looked at now
 * and read while the message is sent, so that the message takes no more memory than a piece of them.
 *
 * Needs read permission for attached files.
 *
 * @throws {UsageError} `injection`, `invalid-address` and the like, see `checkMessage`; `line-too-long`.
 * @throws {SystemError} When a file cannot be attached.
 * @example
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
  const markers = attachments.map(() => marker());
  const composed = await composeMail({
    from: composerAddress(addresses.from),
    to: addresses.to.map(composerAddress),
    cc: addresses.cc.map(composerAddress),
    replyTo: addresses.replyTo.map(composerAddress),
    subject: message.subject ?? "",
    // Without a body the first attachment would be taken for one.
    text: lines(message.text || (message.html === undefined ? "\n" : undefined)),
    html: lines(message.html),
    alternatives: (message.alternatives ?? []).map(({ type, content }) => ({ contentType: type, content })),
    attachments: attachments.map((attachment, i) => composerPart(attachment, markers[i] ?? "")),
    date: message.date ?? new Date(),
    messageId,
    inReplyTo: message.inReplyTo,
    references: message.references,
    headers: Object.entries(message.headers ?? {}).map(([key, value]) => ({ key, value })),
  });
  checkLines(composed);
  const pieces = cut(composed, attachments, markers);
  const to = envelopeTo(addresses);
  const from = addresses.from.address;
  return {
    from,
    to,
    messageId,
    size: pieces.reduce((sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : piece.encodedSize), 0),
    utf8: composed.some((byte) => byte > 127) || [from, ...to].some((text) => /[^\x20-\x7e]/.test(text)),
    async *chunks() {
      for (const piece of pieces) {
        if (piece instanceof Uint8Array) yield piece;
        else yield* piece.encoded();
      }
    },
  };
}

/** 30 bytes that are nowhere else; in Base64 they are one line of 40. */
function marker(): string {
  return crypto.getRandomValues(new Uint8Array(15)).toHex();
}

function composerPart({ filename, type, contentId }: SizedAttachment, content: string): ComposerPart {
  return {
    filename,
    content,
    // What is a message itself may not be in Base64 (RFC 2046 §5.2.1).
    contentType: type ?? (/\.(?:eml|mht|mhtml)$/i.test(filename) ? "application/octet-stream" : undefined),
    contentTransferEncoding: "base64",
    contentDisposition: contentId ? "inline" : "attachment",
    ...(contentId && { cid: contentId }),
  };
}

/** Puts the attachments where their markers stand. */
function cut(composed: Uint8Array, attachments: readonly SizedAttachment[], markers: readonly string[]): Piece[] {
  if (attachments.length === 0) return [composed];
  const text = new TextDecoder("latin1").decode(composed);
  const places = attachments.map((attachment, i) => {
    const mark = btoa(markers[i] ?? "");
    return { attachment, start: text.indexOf(mark), end: text.indexOf(mark) + mark.length };
  }).sort((a, b) => a.start - b.start);
  const pieces: Piece[] = [];
  let at = 0;
  for (const { attachment, start, end } of places) {
    if (start < 0) throw new Error("an attachment has no place in the message");
    pieces.push(composed.subarray(at, start), attachment);
    at = end;
  }
  return [...pieces, composed.subarray(at)];
}

function checkLines(composed: Uint8Array): void {
  for (let at = 0; at < composed.length;) {
    const lf = composed.indexOf(10, at);
    const end = lf < 0 ? composed.length : lf;
    if (end - at > LINE_LIMIT + 1) {
      throw new UsageError(`a header has a word of more than ${LINE_LIMIT} bytes, which cannot be folded`, {
        code: "line-too-long",
      });
    }
    at = end + 1;
  }
}

function composerAddress({ name, address }: NamedMailbox): ComposerAddress {
  return { name, address };
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
