/**
 * Builds the site in `dist/site`, or the folder that is named, and checks its links: a page per tool, the documents, the
 * documentation of the library, and the search. A browser shows it from the file system, too. `--update` runs the commands of
 * the documents before, and writes their outputs and the picture of the README; `--external` lists the links to other sites.
 * @module
 */
import { ROOT } from "./root.ts";
import { buildSite } from "./docs/build.ts";

const unknown = Deno.args.find((arg) => arg.startsWith("-") && arg !== "--update" && arg !== "--external");
if (unknown !== undefined) {
  console.error(`unknown option ${unknown}: there are --update and --external`);
  Deno.exit(2);
}
const [folder = `${ROOT}dist/site`] = Deno.args.filter((arg) => !arg.startsWith("--"));
if (Deno.args.includes("--update")) {
  for (const script of [["transcripts.ts", "--write"], ["recording.ts"]]) {
    const args = ["run", "--quiet", "--allow-all", `${ROOT}scripts/docs/${script[0]}`, ...script.slice(1)];
    const { success } = await new Deno.Command(Deno.execPath(), { args }).spawn().status;
    if (!success) Deno.exit(1);
  }
}
const { files, faults, external } = await buildSite(folder).catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
});
for (const { file, message } of faults) console.error(`${file}: ${message}`);
if (Deno.args.includes("--external")) { for (const url of external) console.log(url); }
console.log(`${files} files in ${folder}, ${external.length} links to other sites, ${faults.length} faults`);
if (faults.length > 0) Deno.exit(1);
