/**
 * Checks that the tables that are made from sources agree with these, or with `--write` updates them: the tools in the README, and the
 * codes of `check`.
 * @module
 */
import { CODES_MARKS, codesTable } from "./checks/codes_table.ts";
import { readmeTable, TOOLS_MARKS, withTable } from "./checks/readme_table.ts";
import { records } from "./records.ts";
import { ROOT } from "./root.ts";

const TABLES = [
  ["README.md", TOOLS_MARKS, await readmeTable(await records())],
  ["lib/check/codes.md", CODES_MARKS, codesTable()],
] as const;

for (const [path, marks, table] of TABLES) {
  const before = await Deno.readTextFile(ROOT + path);
  const after = withTable(before, table, marks);
  if (after === before) console.log(`${path}: the table is up to date`);
  else if (Deno.args.includes("--write")) await Deno.writeTextFile(ROOT + path, after);
  else {
    console.error(`${path}: the table is out of date: deno run -RW scripts/readme_table.ts --write`);
    Deno.exitCode = 1;
  }
}
