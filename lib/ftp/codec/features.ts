/** Features of a server, by its reply to `FEAT` (RFC 2389). Names are matched in any case. */
export interface FtpFeatures {
  /** Returns whether the server has a feature, such as `MLST`. */
  has(name: string): boolean;
  /** Returns what follows the name of a feature; empty if nothing does, undefined without the feature. Untrusted. */
  parameters(name: string): string | undefined;
  /** Facts of `MLST` in lower case; those that are sent without a request have a `*` behind their name. */
  readonly mlst: readonly string[];
  /** Algorithms of `HASH` in capitals, such as `SHA-256`, the selected one first. */
  readonly hashes: readonly string[];
}

/** A fact or an algorithm. Others cannot be asked for. */
const ITEM = /^[\w.-]{1,64}\*?$/;

/**
 * Parses the lines of a 211 reply to `FEAT`, without codes; the first and the last line only enclose the features.
 *
 * @example
 * ```ts
 * import { parseFeatures } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const features = parseFeatures(["Features:", " MDTM", " MLST type*;size*;UNIX.mode;", "End"]);
 * assertEquals([features.has("mdtm"), features.has("SIZE")], [true, false]);
 * assertEquals(features.mlst, ["type*", "size*", "unix.mode"]);
 * ```
 */
export function parseFeatures(lines: readonly string[]): FtpFeatures {
  const known = new Map<string, string>();
  for (const line of lines.slice(1, -1)) {
    // Some servers repeat the code in each line.
    const [, name = "", parameters = ""] = /^(?:211[ -])?\s*(\S+)(?:\s(.*))?$/s.exec(line) ?? [];
    const key = name.toUpperCase();
    if (key !== "" && !known.has(key)) known.set(key, parameters.trim());
  }
  const items = (name: string) =>
    (known.get(name) ?? "").split(";").map((item) => item.trim()).filter((item) => ITEM.test(item));
  const hashes = items("HASH").map((item) => item.toUpperCase());
  const selected = (name: string) => name.endsWith("*") ? 0 : 1;
  return {
    has: (name) => known.has(name.toUpperCase()),
    parameters: (name) => known.get(name.toUpperCase()),
    mlst: items("MLST").map((item) => item.toLowerCase()),
    hashes: hashes.sort((a, b) => selected(a) - selected(b)).map((name) => name.replace(/\*$/, "")),
  };
}
