import { numberParts } from "./parts.ts";
import { DIST, type Place } from "./place.ts";
import { removeFolder, run } from "./run.ts";
import { copySources } from "./sources.ts";
import { tidyBundle } from "./tidy.ts";

/** Path of the bundle of a tool, from the folder of the build. */
export function bundlePath(tool: string): string {
  return `${tool}.js`;
}

/** Path of the first part of a tool, from the folder of the build; the others are in the same folder. */
export function partsPath(tool: string): string {
  return `parts/${tool}/${tool}.js`;
}

/** The folder with the sources to bundle, by the folder of the build. */
const sources = new Map<string, Promise<string>>();
/** The first call of the bundler installs it: concurrent calls would find half of it. */
let first: Promise<void> | undefined;

/**
 * Bundles a tool into one file, which needs no other. Each by a call of its own: bundled together, a tool that is also
 * a part of the umbrella would take itself for the main module there. Permissions: run, read, write.
 */
export async function bundleTool(tool: string, place = DIST): Promise<void> {
  const path = place.folder + bundlePath(tool);
  const cwd = await bundle(tool, place, "--output", path);
  await Deno.writeTextFile(path, tidy(await Deno.readTextFile(path), cwd));
}

/**
 * Bundles a tool into parts: a small first one, and one for each `import()` and what several of them share, which are
 * parsed only by the calls that need them. Permissions: run, read, write.
 */
export async function splitTool(tool: string, place = DIST): Promise<void> {
  const folder = place.folder + partsPath(tool).slice(0, -`/${tool}.js`.length);
  await removeFolder(folder);
  const cwd = await bundle(tool, place, "--code-splitting", "--outdir", folder);
  const parts = new Map<string, string>();
  for await (const { name } of Deno.readDir(folder)) {
    parts.set(name, tidy(await Deno.readTextFile(`${folder}/${name}`), cwd));
    await Deno.remove(`${folder}/${name}`);
  }
  for (const [name, text] of numberParts(`${tool}.js`, parts)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
}

/**
 * Runs the bundler and returns the folder that paths in its output are relative to. Not minified: stack traces stay
 * readable, and the names of classes stay what they are.
 */
async function bundle(tool: string, place: Place, ...output: readonly string[]): Promise<string> {
  const copied = sources.get(place.folder) ?? copySources(place);
  sources.set(place.folder, copied);
  const cwd = await copied;
  const once = () => run(Deno.execPath(), ["bundle", "--quiet", ...output, `cmd/${tool}.ts`], cwd);
  await (first === undefined ? first = once() : first.then(once));
  return cwd;
}

function tidy(text: string, cwd: string): string {
  return tidyBundle(text, (json) => Deno.readTextFileSync(`${cwd}/${json}`));
}
