/** The parts of `deno.lock` (version 5) that are compared. */
export interface LockFile {
  /** Versions by specifier: `npm:parse5@8.1.1`. */
  readonly specifiers: Readonly<Record<string, string>>;
  /** Packages by name and version. */
  readonly npm: Readonly<Record<string, { readonly dependencies?: readonly string[] }>>;
}

/** A row of a table: `| NAME | VERSION | … |`. */
const ROW = /^\| `([\w@/.-]+)` \| (\d[\w.-]*) \|(.*)\|$/gm;

/** Returns the differences between the tables of a document and a lock file. */
export function dependencyProblems(lock: LockFile, document: string): string[] {
  const used = new Map<string, string>();
  const problems: string[] = [];
  for (const [specifier, version] of Object.entries(lock.specifiers)) {
    const name = nameOf(specifier.replace("npm:", ""));
    if (used.has(name)) problems.push(`deno.lock has ${name} ${used.get(name)} and ${version}: remove the unused one`);
    used.set(name, version);
  }
  for (const [, name = "", version = "", rest = ""] of document.matchAll(ROW)) {
    const locked = used.get(name);
    used.delete(name);
    if (locked === undefined) {
      problems.push(`${name} is not in deno.lock`);
      continue;
    }
    if (locked !== version) problems.push(`${name} ${version}: deno.lock has ${locked}`);
    const count = packagesOf(lock, `${name}@${locked}`).size - 1;
    if (!rest.split("|").some((cell) => cell.trim() === String(count))) {
      problems.push(`${name}: brings ${count} packages`);
    }
  }
  return [...problems, ...[...used.keys()].map((name) => `no row for ${name}`)];
}

/** Returns a package and everything that it depends on. */
export function packagesOf(lock: LockFile, start: string): Set<string> {
  const found = new Set([start]);
  // What is added on the way is visited too.
  for (const name of found) {
    for (const dependency of lock.npm[name]?.dependencies ?? []) {
      const key = dependency in lock.npm ? dependency : Object.keys(lock.npm).find((key) => nameOf(key) === dependency);
      if (key !== undefined) found.add(key);
    }
  }
  return found;
}

function nameOf(text: string): string {
  return text.replace(/(?<=.)@[^@/]*$/, "");
}
