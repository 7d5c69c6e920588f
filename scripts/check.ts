/**
 * All that can be said about the sources without running them, in one go: every check runs, whatever the others say.
 * @module
 */
import { ROOT } from "./root.ts";

const libraries = [...Deno.readDirSync(`${ROOT}lib`)]
  .flatMap(({ name }) => ["mod.ts", "internal.ts", "public.ts"].map((index) => `lib/${name}/${index}`))
  .filter(exists).sort();
const script = (path: string, ...flags: string[]) => ["run", "--quiet", "--no-prompt", ...flags, `scripts/${path}`];

/** What is checked, the arguments of Deno that check it, and what mends it. */
const CHECKS: readonly (readonly [what: string, args: readonly string[], mend: string])[] = [
  ["format", ["fmt", "--check", "--quiet"], "deno fmt"],
  ["lint", ["lint", "--quiet"], ""],
  ["types", ["check", "--quiet"], ""],
  ["documentation", ["doc", "--quiet", "--lint", ...libraries], ""],
  // By itself: what its documentation mentions has to be exported with it.
  ["documentation of the library", ["doc", "--quiet", "--lint", "mod.ts"], ""],
  ["public documentation", script("checks/check_public_docs.ts", "--allow-read", "--allow-run"), ""],
  ["import directions", script("check_imports.ts", "--allow-read"), ""],
  ["patterns", script("checks/check_patterns.ts", "--allow-read"), ""],
  ["records", script("checks/check_records.ts", "--allow-read"), ""],
  [
    "worker of the inbox",
    ["run", "--quiet", "--allow-all", "scripts/worker_script.ts"],
    "deno run -A scripts/worker_script.ts --write",
  ],
  ["README", script("readme_table.ts", "--allow-read"), "deno run -RW scripts/readme_table.ts --write"],
];

let failed = 0;
for (const [what, args, mend] of CHECKS) {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT }).output();
  console.log(`${success ? "ok    " : "FAILED"}  ${what}`);
  if (success) continue;
  failed++;
  await Deno.stderr.write(stdout);
  await Deno.stderr.write(stderr);
  if (mend) console.error(`hint: ${mend}`);
}
console.log(`${CHECKS.length - failed} passed, ${failed} failed`);
Deno.exit(failed === 0 ? 0 : 1);

function exists(path: string): boolean {
  try {
    return Deno.statSync(ROOT + path).isFile;
  } catch {
    return false;
  }
}
