/** System flags (RFC 3501 §2.3.2) by their names in lower case. */
const SYSTEM = new Map(
  ["\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"].map((flag) => [flag.toLowerCase(), flag]),
);
/** A keyword is an atom (RFC 3501 §9). */
const KEYWORD = /^[^\s\p{Cc}(){%*"\\\]]{1,100}$/u;
/** Sets that are kept for reuse: a hundred thousand messages have few different ones. */
const SHARED = 1000;
const MAX_FLAGS = 100;

const shared = new Map<string, ReadonlySet<string>>();

/** No flags. */
export const NO_FLAGS: ReadonlySet<string> = new Set();

/**
 * Returns the flags as a set that is shared and never changed: system flags as RFC 3501 writes them, keywords unchanged and each in one
 * case only. What is neither is left out, `\Recent` too.
 */
export function flagSet(flags: Iterable<string>): ReadonlySet<string> {
  const found = new Map<string, string>();
  for (const flag of flags) {
    const lower = flag.toLowerCase();
    const name = SYSTEM.get(lower) ?? (KEYWORD.test(flag) ? flag : undefined);
    if (name !== undefined && !found.has(lower) && found.size < MAX_FLAGS) found.set(lower, name);
  }
  if (found.size === 0) return NO_FLAGS;
  const sorted = [...found.values()].sort();
  const key = sorted.join(" ");
  const known = shared.get(key);
  if (known) return known;
  const made = new Set(sorted);
  if (shared.size < SHARED) shared.set(key, made);
  return made;
}

/** Whether two sets have the same flags. */
export function sameFlags(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one === other || one.size === other.size && one.isSubsetOf(other);
}
