const encoder = new TextEncoder();

/** A reply as bytes: most are short and ASCII, for which a call of the runtime costs more than the work. */
export function octets(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return encoder.encode(text);
    bytes[i] = code;
  }
  return bytes;
}
