import { DELIMITER } from "./mailbox_name.ts";

/**
 * Returns whether a mailbox name, as it is on the wire, matches a pattern of LIST (RFC 3501 §6.3.8): `*` stands for any text, `%` for any
 * text without the hierarchy delimiter. INBOX matches in any letters' case. The time is in proportion to the product of both lengths.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  if (matches(pattern, name)) return true;
  return name === "INBOX" && matches(pattern.toUpperCase(), name);
}

function matches(pattern: string, name: string): boolean {
  /** Places in the pattern that may be reached with the text so far. */
  let places = past(pattern, new Set([0]));
  for (const char of name) {
    const next = new Set<number>();
    for (const place of places) {
      const wild = pattern[place];
      if (wild === "*" || (wild === "%" && char !== DELIMITER)) next.add(place);
      else if (wild === char) next.add(place + 1);
    }
    if (next.size === 0) return false;
    places = past(pattern, next);
  }
  return places.has(pattern.length);
}

/** Adds the places behind wildcards, which may stand for nothing. */
function past(pattern: string, places: Set<number>): Set<number> {
  for (const place of places) {
    if (pattern[place] === "*" || pattern[place] === "%") places.add(place + 1);
  }
  return places;
}
