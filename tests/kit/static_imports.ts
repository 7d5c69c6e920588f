import { posix } from "node:path";

/**
 * Returns the modules of a checkout that are loaded with a module, each with the one that imports it: those of static
 * imports, types left out. What is not in `modules` (packages, built-ins) is returned by its specifier.
 */
export function staticImports(modules: ReadonlyMap<string, string>, first: string): Map<string, string> {
  const found = new Map([[first, ""]]);
  // Modules that are found on the way are visited too.
  for (const [path] of found) {
    for (const specifier of specifiers(modules.get(path) ?? "")) {
      const target = specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : specifier;
      if (!found.has(target)) found.set(target, path);
    }
  }
  return found;
}

function specifiers(text: string): string[] {
  const named = [...text.matchAll(/^(?:import|export)(?! type) [^;]*? from "([^"]+)"/gm)];
  const bare = [...text.matchAll(/^import "([^"]+)"/gm)];
  return [...named, ...bare].map(([, specifier = ""]) => specifier);
}
