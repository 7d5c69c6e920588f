import { run } from "./run.ts";

/** Where the bundle of a tool lies, from the top of the checkout. */
export function bundlePath(tool: string): string {
  return `dist/${tool}.js`;
}

/**
 * Bundles a tool into one file. Each by a call of its own: bundled together, a tool that is also a part of the
 * umbrella would take itself for the main module there. Permission: run.
 */
export function bundleTool(tool: string): Promise<void> {
  // Minified class names would show in messages.
  const args = ["bundle", "--quiet", "--keep-names", "--output", bundlePath(tool), `cmd/${tool}.ts`];
  return run(Deno.execPath(), args);
}
