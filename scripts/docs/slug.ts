/** Returns the anchor of a heading, as the forge forms it, so that a link works in both places. */
export function slug(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").trim().replaceAll(/\s/g, "-");
}

/** Returns a function that gives each heading of a page an anchor of its own. */
export function uniqueSlugs(): (text: string) => string {
  const used = new Map<string, number>();
  return (text) => {
    const base = slug(text);
    const count = used.get(base) ?? 0;
    used.set(base, count + 1);
    return count === 0 ? base : `${base}-${count}`;
  };
}
