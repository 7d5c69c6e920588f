import type { WordBreach } from "./match.ts";

/** The number of known breaches of each area; an area is a path, or the beginning of paths. */
export type Pending = ReadonlyMap<string, number>;

/** Parses lines of an area and its number. Of an area that a merge has left twice, the lower number counts. */
export function parsePending(text: string): Pending {
  const pending = new Map<string, number>();
  for (const [, area, count] of text.matchAll(/^(\S+) (\d+)$/gm)) {
    if (area !== undefined) pending.set(area, Math.min(Number(count), pending.get(area) ?? Infinity));
  }
  return pending;
}

/** Formats what {@link parsePending} parses. */
export function formatPending(pending: Pending): string {
  return [...pending].map(([area, count]) => `${area} ${count}\n`).sort().join("");
}

/**
 * Returns what is wrong: the breaches of areas that are not listed, listed areas with more breaches than are known, and
 * listed areas without any.
 */
export function judge(breaches: readonly WordBreach[], pending: Pending): string[] {
  const found = byArea(breaches, pending);
  const grown = [...found].flatMap(([area, list]) => {
    const known = pending.get(area);
    if (known === undefined) return list.map(({ path, line, message }) => `${path}:${line}: ${message}`);
    if (list.length <= known) return [];
    return [`${area}: ${list.length} breaches, ${known} known; to list them: deno task check words --list ${area}`];
  });
  const clean = [...pending.keys()].filter((area) => !found.has(area))
    .map((area) => `${area}: no breach left, but listed as pending; run deno task check words --lower`);
  return [...grown, ...clean];
}

/** Returns the known breaches with lower numbers where fewer are left, and without areas that have none. */
export function lower(breaches: readonly WordBreach[], pending: Pending): Pending {
  const found = byArea(breaches, pending);
  const left = [...pending].map(([area, known]) => [area, Math.min(known, found.get(area)?.length ?? 0)] as const);
  return new Map(left.filter(([, count]) => count > 0));
}

/** Groups breaches by the longest area that their path begins with; by the path where there is none. */
function byArea(breaches: readonly WordBreach[], pending: Pending): Map<string, WordBreach[]> {
  const areas = [...pending.keys()].toSorted((a, b) => b.length - a.length);
  return Map.groupBy(breaches, ({ path }) => areas.find((area) => path.startsWith(area)) ?? path);
}
