import { run } from "./run.ts";

/** The same version as that of the bundler of Deno. */
const ESBUILD = "npm:esbuild@0.25.5";

/** Runs esbuild in a folder. Throws an error with its output if it fails. Permission: run. */
export async function esbuild(folder: string, args: readonly string[]): Promise<void> {
  const options = ["run", "--quiet", "--no-prompt", "--allow-all", "--no-lock", "--no-config", ESBUILD];
  await run(Deno.execPath(), [...options, "--log-level=warning", ...args], folder);
}

/**
 * Minifies modules in a folder into another. Functions and classes keep their names: they are in stack traces, and some
 * packages look classes up by them.
 */
export async function minify(folder: string, paths: readonly string[], output: string): Promise<void> {
  const options = ["--format=esm", "--minify", "--keep-names", "--line-limit=200", "--outbase=.", `--outdir=${output}`];
  await esbuild(folder, [...paths, ...options]);
}

/** Joins each module in a folder with the modules that it imports, in place; imports of `part:…` stay. */
export async function link(folder: string, paths: readonly string[]): Promise<void> {
  const options = ["--bundle", "--format=esm", "--platform=node", "--external:part:*", "--allow-overwrite"];
  await esbuild(folder, [...paths, ...options, "--outbase=.", "--outdir=."]);
}
