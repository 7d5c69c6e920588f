/**
 * Builds the bundle of each tool, and its executable from its parts: `deno task build [--target TARGET]… [NAME…]`.
 * Without a target, builds for this machine. `TOUCAN_COMPILE_DENO` is the command line of another Deno that compiles,
 * such as `npx -y deno@2.7.11`; Deno reads the base to compile with from `DENORT_BIN` where it cannot be downloaded.
 *
 * With `--release` makes the files of a release in `dist/release` instead: archives for all targets, bundles and
 * checksums. With `--preview` the same for this machine, by any version of Deno, with a version that says so.
 * @module
 */
import { resolve } from "node:path";
import { parseArgs } from "../lib/deps/std/args.ts";
import { splitTools } from "./build/bundle_tool.ts";
import { compileArgs, executablePath, RELEASE_TARGETS } from "./build/compile_tool.ts";
import { pool, run } from "./build/run.ts";
import { chosenTools, record } from "./records.ts";
import { makeRelease } from "./release/release.ts";
import { ROOT } from "./root.ts";

const args = parseArgs(Deno.args, {
  string: ["target", "output"],
  boolean: ["release", "preview"],
  collect: ["target"],
  unknown,
});
const chosen: string[] = Array.isArray(args.target) ? args.target : [];
const knownTargets = [...new Set([...RELEASE_TARGETS, Deno.build.target])];
const unknownTarget = chosen.find((name) => !knownTargets.includes(name));
if (unknownTarget !== undefined) fail(`unknown target "${unknownTarget}" (known: ${knownTargets.join(", ")})`);
if (args.output === "") fail("--output requires a folder");
if (args.output !== undefined && !args.release && !args.preview) fail("--output requires --release or --preview");
const tools = wanted(args._.map(String));
const [program = Deno.execPath(), ...words] = Deno.env.get("TOUCAN_COMPILE_DENO")?.split(" ") ?? [];

if (args.release || args.preview) {
  const output = typeof args.output === "string" ? resolve(args.output) : `${ROOT}dist/release`;
  const preview = Boolean(args.preview);
  const all = preview ? [Deno.build.target] : RELEASE_TARGETS;
  const targets = chosen.length > 0 ? chosen : all;
  try {
    await makeRelease({ tools, targets, compiler: [program, ...words], output, preview }, (file) => console.log(file));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
} else {
  const targets = chosen.length > 0 ? chosen : [undefined];
  await splitTools(tools);
  await pool(tools, async (tool) => {
    const command = await record(tool);
    for (const target of targets) {
      await run(program, [...words, ...compileArgs(command, target)]);
      console.log(executablePath(tool, target));
    }
  });
}

function unknown(arg: string): void {
  if (arg.startsWith("-")) {
    fail(`unknown option ${arg}: there are --release, --preview, --output FOLDER and --target TARGET`);
  }
}

function wanted(names: readonly string[]): readonly string[] {
  try {
    return chosenTools(names);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(message: string): never {
  console.error(message);
  Deno.exit(2);
}
