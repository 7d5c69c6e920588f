const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Length of a line up to which a loop is faster than the runtime's coders. */
const SHORT_LINE_BYTES = 256;

/** Encodes a reply as UTF-8. Most are short and ASCII, for which TextEncoder is slower than a loop. */
export function encodeReply(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return encoder.encode(text);
    bytes[i] = code;
  }
  return bytes;
}

/**
 * Decodes a line as UTF-8; most are short and ASCII.
 *
 * @throws {TypeError} When it is not UTF-8.
 */
export function decodeLine(bytes: Uint8Array): string {
  if (bytes.length > SHORT_LINE_BYTES) return decoder.decode(bytes);
  // A loop over the indices: `some` takes longer than the decoder.
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] ?? 0) > 127) return decoder.decode(bytes);
  return Reflect.apply(String.fromCharCode, undefined, bytes);
}
