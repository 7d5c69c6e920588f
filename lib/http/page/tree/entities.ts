import { parseFragment } from "../../../deps/html.ts";

/** Says where and why a text is not well-formed XML. */
export class NotWellFormed extends Error {}

/** Characters that the entities of a document may expand to. */
const MAX_EXPANSION = 1 << 20;
const MAX_DEPTH = 8;
const DECLARATION = /<!ENTITY[\t\n\r ]+([^\s%"'>]+)[\t\n\r ]+(?:"([^"]*)"|'([^']*)')[\t\n\r ]*>/g;

/** The general entities that the internal subset of a document type declares, as text. */
export function declaredEntities(text: string): ReadonlyMap<string, string> {
  const [, subset = ""] =
    /^(?:[^<]|<\?[\s\S]*?\?>|<!--[\s\S]*?-->)*<!DOCTYPE[^[>]*\[([\s\S]*?)\][\t\n\r ]*>/.exec(text) ??
      [];
  const entities = new Map<string, string>();
  for (const [, name = "", one, other = ""] of subset.replace(/<!--[\s\S]*?-->/g, "").matchAll(DECLARATION)) {
    if (!entities.has(name)) entities.set(name, characters(one ?? other));
  }
  return entities;
}

/**
 * An XML text with the entities that it declares itself expanded, as far as their text and depth stay within bounds:
 * they may hold elements.
 *
 * @throws {NotWellFormed} When they expand to more than 1 MiB.
 */
export function expandEntities(text: string): string {
  const entities = declaredEntities(text);
  if (entities.size === 0) return text;
  let left = MAX_EXPANSION;
  const expand = (piece: string, depth: number): string =>
    piece.replace(
      /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<!DOCTYPE[^[>]*\[[\s\S]*?\][\t\n\r ]*>|&([^\s;&#<]+);/g,
      (all, name) => {
        const value = typeof name === "string" ? entities.get(name) : undefined;
        if (value === undefined || depth >= MAX_DEPTH) return all;
        left -= value.length;
        if (left < 0) throw new NotWellFormed(`entities expand to more than ${MAX_EXPANSION} characters`);
        return expand(value, depth + 1);
      },
    );
  return expand(text, 0);
}

/** The entities of XML and HTML, by name: browsers know these in XHTML. */
export const ENTITIES: Record<string, string> = new Proxy<Record<string, string>>({
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
}, {
  get(known, name) {
    if (typeof name !== "string") return undefined;
    if (Object.hasOwn(known, name)) return known[name];
    const source = `&${name};`;
    const [node] = parseFragment(source).childNodes;
    const value = node && "value" in node ? node.value : source;
    return value.endsWith(";") ? undefined : known[name] = value;
  },
});

function characters(value: string): string {
  return value.replace(/&#(?:x([0-9a-f]+)|([0-9]+));/gi, (all, hex?: string, decimal?: string) => {
    const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
