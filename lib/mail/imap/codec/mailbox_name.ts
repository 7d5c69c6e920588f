/** Separates the levels of a mailbox name. */
export const DELIMITER = "/";

const MAX_NAME_BYTES = 255;
const MAX_LEVELS = 16;

/** Encodes a mailbox name in modified UTF-7 (RFC 3501 §5.1.3). */
export function encodeMailboxName(name: string): string {
  return name.replace(/&|[^\x20-\x7e]+/g, (run) => run === "&" ? "&-" : `&${toBase64(run)}-`);
}

/** Decodes a mailbox name of modified UTF-7; undefined when it is not that, or not in the one form that each name has. */
export function decodeMailboxName(text: string): string | undefined {
  if (!/^(?:[\x20-\x25\x27-\x7e]|&[A-Za-z0-9+,]*-)*$/.test(text)) return undefined;
  const name = text.replace(/&([^-]*)-/g, (_, run: string) => run === "" ? "&" : fromBase64(run));
  return name.isWellFormed() && encodeMailboxName(name) === text ? name : undefined;
}

function toBase64(run: string): string {
  const bytes = new Uint8Array(run.length * 2);
  for (let i = 0; i < run.length; i++) {
    bytes[2 * i] = run.charCodeAt(i) >> 8;
    bytes[2 * i + 1] = run.charCodeAt(i) & 255;
  }
  return bytes.toBase64({ omitPadding: true }).replaceAll("/", ",");
}

function fromBase64(run: string): string {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.fromBase64(run.replaceAll(",", "/"));
  } catch {
    return "\ud800";
  }
  let text = "";
  for (let i = 0; i + 1 < bytes.length; i += 2) text += String.fromCharCode((bytes[i] ?? 0) << 8 | (bytes[i + 1] ?? 0));
  return text;
}

/**
 * Returns the name of a mailbox as it was written on the wire, with INBOX in capitals; undefined when no mailbox may have it: levels that
 * are empty, `.` or `..`, control characters, wildcards, more than 255 bytes or 16 levels.
 */
export function readMailboxName(text: string): string | undefined {
  const name = decodeMailboxName(text);
  if (name === undefined || new TextEncoder().encode(name).length > MAX_NAME_BYTES) return undefined;
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}*%]/u.test(name)) return undefined;
  const levels = name.split(DELIMITER);
  if (levels.length > MAX_LEVELS || levels.some((level) => /^\.{0,2}$/.test(level))) return undefined;
  if (/^inbox$/i.test(levels[0] ?? "")) levels[0] = "INBOX";
  return levels.join(DELIMITER);
}
