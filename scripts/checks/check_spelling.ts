/**
 * Checks the spelling of the documents, and of the man page of all tools and the errors in `tests/golden`, by cspell. Words that its dictionaries lack
 * are in `spelling/words.txt`.
 * @module
 */
import { ROOT } from "../root.ts";

const CSPELL = "cspell@9.8.0";
const FILES = ["*.md", "lib/**/*.md", "tests/golden/toucan.man.txt", "tests/golden/errors.*.txt"];

const args = [
  "-y",
  CSPELL,
  "--config",
  "scripts/checks/spelling/cspell.json",
  "--no-progress",
  "--no-summary",
  ...FILES,
];
try {
  const { success, stdout, stderr } = await new Deno.Command("npx", { args, cwd: ROOT }).output();
  if (!success) {
    await Deno.stderr.write(stdout);
    await Deno.stderr.write(stderr);
    console.error("hint: fix the word, or add it to scripts/checks/spelling/words.txt");
    Deno.exit(1);
  }
} catch (error) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
  console.log("left out: npx is not installed");
}
