/**
 * Generates `lib/mail/worker/script.ts` from `entry.ts`: the code of the worker as text, since a bundle and an
 * executable have no file for it. Without `--write`, checks that it is up to date.
 * @module
 */
import { ROOT } from "./root.ts";

const FOLDER = `${ROOT}lib/mail/worker`;
const HEAD = `// Made by scripts/worker_script.ts from entry.ts: deno run -A scripts/worker_script.ts --write
// It includes parse5 (MIT) and entities (BSD-2-Clause).
// deno-fmt-ignore-file
// deno-lint-ignore-file

/** The code of the worker that parses messages. */
export const SCRIPT =
  `;

const out = await Deno.makeTempDir();
const file = `${out}/worker.js`;
const args = ["bundle", "--quiet", "--platform", "browser", "--minify", `${FOLDER}/entry.ts`, "--output", file];
const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
if (!success) throw new Error(new TextDecoder().decode(stderr));
const made = `${HEAD}${JSON.stringify(await Deno.readTextFile(file))};\n`;
await Deno.remove(out, { recursive: true });
const path = `${FOLDER}/script.ts`;
if (Deno.args.includes("--write")) await Deno.writeTextFile(path, made);
else if (await Deno.readTextFile(path).catch(() => "") !== made) {
  console.error("lib/mail/worker/script.ts is not what entry.ts makes");
  Deno.exit(1);
}
