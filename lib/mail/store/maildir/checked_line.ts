const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Characters of the check value in front of a line, with a space. */
const CHECK = 9;

/** Writes a value as a line: a check value and JSON. */
export function writeChecked(value: unknown): Uint8Array {
  const line = encoder.encode(`         ${JSON.stringify(value)}\n`);
  const check = checkValue(line, CHECK, line.length - 1).toString(16).padStart(8, "0");
  for (let i = 0; i < check.length; i++) line[i] = check.charCodeAt(i);
  return line;
}

/** Reads a line without its end; undefined when it is damaged. */
export function readChecked(bytes: Uint8Array, from: number, to: number): unknown {
  if (to - from <= CHECK) return undefined;
  try {
    const text = decoder.decode(bytes.subarray(from, to));
    if (parseInt(text.slice(0, CHECK - 1), 16) !== checkValue(bytes, from + CHECK, to)) return undefined;
    return JSON.parse(text.slice(CHECK));
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
