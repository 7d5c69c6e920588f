import { posix } from "node:path";
import type { Breach } from "./rules.ts";
import type { Reference, Scan } from "./scan.ts";

/**
 * Returns the circles of static imports, types included: two modules that need each other are one idea, or there is a third one in them.
 * Each import that closes a circle is reported once, with the path of the circle.
 *
 * @param modules References of each module, by its path from the top of the checkout.
 */
export function circles(modules: ReadonlyMap<string, Pick<Scan, "references">>): Breach[] {
  const found: Breach[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string) => {
    trail.push(path);
    for (const { target, line } of targets(path, modules.get(path)?.references ?? [])) {
      const start = trail.indexOf(target);
      if (start >= 0) {
        found.push({ path, line, message: `circle of imports: ${[...trail.slice(start), target].join(" → ")}` });
      } else if (modules.has(target) && !done.has(target)) visit(target);
    }
    trail.pop();
    done.add(path);
  };
  for (const path of modules.keys()) if (!done.has(path)) visit(path);
  return found;
}

function targets(path: string, references: readonly Reference[]): { target: string; line: number }[] {
  return references.filter(({ form, specifier }) => form === "static" && /^\.\.?\//.test(specifier))
    .map(({ specifier, line }) => ({ target: posix.normalize(posix.join(posix.dirname(path), specifier)), line }));
}
