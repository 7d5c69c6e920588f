/**
 * Runs the commands of all `console` blocks of the documents as a new user would, and reports outputs that differ; with
 * `--write` it writes them into the documents. `deno run -A scripts/docs/transcripts.ts [--write] [PATH]…`
 * @module
 */
import { ROOT } from "../root.ts";
import { matches, trimmed } from "./transcripts/compare.ts";
import { documentPaths } from "./transcripts/documents.ts";
import { parseSessions } from "./transcripts/parse.ts";
import { runSessions } from "./transcripts/run.ts";

const write = Deno.args.includes("--write");
const named = Deno.args.filter((arg) => !arg.startsWith("--"));
let differing = 0;
for (const path of documentPaths().filter((path) => named.length === 0 || named.includes(path))) {
  const text = await Deno.readTextFile(ROOT + path);
  const sessions = parseSessions(text);
  const outputs = await runSessions(sessions, write ? "record" : "check");
  const lines = text.split("\n");
  const steps = sessions.flatMap(({ steps }, i) => steps.map((step, j) => ({ step, output: outputs[i]?.[j] ?? [] })));
  // From the end, so that earlier positions stay valid.
  for (const { step, output } of steps.toReversed()) {
    if (matches(step.output, output)) continue;
    differing++;
    console.error(`${path}:${step.at[0]}: $ ${step.command}\n${output.map((line) => `  ${line}\n`).join("")}`);
    const blank = step.output.at(-1) === "" && step.output.length > 1 ? [""] : [];
    lines.splice(step.at[0], step.at[1] - step.at[0], ...trimmed(output), ...blank);
  }
  if (write) await Deno.writeTextFile(ROOT + path, lines.join("\n"));
  console.log(`${path}: ${steps.length} commands`);
}
if (differing > 0 && !write) Deno.exit(1);
