/**
 * Compares what people read (`-h`, `--help`, `--man`, the table of errors) with the files in `tests/golden`, and names
 * those that differ; with `--update` writes them.
 * @module
 */
import { goldenFiles } from "./golden/golden_files.ts";
import { ROOT } from "./root.ts";

const FOLDER = `${ROOT}tests/golden/`;

const unknown = Deno.args.find((arg) => arg !== "--update");
if (unknown !== undefined) {
  console.error(`unknown option ${unknown}: there is --update`);
  Deno.exit(2);
}
const update = Deno.args.includes("--update");
const wanted = await goldenFiles();
const found = new Set([...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) => name.endsWith(".txt")));
const differing = [...wanted].filter(([name, text]) =>
  !found.has(name) || Deno.readTextFileSync(FOLDER + name) !== text
);
const extra = [...found].filter((name) => !wanted.has(name));
if (update) {
  for (const [name, text] of differing) Deno.writeTextFileSync(FOLDER + name, text);
  for (const name of extra) Deno.removeSync(FOLDER + name);
  console.log(`${differing.length} written, ${extra.length} removed, ${wanted.size} in all`);
} else {
  for (const [name] of differing) console.error(`tests/golden/${name} is stale`);
  for (const name of extra) console.error(`tests/golden/${name} stands for nothing`);
  if (differing.length + extra.length > 0) Deno.exit(1);
}
