import { essenceOf, mediaTypeOf } from "../../http/codec/fields/media_type.ts";

/** The content of a data URL. */
export interface DataUrl {
  /** Its media type, without parameters. */
  readonly type: string;
  /** Its bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Formats a data URL (RFC 2397) in Base64. */
export function dataUrl(bytes: Uint8Array, type: string): string {
  return `data:${type};base64,${bytes.toBase64()}`;
}

/** Parses a data URL; undefined for any other text. */
export function parseDataUrl(url: string): DataUrl | undefined {
  const [, header, body] = /^data:([^,]*),(.*)$/is.exec(url.replace(/#.*$/s, "")) ?? [];
  if (header === undefined || body === undefined) return undefined;
  const type = essenceOf(header.replace(/;[\t ]*base64[\t ]*$/i, "")) ?? "text/plain";
  const octets = percentDecoded(body);
  if (!/;[\t ]*base64[\t ]*$/i.test(header)) return { type, bytes: octets };
  try {
    return { type, bytes: Uint8Array.fromBase64(new TextDecoder("latin1").decode(octets)) };
  } catch {
    return undefined;
  }
}

function percentDecoded(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  if (!text.includes("%")) return bytes;
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const hex = bytes[i] === 37
      ? /^[0-9a-f]{2}$/i.exec(String.fromCharCode(bytes[i + 1] ?? 0, bytes[i + 2] ?? 0))
      : null;
    bytes[length++] = hex ? parseInt(hex[0], 16) : bytes[i] ?? 0;
    if (hex) i += 2;
  }
  return bytes.slice(0, length);
}

/** Returns the media type of a file of a page: that of its Content-Type, or by its name if that is generic. */
export function typeFor(contentType: string | undefined, url: URL): string {
  const said = essenceOf(contentType);
  if (said !== undefined && !["application/octet-stream", "text/plain", "binary/octet-stream"].includes(said)) {
    return said;
  }
  return essenceOf(mediaTypeOf(url.pathname)) ?? "application/octet-stream";
}
