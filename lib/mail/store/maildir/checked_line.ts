const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Characters of the check value in front of a line, with a space. */
export const CHECK = 9;

/** Writes a value as a line: a check value and JSON. */
export function writeChecked(value: unknown): Uint8Array {
  return writeCheckedText(JSON.stringify(value));
}

/** Writes a text as a line: a check value and the text, in which no LF occurs. */
export function writeCheckedText(text: string): Uint8Array {
  const line = encoder.encode(`         ${text}\n`);
  const check = checkValue(line, CHECK, line.length - 1).toString(16).padStart(8, "0");
  for (let i = 0; i < check.length; i++) line[i] = check.charCodeAt(i);
  return line;
}

/** Reads the value in a line without its end; undefined when it is damaged. */
export function readChecked(bytes: Uint8Array, from: number, to: number): unknown {
  try {
    return JSON.parse(readCheckedText(bytes, from, to) ?? "");
  } catch {
    return undefined;
  }
}

/** Reads the text in a line without its end; undefined when it is damaged. */
export function readCheckedText(bytes: Uint8Array, from: number, to: number): string | undefined {
  if (to - from <= CHECK) return undefined;
  try {
    const text = decoder.decode(bytes.subarray(from, to));
    if (parseInt(text.slice(0, CHECK - 1), 16) !== checkValue(bytes, from + CHECK, to)) return undefined;
    return text.slice(CHECK);
  } catch {
    return undefined;
  }
}

/** FNV-1a: detects damage, not forgery. */
function checkValue(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash >>> 0;
}
