import { posix } from "node:path";
import { ROOT } from "../root.ts";
import type { Place } from "./place.ts";
import { removeFolder } from "./run.ts";

/** The file that defines a name, and the name there; `*` is the namespace object of the file. */
interface Origin {
  readonly path: string;
  readonly name: string;
}

/** Exports of a module: re-exported names, modules re-exported as a whole, and names that it declares. */
interface Index {
  readonly named: ReadonlyMap<string, Origin>;
  readonly all: readonly string[];
  readonly own: ReadonlySet<string>;
}

const NAMED_IMPORT = /^import \{([^}]*)\} from "(\.[^"]+)";\n/gm;
const TYPE_IMPORT = /^import type [^;]* from "\.[^"]+";\n/gm;
const LAZY_IMPORT = /\bconst \{([^}]*)\} = await import\("(\.[^"]+)"\);/g;
const REEXPORT = /^export \{([^}]*)\} from "(\.[^"]+)";/gm;
const REEXPORT_ALL = /^export \* (?:as (\w+) )?from "(\.[^"]+)";/gm;
const DECLARATION =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type|enum) (\w+)/gm;

/**
 * Copies the sources of the tools, and replaces each import from an index (`mod.ts`, `internal.ts`) by imports from the
 * files that define the names. The bundler puts an index and all modules that it names into one part, used or not.
 * Returns the folder. Permissions: read, write.
 */
export async function copySources(place: Place): Promise<string> {
  const folder = `${place.folder}sources`;
  const sources = await readSources();
  await removeFolder(folder);
  for (const [path, text] of [...await configuration(place.version), ...sources, ...direct(sources)]) {
    await Deno.mkdir(posix.dirname(`${folder}/${path}`), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
  return folder;
}

/** Reads the files of the tools and the library; keys are paths from the top of the checkout. Permission: read. */
export async function readSources(): Promise<Map<string, string>> {
  const sources = new Map<string, string>();
  for (const folder of ["cmd", "lib"]) await readFolder(folder, sources);
  return sources;
}

/** Returns the configuration with the version only: a bundle contains the whole file. */
async function configuration(version: string): Promise<[path: string, text: string][]> {
  return [["deno.json", JSON.stringify({ version })], ["deno.lock", await Deno.readTextFile(`${ROOT}deno.lock`)]];
}

async function readFolder(folder: string, into: Map<string, string>): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(ROOT + folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) await readFolder(path, into);
    else into.set(path, await Deno.readTextFile(ROOT + path));
  }
}

/** Returns the modules whose imports were changed to name the defining files, by path. */
export function direct(sources: ReadonlyMap<string, string>): Map<string, string> {
  const changed = new Map<string, string>();
  const indexes = new Map<string, Index>();
  const indexOf = (path: string): Index | undefined => {
    const text = sources.get(path);
    if (text === undefined) return undefined;
    const index = indexes.get(path) ?? readIndex(path, text);
    indexes.set(path, index);
    return index;
  };
  const origin = (path: string, name: string): Origin | undefined => {
    const index = indexOf(path);
    if (!index) return undefined;
    if (index.own.has(name)) return { path, name };
    const named = index.named.get(name);
    if (named) return named.name === "*" ? named : origin(named.path, named.name) ?? named;
    for (const all of index.all) {
      const found = origin(all, name);
      if (found) return found;
    }
  };
  const lines = (path: string, names: string, from: string, form: "import" | "export"): string => {
    const target = resolve(path, from);
    return values(names).map(([name, local]) => {
      const { path: defined, name: there } = origin(target, name) ?? { path: target, name };
      const specifier = JSON.stringify(relative(path, defined));
      if (there === "*") return `${form} * as ${local} from ${specifier};\n`;
      return `${form} { ${there === local ? there : `${there} as ${local}`} } from ${specifier};\n`;
    }).join("");
  };
  for (const [path, text] of sources) {
    if (!path.endsWith(".ts") || path.endsWith(".d.ts")) continue;
    let count = 0;
    const rewritten = text
      .replace(TYPE_IMPORT, "")
      .replace(NAMED_IMPORT, (_, names: string, from: string) => lines(path, names, from, "import"))
      .replace(LAZY_IMPORT, (_, names: string, from: string) => {
        // The bundler keeps every export of a module that is imported lazily: import one with these exports only.
        const lazy = path.replace(/\.ts$/, `_${++count}.ts`);
        const exported = names.replace(/(\w+): \w+/g, "$1");
        changed.set(lazy, lines(lazy, exported, relative(lazy, resolve(path, from)), "export"));
        return `const {${names}} = await import(${JSON.stringify(relative(path, lazy))});`;
      });
    if (rewritten !== text) changed.set(path, rewritten);
  }
  return changed;
}

function readIndex(path: string, text: string): Index {
  const named = new Map<string, Origin>();
  const all: string[] = [];
  for (const [, names = "", from = ""] of text.matchAll(REEXPORT)) {
    for (const [name, local] of pairs(names)) named.set(local, { path: resolve(path, from), name });
  }
  for (const [, space, from = ""] of text.matchAll(REEXPORT_ALL)) {
    if (space === undefined) all.push(resolve(path, from));
    else named.set(space, { path: resolve(path, from), name: "*" });
  }
  return { named, all, own: new Set([...text.matchAll(DECLARATION)].map(([, name = ""]) => name)) };
}

/** Returns the names in braces that are not types, each with its local name. */
function values(names: string): [name: string, local: string][] {
  return pairs(names.split(",").filter((name) => !/^\s*type\s/.test(name)).join(","));
}

function pairs(names: string): [name: string, local: string][] {
  return names.split(",").map((name) => name.trim().replace(/^type\s+/, "")).filter((name) => name !== "").map(
    (name) => {
      const [there = "", local = there] = name.split(/\s+as\s+/);
      return [there, local];
    },
  );
}

function resolve(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier);
}

function relative(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}
