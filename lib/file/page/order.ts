import { TimeSlice } from "../../core/mod.ts";

/**
 * Returns the key that names are sorted by, in code units: without case and accents, and numbers by their value. A
 * collator follows the rules of languages, but takes seconds for a large folder.
 */
export function nameKey(name: string): string {
  const plain = /^[\x20-\x7e]*$/.test(name) ? name : name.normalize("NFKD").replace(/\p{M}+/gu, "");
  return plain.toLowerCase().replace(/\d+/g, numberKey);
}

/** A number with its length in front: longer ones are larger. */
function numberKey(digits: string): string {
  const bare = digits.replace(/^0+(?=\d)/, "");
  return `0${String.fromCharCode(bare.length)}${bare}`;
}

/** Sorts things with names: folders first, each kind by name. */
export async function byName<T extends { readonly name: string; readonly folder: boolean }>(
  things: readonly T[],
): Promise<T[]> {
  const turns = new TimeSlice();
  const keyed: { readonly thing: T; readonly key: string }[] = [];
  for (const thing of things) {
    keyed.push({ thing, key: nameKey(thing.name) });
    if (turns.due) await turns.pass();
  }
  keyed.sort((a, b) => compare(a.key, b.key) || compare(a.thing.name, b.thing.name));
  const sorted = keyed.map(({ thing }) => thing);
  return [...sorted.filter(({ folder }) => folder), ...sorted.filter(({ folder }) => !folder)];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
