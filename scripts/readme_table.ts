/**
 * Checks that the table of tools in the README agrees with the records, or with `--write` updates it.
 * @module
 */
import { readmeTable, withTable } from "./checks/readme_table.ts";
import { records } from "./records.ts";
import { ROOT } from "./root.ts";

const path = `${ROOT}README.md`;
const before = await Deno.readTextFile(path);
const after = withTable(before, await readmeTable(await records()));
if (after === before) console.log("README.md: the table of tools is what the records say");
else if (Deno.args.includes("--write")) await Deno.writeTextFile(path, after);
else {
  console.error("README.md: the table of tools is out of date: deno run -RW scripts/readme_table.ts --write");
  Deno.exit(1);
}
