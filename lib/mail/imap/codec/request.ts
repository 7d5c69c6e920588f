import { encodeMailboxName } from "./mailbox_name.ts";

/** Pieces of a command: text, sent as it stands, and strings that are sent as literals. */
export type RequestPiece = string | Uint8Array;

const encoder = new TextEncoder();

/** Longest string between quotes: lines have to stay short (RFC 2683 §3.2.1.5). */
const MAX_QUOTED = 1000;

/** Formats a string of a command: an atom is quoted as well, and what cannot be quoted becomes a literal. */
export function requestString(text: string): RequestPiece {
  if (text.length <= MAX_QUOTED && /^[\x20-\x7e]*$/.test(text)) return `"${text.replace(/["\\]/g, "\\$&")}"`;
  return encoder.encode(text);
}

/**
 * Formats the name of a folder, in modified UTF-7.
 *
 * @throws {RangeError} For control characters.
 */
export function requestFolder(name: string): RequestPiece {
  if (/\p{Cc}/u.test(name) || !name.isWellFormed()) throw new RangeError("control characters");
  return requestString(encodeMailboxName(name));
}

/**
 * Joins pieces of a command, with a space between them.
 */
export function spaced(...pieces: readonly RequestPiece[]): RequestPiece[] {
  return pieces.flatMap((piece, index) => index === 0 ? [piece] : [" ", piece]);
}

/** Writes keys of SEARCH as people type them (RFC 3501 §6.4.4). Texts that are not ASCII become literals in UTF-8. */
export function requestSearch(
  keys: string,
): { readonly pieces: RequestPiece[]; readonly charset: boolean } | undefined {
  const token = /\s+|[()]|"((?:[^"\\]|\\["\\])*)"|[^\s()"{}%\p{Cc}\\]+/uy;
  const pieces: RequestPiece[] = [];
  let charset = false;
  let depth = 0;
  const text = keys.trim();
  // A line end, or what looks like the begin of a literal, would be read as something else than a key.
  if (text === "" || /[\r\n\0]/.test(text) || !text.isWellFormed()) return undefined;
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at;
    const [found, quoted] = token.exec(text) ?? [];
    if (found === undefined) return undefined;
    if (found === "(") depth++;
    if (found === ")" && --depth < 0) return undefined;
    const ascii = /^[\x20-\x7e]*$/.test(found);
    if (!ascii && found.trim() !== "") charset = true;
    if (quoted !== undefined) pieces.push(requestString(quoted.replace(/\\(["\\])/g, "$1")));
    else if (found.trim() === "") pieces.push(" ");
    else pieces.push(ascii ? found : encoder.encode(found));
  }
  return depth === 0 ? { pieces, charset } : undefined;
}
