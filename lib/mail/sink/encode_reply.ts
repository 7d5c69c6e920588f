const encoder = new TextEncoder();

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
