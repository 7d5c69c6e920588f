/**
 * Builds the bundle of each tool, and its executable from its parts: `deno task build [--release] [--target TARGET]…
 * [NAME…]`. Without a target, builds for this machine. `TOUCAN_COMPILE_DENO` is the command line of another Deno that
 * compiles, such as `npx -y deno@2.7.11`; Deno reads the base to compile with from `DENORT_BIN` where it cannot be
 * downloaded.
 * @module
 */
import { parseArgs } from "../lib/deps/std/args.ts";
import { bundleTool, splitTool } from "./build/bundle_tool.ts";
import { compileArgs, executablePath, RELEASE_TARGETS } from "./build/compile_tool.ts";
import { pool, run } from "./build/run.ts";
import { record, toolNames } from "./records.ts";

const args = parseArgs(Deno.args, { string: ["target"], boolean: ["release"], collect: ["target"], unknown });
const chosen = args.release ? RELEASE_TARGETS : Array.isArray(args.target) ? args.target : [];
const targets = chosen.length > 0 ? chosen : [undefined];
const tools = args._.length > 0 ? args._ : toolNames();
const [program = Deno.execPath(), ...words] = Deno.env.get("TOUCAN_COMPILE_DENO")?.split(" ") ?? [];

await pool(tools, async (tool) => {
  await bundleTool(tool);
  await splitTool(tool);
  const command = await record(tool);
  for (const target of targets) {
    await run(program, [...words, ...compileArgs(command, target)]);
    console.log(executablePath(tool, target));
  }
});

function unknown(arg: string): void {
  if (!arg.startsWith("-")) return;
  console.error(`unknown option ${arg}: there are --release and --target TARGET`);
  Deno.exit(2);
}
