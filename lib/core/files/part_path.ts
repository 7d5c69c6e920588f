import { basename, dirname, join } from "../../deps/std/path.ts";

/** Maximum length of a file name on common file systems, in bytes of UTF-8. */
const MAX_NAME_BYTES = 255;
const ENCODER = new TextEncoder();

/**
 * Returns the paths of own files that belong to another one and are next to it: its path with a suffix, such as `.part`. If
 * such a name would be too long for a file system, a shorter one that is unique to the file.
 */
export function pathsBeside(file: string, suffixes: readonly string[]): string[] {
  const name = basename(file);
  const room = MAX_NAME_BYTES - Math.max(...suffixes.map((suffix) => suffix.length));
  const short = ENCODER.encode(name).length <= room ? file : join(dirname(file), abbreviated(name, room));
  return suffixes.map((suffix) => short + suffix);
}

function abbreviated(name: string, room: number): string {
  const mark = `~${hash(name)}`;
  let [kept, size] = ["", mark.length];
  for (const character of name) {
    size += ENCODER.encode(character).length;
    if (size > room) break;
    kept += character;
  }
  return kept + mark;
}

/** Returns FNV-1a, 32 bits, in hex. */
function hash(text: string): string {
  const value = ENCODER.encode(text).reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193), 0x811c9dc5 | 0);
  return (value >>> 0).toString(16).padStart(8, "0");
}
