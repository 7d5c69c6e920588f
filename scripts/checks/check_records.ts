/**
 * Checks the records of the tools, and that other files agree with them: the flags of the task `toucan`, the latest
 * version in the changelog.
 * @module
 */
import { grantFlags, RELEASED } from "../../lib/cli/mod.ts";
import { record, toolNames, verbsOf } from "../records.ts";
import { ROOT } from "../root.ts";
import { hintProblems, layoutProblems, screenProblems } from "./layout_rules.ts";
import { missingGrants, recordProblems } from "./record_rules.ts";
import config from "../../deno.json" with { type: "json" };

const umbrella = await record("toucan");
const problems: string[] = [];

for (const name of toolNames()) {
  const command = await record(name);
  problems.push(...recordProblems(name, command).map((problem) => `cmd/${name}.ts: ${problem}`));
  for (const [words, verb] of verbsOf(command)) {
    const path = [name, ...words].join(" ");
    problems.push(...layoutProblems(verb).map((problem) => `cmd/${name}.ts: ${path}: ${problem}`));
  }
  problems.push(
    ...hintProblems(verbsOf(command).map(([, verb]) => verb)).map((problem) => `cmd/${name}.ts: ${problem}`),
  );
  problems.push(...(await screenProblems(command)).map((problem) => `cmd/${name}.ts: ${problem}`));
  if (name === "toucan") continue;
  if (!Object.hasOwn(umbrella.tools ?? {}, name)) problems.push(`cmd/toucan.ts: it does not know the tool "${name}"`);
  for (const missing of missingGrants(umbrella.permissions, command.permissions)) {
    problems.push(`cmd/toucan.ts: it lacks ${missing}, which ${name} has`);
  }
}
for (const name of Object.keys(umbrella.tools ?? {})) {
  if (!toolNames().includes(name)) problems.push(`cmd/toucan.ts: the tool "${name}" has no file in cmd/`);
}

const task = ["deno run --quiet --no-prompt", ...grantFlags(umbrella.permissions), "cmd/toucan.ts"].join(" ");
if (config.tasks.toucan.command !== task) {
  problems.push(`deno.json: the command of the task "toucan" has to be: ${task}`);
}

const [, dated] = /^## \[[^\]]+\] - (\d{4}-\d{2}-\d{2})/m.exec(await Deno.readTextFile(`${ROOT}CHANGELOG.md`)) ?? [];
if (dated !== undefined && dated !== RELEASED) {
  problems.push(`lib/cli/version.ts: RELEASED is ${RELEASED}, but CHANGELOG.md says ${dated}`);
}

const newest = /^## \[(?!Unreleased)([^\]]+)\]/m.exec(await Deno.readTextFile(`${ROOT}CHANGELOG.md`))?.[1];
if (newest !== config.version) {
  problems.push(`CHANGELOG.md: its newest version is ${newest}, but deno.json says ${config.version}`);
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) Deno.exit(1);
console.log(`${toolNames().length} records agree with all that is written elsewhere`);
