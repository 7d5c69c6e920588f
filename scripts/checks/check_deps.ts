/**
 * Compares the tables in `lib/deps/README.md` with `deno.lock`: each package in use has a row with its version and the
 * number of packages that it depends on, and no other package has one.
 * @module
 */
import { ROOT } from "../root.ts";
import { dependencyProblems } from "./dependencies.ts";

const problems = dependencyProblems(
  JSON.parse(await Deno.readTextFile(`${ROOT}deno.lock`)),
  await Deno.readTextFile(`${ROOT}lib/deps/README.md`),
);
for (const problem of problems) console.error(`lib/deps/README.md: ${problem}`);
Deno.exit(problems.length === 0 ? 0 : 1);
