import { join } from "node:path";
import { circles } from "./circles.ts";
import { type Breach, breaches } from "./rules.ts";
import { type Scan, scan } from "./scan.ts";

/** Result of a check of a checkout. */
export interface TreeReport {
  /** Number of modules. */
  readonly modules: number;
  /** Breaches of the rules. */
  readonly breaches: readonly Breach[];
}

/** Reads `mod.ts`, `lib/` and `cmd/` below a folder. Permission: read. */
export function checkTree(root: string): TreeReport {
  const paths = [...tree(root, "lib"), ...tree(root, "cmd"), "mod.ts"].filter((path) => /\.[cm]?[jt]sx?$/.test(path));
  const modules = new Map<string, Scan>();
  const found = paths.flatMap((path): Breach[] => {
    try {
      const module = scan(Deno.readTextFileSync(join(root, path)), path.endsWith(".d.ts"));
      modules.set(path, module);
      return breaches(path, module);
    } catch (error) {
      return [{ path, line: 1, message: `cannot be read: ${error instanceof Error ? error.message : error}` }];
    }
  });
  return { modules: paths.length, breaches: [...found, ...circles(modules)] };
}

function tree(root: string, folder: string): string[] {
  const entries = [...Deno.readDirSync(join(root, folder))].sort((a, b) => a.name < b.name ? -1 : 1);
  return entries.flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? tree(root, path) : [path];
  });
}
