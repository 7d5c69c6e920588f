/** The name of the encoding that a label stands for (WHATWG Encoding, get an encoding); undefined when there is none. */
export function encodingOf(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

/** Returns the encoding that a declaration within the text stands for: not UTF-16, and not private characters. */
export function inDocument(encoding: string | undefined): string | undefined {
  if (encoding?.startsWith("utf-16")) return "utf-8";
  return encoding === "x-user-defined" ? "windows-1252" : encoding;
}

/** The encoding that a byte order mark says. */
export function markOf([a, b, c]: Uint8Array): string | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  return a === 0xff && b === 0xfe ? "utf-16le" : undefined;
}
