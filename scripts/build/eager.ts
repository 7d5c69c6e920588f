/** An import of a part, as the bundler writes it: the names in braces, if any, and the part. */
const IMPORT = /^import (?:\{([^}]*)\} from )?"\.\/([^"]+)";$/gm;
/** The exports of a part. */
const EXPORT = /^export \{([^}]*)\};$/gm;
/** An `import()` of a part. */
const LAZY = /\bimport\("\.\/([^"]+)"\)/g;

/** The name of the part into which those are joined that the first one always needs. */
export const BASE = "base.js";

/** Parts to join by a linker: the module that exports all of theirs, and the parts that it imports. */
export interface Joined {
  /** Module that exports each name of the joined parts under a name of its own. */
  readonly entry: string;
  /** The joined parts by name, in which an `import()` names no file. */
  readonly joined: ReadonlyMap<string, string>;
  /** The other parts by name, which import from {@link BASE}. */
  readonly others: ReadonlyMap<string, string>;
}

/**
 * Finds the parts that the first one imports, and what these import: they are loaded by every call. Joined into one file
 * they are loaded in less time, since each file of an executable is looked up, read and compiled for itself.
 */
export function joinEager(first: string, parts: ReadonlyMap<string, string>): Joined {
  const eager = eagerParts(first, parts);
  const own = new Map([...eager].map((name, index) => [name, index]));
  const entry = [...eager].map((name) => {
    const exported = namesIn(EXPORT, parts.get(name) ?? "", 1).map(([, outer]) =>
      `${outer} as ${unique(outer, own, name)}`
    );
    return exported.length === 0 ? `import "./${name}";\n` : `export { ${exported.join(", ")} } from "./${name}";\n`;
  }).join("");
  const joined = new Map([...eager].map((name) => [name, (parts.get(name) ?? "").replace(LAZY, 'import("part:$1")')]));
  const others = new Map<string, string>();
  for (const [name, text] of parts) {
    if (!eager.has(name)) {
      others.set(
        name,
        text.replace(IMPORT, (whole, names: string | undefined, from: string) => {
          if (!eager.has(from)) return whole;
          if (names === undefined) return `import "./${BASE}";`;
          const list = pairs(names).map(([there, local]) => `${unique(there, own, from)} as ${local}`);
          return `import { ${list.join(", ")} } from "./${BASE}";`;
        }),
      );
    }
  }
  return { entry, joined, others };
}

/** Returns what a linker made of the entry, with each `import()` naming its file again. */
export function relinked(text: string): string {
  return text.replace(/\bimport\("part:([^"]+)"\)/g, 'import("./$1")');
}

function eagerParts(first: string, parts: ReadonlyMap<string, string>): Set<string> {
  const found = new Set([first]);
  // Parts that are found on the way are visited too.
  for (const name of found) {
    for (const [, , from = ""] of (parts.get(name) ?? "").matchAll(IMPORT)) found.add(from);
  }
  found.delete(first);
  return found;
}

function namesIn(pattern: RegExp, text: string, group: number): [name: string, outer: string][] {
  return [...text.matchAll(pattern)].flatMap((match) => pairs(match[group] ?? ""));
}

/** Parses `a, b as c`. */
function pairs(list: string): [name: string, as: string][] {
  return list.split(",").map((item) => item.trim()).filter(Boolean).map((item) => {
    const [name = "", as = name] = item.split(" as ");
    return [name, as];
  });
}

/** A name that no other part exports. */
function unique(name: string, own: ReadonlyMap<string, number>, part: string): string {
  return `${name}__${own.get(part)}`;
}
