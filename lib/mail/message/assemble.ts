import { UsageError } from "../../core/mod.ts";
import type { ComposedPart } from "../../deps/mail_composer.ts";
import { encodeLines, type SizedAttachment } from "./attachment.ts";
import { quotedPrintableEncode } from "../codec/quoted_printable.ts";

/** A piece of a message: bytes, or an attachment that stands between them. */
export type Piece = Uint8Array | SizedAttachment;

/** Characters that a line may have without its end (RFC 5322 §2.1.1). */
const LINE_LIMIT = 998;

const encoder = new TextEncoder();

/**
 * Makes a composed message its pieces. `attachments` are by what was composed in their place.
 *
 * @throws {UsageError} `line-too-long` when a header has a word that cannot be folded.
 */
export function assemble(message: ComposedPart, attachments: ReadonlyMap<string, SizedAttachment>): Piece[] {
  const pieces: Piece[] = [];
  let text = "";
  const flush = () => {
    if (text !== "") pieces.push(encoder.encode(text));
    text = "";
  };
  const add = (part: ComposedPart) => {
    checkLines(part.headers);
    text += `${part.headers}\r\n\r\n`;
    for (const [i, child] of part.parts.entries()) {
      text += `${i > 0 ? "\r\n" : ""}--${part.boundary}\r\n`;
      add(child);
    }
    const attachment = attachments.get(part.content);
    if (part.boundary !== undefined) text += `\r\n--${part.boundary}--\r\n`;
    else if (attachment) {
      flush();
      pieces.push(attachment);
    } else text += encode(part);
  };
  add(message);
  if (!text.endsWith("\r\n")) text += "\r\n";
  flush();
  return pieces;
}

function encode({ content, encoding }: ComposedPart): string {
  if (encoding === "quoted-printable") return quotedPrintableEncode(content);
  if (encoding === "base64") return new TextDecoder().decode(encodeLines(encoder.encode(content), true));
  return content;
}

function checkLines(headers: string): void {
  if (headers.split("\r\n").every((line) => line.length <= LINE_LIMIT)) return;
  throw new UsageError(`cannot fold a header field: it has a word longer than ${LINE_LIMIT} bytes`, {
    code: "line-too-long",
  });
}
