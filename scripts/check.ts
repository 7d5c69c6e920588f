/**
 * Runs all checks of the sources, also after one has failed; `deno task check PART [ARG…]` runs one of them.
 * @module
 */
import { ROOT } from "./root.ts";

const libraries = [...Deno.readDirSync(`${ROOT}lib`)]
  .flatMap(({ name }) => ["mod.ts", "internal.ts", "public.ts"].map((index) => `lib/${name}/${index}`))
  .filter(exists).sort();
const script = (path: string, ...flags: string[]) => ["run", "--quiet", "--no-prompt", ...flags, `scripts/${path}`];

/** The name of each check, the arguments of Deno that run it, and the command that fixes what it finds. */
const CHECKS: readonly (readonly [name: string, args: readonly string[], fix: string])[] = [
  ["format", ["fmt", "--check", "--quiet"], "deno fmt"],
  ["lint", ["lint", "--quiet"], ""],
  ["types", ["check", "--quiet", "--doc"], ""],
  // Not beside the pages: the first call of the bundler installs it.
  [
    "worker of the inbox",
    ["run", "--quiet", "--allow-all", "scripts/worker_script.ts"],
    "deno run -A scripts/worker_script.ts --write",
  ],
  ["documentation", ["doc", "--quiet", "--lint", ...libraries], ""],
  // Separate, since types that its documentation mentions have to be exported with it.
  ["documentation of the library", ["doc", "--quiet", "--lint", "mod.ts"], ""],
  ["public documentation", script("checks/check_public_docs.ts", "--allow-read", "--allow-run"), ""],
  ["import directions", script("check_imports.ts", "--allow-read"), ""],
  ["patterns", script("checks/check_patterns.ts", "--allow-read"), ""],
  ["records", script("checks/check_records.ts", "--allow-read"), ""],
  ["words", script("checks/check_words.ts", "--allow-read", "--allow-write=scripts/checks/words"), ""],
  [
    "pages",
    ["run", "--quiet", "--allow-all", "scripts/page_scripts.ts"],
    "deno run -A scripts/page_scripts.ts --write",
  ],
  ["package", ["publish", "--quiet", "--dry-run", "--allow-dirty"], ""],
  ["dependencies", script("checks/check_deps.ts", "--allow-read"), ""],
  ["shell scripts", script("checks/check_shell.ts", "--allow-read", "--allow-run", "--allow-env"), ""],
  ["workflows", script("checks/check_workflows.ts", "--allow-read", "--allow-run"), ""],
  ["spelling", script("checks/check_spelling.ts", "--allow-read", "--allow-run"), ""],
  ["README", script("readme_table.ts", "--allow-read"), "deno run -RW scripts/readme_table.ts --write"],
];

const [part, ...more] = Deno.args;
const chosen = CHECKS.filter(([name]) => part === undefined || name === part);
if (chosen.length === 0) {
  console.error(`unknown check "${part}" (known: ${CHECKS.map(([name]) => name).join(", ")})`);
  Deno.exit(2);
}
let failed = 0;
// Two at a time: most use one processor. They are reported in their order.
const waiting: Promise<void>[] = [];
for (const [i, [name, args, fix]] of chosen.entries()) {
  waiting[i] = (async () => {
    await waiting[i - 2];
    const command = new Deno.Command(Deno.execPath(), { args: [...args, ...more], cwd: ROOT });
    const output = await command.output();
    await waiting[i - 1];
    await report(name, fix, output);
  })();
}
await Promise.all(waiting);
if (more.length === 0) console.log(`${chosen.length - failed} passed, ${failed} failed`);
Deno.exit(failed === 0 ? 0 : 1);

/** Prints the result of a check, and of one that failed its output. */
async function report(name: string, fix: string, { success, stdout, stderr }: Deno.CommandOutput): Promise<void> {
  if (success && more.length > 0) await Deno.stdout.write(stdout);
  else console.log(`${success ? "ok    " : "FAILED"}  ${name}${success ? leftOut(stdout) : ""}`);
  if (success) return;
  failed++;
  await Deno.stderr.write(stdout);
  await Deno.stderr.write(stderr);
  if (fix) console.error(`hint: ${fix}`);
}

/** Returns the reason of a check for what it has not checked. */
function leftOut(stdout: Uint8Array): string {
  const [, reason] = /^left out: (.+)$/m.exec(new TextDecoder().decode(stdout)) ?? [];
  return reason === undefined ? "" : ` (left out: ${reason})`;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(ROOT + path).isFile;
  } catch {
    return false;
  }
}
