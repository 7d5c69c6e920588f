import { HARMFUL_CODE_UNITS } from "../../../core/harmful.ts";
import { isDeviceName, replaceForbidden } from "../../../core/system/file_name.ts";

/** Bytes of UTF-8 that a name has at most on common file systems. */
const MAX_NAME_BYTES = 255;
const ENCODER = new TextEncoder();

/** A file extension; without a letter it is more likely part of a version or a date. */
const ENDING = /\.(?=[\p{N}_]{0,15}\p{L})[\p{L}\p{N}_]{1,16}$/u;
/** Endings that tell only how a file is packed or signed: the one before them tells what it is. */
const OUTER = /^\.(?:gz|bz2|bz3|xz|zst|lz|lz4|lzma|lzo|br|z|gpg|pgp|age|sig|asc|minisig|md5|sha\d{1,3}|part\d*)$/i;

/** Splits a name into its stem and its ending; `.tar.gz` is one. A name that would be an ending only has none. */
export function splitEnding(name: string): [stem: string, ending: string] {
  let stem = name;
  while (true) {
    const [ending = ""] = ENDING.exec(stem) ?? [];
    if (ending === "" || ending.length === stem.length) break;
    stem = stem.slice(0, -ending.length);
    if (!OUTER.test(ending)) break;
  }
  return [stem, name.slice(stem.length)];
}

/**
 * Cuts a name between characters to a number of bytes of UTF-8. Its ending stays, and so does `mark`, which is put
 * before the ending.
 */
export function shortenName(name: string, maxBytes: number, mark = ""): string {
  const [stem, ending] = splitEnding(name);
  const kept = cut(stem, maxBytes - sizeOf(mark + ending));
  return kept === "" ? cut(name, maxBytes - sizeOf(mark)) + mark : kept + mark + ending;
}

/** Bytes that a text has in UTF-8. */
function sizeOf(text: string): number {
  return ENCODER.encode(text).length;
}

function cut(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text;
  let size = 0;
  let kept = "";
  for (const character of text) {
    size += sizeOf(character);
    // Windows has no names with a space or a dot at their end.
    if (size > maxBytes) return kept.replace(/[. ]+$/, "");
    kept += character;
  }
  return kept;
}

/**
 * Makes a name from a peer safe in any folder on any system: the part behind the last slash or
 * backslash, without control characters, marks that turn text, what Windows forbids, dots and spaces at the
 * ends, names of devices, and beyond 255 bytes; undefined when nothing is left.
 */
export function safeFileName(name: string): string | undefined {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) ?? "";
  const plain = last.replace(HARMFUL_CODE_UNITS, "").replace(/\u200c|\u200d/g, "");
  const clean = replaceForbidden(plain, "_").replace(/^[. ]+|[. ]+$/g, "");
  if (clean === "") return undefined;
  return shortenName(isDeviceName(clean) ? `_${clean}` : clean, MAX_NAME_BYTES);
}
