import { replaceFolder } from "../build/run.ts";
import { ROOT } from "../root.ts";
import { checkSite, type SiteReport } from "./checks/check_site.ts";
import { libraryPages } from "./library.ts";
import { siteScript } from "./script.ts";
import { siteFiles } from "./site.ts";

/** Builds the site in a folder, which replaces that of an earlier site, and checks it. Permissions: all of `deno task docs`. */
export async function buildSite(folder: string): Promise<SiteReport & { readonly files: number }> {
  await replaceFolder(folder, "site.css");
  await Deno.mkdir(`${folder}/schemas`, { recursive: true });
  const [files, script] = await Promise.all([siteFiles(), siteScript(), libraryPages(`${folder}/library`)]);
  files.set("site.js", script);
  files.set("site.css", await Deno.readTextFile(`${ROOT}scripts/docs/browser/site.css`));
  for (const [name, text] of files) await Deno.writeTextFile(`${folder}/${name}`, text);
  const pages = new Map([...files].filter(([name]) => name.endsWith(".html")));
  return { ...checkSite(pages, (file) => isFile(`${folder}/${file}`)), files: files.size };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
