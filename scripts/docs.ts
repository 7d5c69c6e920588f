/**
 * Builds the site in `dist/site`, or the folder that is named: a page per tool, the documents, the documentation of the
 * library, and the search. It needs no server: `toucan file serve dist/site` shows it, and so does a browser from the file
 * system.
 * @module
 */
import { ROOT } from "./root.ts";
import { libraryPages } from "./docs/library.ts";
import { siteFiles } from "./docs/site.ts";
import { siteScript } from "./docs/script.ts";

const [folder = `${ROOT}dist/site`] = Deno.args.filter((arg) => !arg.startsWith("--"));
await Deno.remove(folder, { recursive: true }).catch(() => {});
await Deno.mkdir(folder, { recursive: true });
const [files, script] = await Promise.all([siteFiles(), siteScript(), libraryPages(`${folder}/library`)]);
files.set("site.js", script);
files.set("site.css", await Deno.readTextFile(`${ROOT}scripts/docs/browser/site.css`));
for (const [name, text] of files) await Deno.writeTextFile(`${folder}/${name}`, text);
console.log(`${files.size} files in ${folder}`);
