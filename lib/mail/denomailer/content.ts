import { UsageError } from "../../core/mod.ts";
import type { SendContent } from "./types.ts";

const encoder = new TextEncoder();
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** Decodes a body that is already encoded; it is encoded again when it is sent. */
export function decodeContent({ content, transferEncoding }: SendContent): string {
  try {
    const bytes = transferEncoding === "base64"
      ? Uint8Array.fromBase64(content)
      : transferEncoding === "quoted-printable"
      ? decodeQuotedPrintable(content)
      : encoder.encode(content);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UsageError(`invalid mimeContent: not UTF-8 in ${transferEncoding ?? "8bit"}`, {
      code: "invalid-content",
      cause,
    });
  }
}

function decodeQuotedPrintable(text: string): Uint8Array {
  const joined = text.replace(/[ \t]*=\r?\n/g, "");
  const bytes: number[] = [];
  for (const [, hex, other = ""] of joined.matchAll(/=([0-9A-F]{2})|([\s\S])/gi)) {
    if (hex === undefined) bytes.push(...encoder.encode(other));
    else bytes.push(parseInt(hex, 16));
  }
  return Uint8Array.from(bytes);
}

/** The text of HTML, for readers that show none: its words, and its paragraphs. */
export function textOfHtml(html: string): string {
  return html
    .replace(/<(script|style|head)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/\s+/g, " ")
    .replace(/<br\b[^>]*>|<\/(?:p|div|li|tr|h[1-6])\s*>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(?:#(\d{1,7})|([a-z]+));/gi, (whole, code, name) => {
      return code === undefined
        ? ENTITIES[String(name).toLowerCase()] ?? whole
        : String.fromCodePoint(Math.min(Number(code), 0x10ffff));
    })
    .replace(/ *\n */g, "\n")
    .trim();
}
