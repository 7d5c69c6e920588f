import { parseFragment } from "../../../deps/html.ts";

/** Says where and why a text is not well-formed XML. */
export class NotWellFormed extends Error {
  /** The name of the class. */
  override readonly name: string = "NotWellFormed";
}

/** Characters that the entities of a document may expand to. */
const MAX_EXPANSION = 1 << 20;
const MAX_DEPTH = 8;
/** Characters that may stand before a document type, and in its internal subset, for its entities to be read. */
const MAX_PROLOG = 16 << 10;
const MAX_SUBSET = 32 << 10;
const DECLARATION = /<!--[\s\S]*?-->|<!ENTITY[\t\n\r ]+([^\s%"'>]+)[\t\n\r ]+(?:"([^"]*)"|'([^']*)')[\t\n\r ]*>/g;

/** The general entities that the internal subset of a document type declares, as text. */
function declaredEntities(subset: string): ReadonlyMap<string, string> {
  const entities = new Map<string, string>();
  for (const [all, name = "", one, other = ""] of subset.matchAll(DECLARATION)) {
    if (!all.startsWith("<!--") && !entities.has(name)) entities.set(name, characters(one ?? other));
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
  const subset = internalSubset(text);
  const entities = subset ? declaredEntities(text.slice(subset.start, subset.end)) : new Map<string, string>();
  if (!subset || entities.size === 0) return text;
  let left = MAX_EXPANSION;
  const expand = (piece: string, depth: number): string => {
    let expanded = "";
    let at = 0;
    for (const { index, 0: found, 1: name = "" } of referencesIn(piece)) {
      const value = entities.get(name);
      if (value === undefined || depth >= MAX_DEPTH) continue;
      left -= value.length;
      if (left < 0) throw new NotWellFormed(`entities expand to more than ${MAX_EXPANSION} characters`);
      expanded += piece.slice(at, index) + expand(value, depth + 1);
      at = index + found.length;
    }
    return expanded + piece.slice(at);
  };
  return text.slice(0, subset.end) + expand(text.slice(subset.end), 0);
}

/** The references to entities in a text, but for comments and CDATA. */
function* referencesIn(text: string): Generator<RegExpExecArray> {
  const pattern = /&([^\s;&#<]+);|<!--|<!\[CDATA\[/g;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    if (found[0].startsWith("&")) yield found;
    else {
      const end = text.indexOf(found[0] === "<!--" ? "-->" : "]]>", pattern.lastIndex);
      if (end < 0) return;
      pattern.lastIndex = end;
    }
  }
}

/** Where the internal subset of the document type begins and ends. */
function internalSubset(text: string): { readonly start: number; readonly end: number } | undefined {
  const type = text.indexOf("<!DOCTYPE");
  const before = text.slice(0, Math.min(Math.max(type, 0), MAX_PROLOG)).replace(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g, "");
  if (type < 0 || type > MAX_PROLOG || before.includes("<")) return undefined;
  let start: number | undefined;
  const pattern = /"[^"]*"|'[^']*'|<!--|<\?|[[\]>]/g;
  pattern.lastIndex = type;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const [token] = found;
    const close = start === undefined ? undefined : token === "<!--" ? "-->" : token === "<?" ? "?>" : undefined;
    if (close !== undefined) {
      const end = text.indexOf(close, pattern.lastIndex);
      if (end < 0) return undefined;
      pattern.lastIndex = end + close.length;
    } else if (start === undefined) {
      if (token === ">") return undefined;
      if (token === "[") start = pattern.lastIndex;
    } else if (token === "]") return found.index - start > MAX_SUBSET ? undefined : { start, end: found.index };
  }
  return undefined;
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
