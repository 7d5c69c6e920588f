import { ROOT } from "../root.ts";
import { run } from "./run.ts";
import { tidyBundle } from "./tidy.ts";

/** Where the bundle of a tool lies, from the top of the checkout. */
export function bundlePath(tool: string): string {
  return `dist/${tool}.js`;
}

/** The first call of the bundler installs it: others that ran beside that would find half of it. */
let first: Promise<void> | undefined;

/**
 * Bundles a tool into one file. Each by a call of its own: bundled together, a tool that is also a part of the
 * umbrella would take itself for the main module there. Permissions: run, read, write.
 */
export async function bundleTool(tool: string): Promise<void> {
  // Minified class names would show in messages.
  const args = ["bundle", "--quiet", "--keep-names", "--output", bundlePath(tool), `cmd/${tool}.ts`];
  const bundle = () => run(Deno.execPath(), args);
  await (first === undefined ? first = bundle() : first.then(bundle));
  const path = ROOT + bundlePath(tool);
  const tidy = tidyBundle(await Deno.readTextFile(path), (json) => Deno.readTextFileSync(ROOT + json));
  await Deno.writeTextFile(path, tidy);
}
