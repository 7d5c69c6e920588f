/**
 * Checks every text that a person reads, and every declared name, against the rules in `words/rules.ts`.
 *
 * - `deno task check words` fails when an area has more breaches than `words/pending.txt` says, or when an area without
 *   any is still listed there.
 * - `deno task check words --list [PATH]` prints all breaches, or those of the paths that begin with `PATH`.
 * - `deno task check words --lower` lowers the numbers in `words/pending.txt` to what is left.
 * @module
 */
import { ROOT } from "../root.ts";
import { formatPending, judge, lower, parsePending } from "./words/pending.ts";
import { findBreaches } from "./words/find.ts";

const PENDING = `${ROOT}scripts/checks/words/pending.txt`;

const [mode, area = ""] = Deno.args;
const breaches = (await findBreaches()).toSorted((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
const pending = parsePending(Deno.readTextFileSync(PENDING));
if (mode === "--list") {
  const listed = breaches.filter(({ path }) => path.startsWith(area));
  for (const { path, line, message } of listed) console.log(`${path}:${line}: ${message}`);
  console.log(`${listed.length} breaches`);
} else if (mode === "--lower") {
  Deno.writeTextFileSync(PENDING, formatPending(lower(breaches, pending)));
} else {
  const problems = judge(breaches, pending);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) Deno.exit(1);
}
