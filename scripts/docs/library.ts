import { ROOT } from "../root.ts";
import { type Html, markup } from "./html.ts";
import config from "../../deno.json" with { type: "json" };

/** The entry points of the library beside that for everything: name of the folder of its documentation, and path of the module. */
const MODULES: readonly (readonly [name: string, path: string])[] = Object.entries(config.exports)
  .filter(([name]) => name !== ".").map(([name, path]) => [name.replace("./", ""), path]);

/** Page in place of an index that has no list of the modules. */
const INDEX = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Toucan: library</title>
<meta http-equiv="refresh" content="0; url=../library.html"></head>
<body><p><a href="../library.html">The library</a></p></body></html>
`;

/** Writes the documentation of the library's exports in HTML to a folder. Permission: run, read, write. */
export async function libraryPages(folder: string): Promise<void> {
  const paths = MODULES.map(([, path]) => path);
  const command = new Deno.Command(Deno.execPath(), {
    args: ["doc", "--quiet", "--html", "--name=Toucan", `--output=${folder}`, ...paths],
    cwd: ROOT,
  });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  await Deno.writeTextFile(`${folder}/index.html`, INDEX);
}

/** Returns the links to the documentation of each module. */
export function libraryLinks(): Html {
  const links = MODULES.map(([name], i) =>
    markup`${i > 0 ? ", " : ""}<a href="library/${name}/index.html">${name}</a>`
  );
  return markup`<p>Reference of all functions, with their options, errors, permissions and examples: ${links};
<a href="library/all_symbols.html">all names</a>.</p>
`;
}
