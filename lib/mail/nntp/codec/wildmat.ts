interface Pattern {
  readonly negated: boolean;
  readonly characters: readonly string[];
}

/** Most patterns in a wildmat: of longer ones a client could make a lot of work. */
const MAX_PATTERNS = 64;

/**
 * Parses a wildmat (RFC 3977 §4), such as `misc.*,!misc.test`: the last pattern that matches decides. `*` stands for any characters, `?` for
 * one. Time grows with pattern length × name length at most.
 *
 * @returns A function that tells whether a name matches; undefined when the wildmat is invalid (`[`, `]`, `\`, an empty pattern).
 * @example Match newsgroups
 * ```ts
 * import { parseWildmat } from "../../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const matches = parseWildmat("misc.*,!misc.test*");
 * assertEquals([matches?.("misc.jobs"), matches?.("misc.test.a"), matches?.("alt.x")], [true, false, false]);
 * ```
 */
export function parseWildmat(text: string): ((name: string) => boolean) | undefined {
  const patterns: Pattern[] = [];
  for (const piece of text.split(",")) {
    const negated = piece.startsWith("!");
    const pattern = negated ? piece.slice(1) : piece;
    if (pattern === "" || /[\s[\]\\!]/u.test(pattern) || patterns.length === MAX_PATTERNS) return undefined;
    patterns.push({ negated, characters: [...pattern.replace(/\*+/g, "*")] });
  }
  return (name) => {
    const characters = [...name];
    const deciding = patterns.findLast((pattern) => matches(pattern.characters, characters));
    return deciding !== undefined && !deciding.negated;
  };
}

/** Matches with one place to return to, that of the last `*`: an earlier one would match no more. */
function matches(pattern: readonly string[], name: readonly string[]): boolean {
  let [p, n, star, from] = [0, 0, -1, 0];
  while (n < name.length) {
    if (pattern[p] === "*") {
      star = p++;
      from = n;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++from;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
