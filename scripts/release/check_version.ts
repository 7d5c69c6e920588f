/**
 * Checks that the tag of a release, `deno.json`, CHANGELOG and the date of the man pages agree, and prints the notes of
 * the version: `deno run --allow-read scripts/release/check_version.ts TAG`.
 * @module
 */
import config from "../../deno.json" with { type: "json" };
import { RELEASED } from "../../lib/cli/version.ts";
import { ROOT } from "../root.ts";
import { releaseNotes, versionProblems } from "./version_rules.ts";

const [tag] = Deno.args;
if (tag === undefined) {
  console.error("usage: check_version.ts TAG");
  Deno.exit(2);
}
const changelog = await Deno.readTextFile(`${ROOT}CHANGELOG.md`);
const problems = versionProblems({ tag, version: config.version, released: RELEASED, changelog });
for (const problem of problems) console.error(problem);
if (problems.length > 0) Deno.exit(1);
console.log(releaseNotes(changelog, config.version));
