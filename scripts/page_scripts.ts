/**
 * Makes the module of each page for a browser from the files in its folder: the HTML and CSS as they are, and the bundle of each script.
 * An executable, and a run from a URL, have no other file of them. Without `--write` it checks that they are up to date.
 * @module
 */
import { ROOT } from "./root.ts";

/** The folder of each page, the module made of it, and the texts in that: the name of the constant, its doc, and the file. */
const PAGES: readonly (readonly [
  folder: string,
  module: string,
  texts: readonly (readonly [name: string, doc: string, file: string])[],
])[] = [
  ["lib/chat/web/page", "lib/chat/web/page_files.ts", [
    ["HTML", "The page of the chat.", "index.html"],
    ["CSS", "The style of the page.", "chat.css"],
    ["SCRIPT", "The script of the page.", "main.ts"],
    ["MANIFEST", "The manifest with which a browser installs the page.", "install/chat.webmanifest"],
    ["ICON", "The icon of the page.", "install/icon.svg"],
  ]],
  ["lib/mail/inbox/page", "lib/mail/inbox/page_files.ts", [
    ["HTML", "The page of the inbox.", "index.html"],
    ["CSS", "The style of the page.", "inbox.css"],
    ["SCRIPT", "The script of the page.", "main.ts"],
  ]],
  ["lib/check/report/page", "lib/check/report/page_files.ts", [
    ["STYLE", "The style of the report.", "report.css"],
  ]],
  ["lib/tour/page", "lib/tour/page_files.ts", [
    ["STYLE", "The style of the page of a tour.", "tour.css"],
  ]],
  ["lib/file/page/browser", "lib/file/page/page_files.ts", [
    ["STYLE", "The style of the page of a folder.", "listing.css"],
    ["LISTING_SCRIPT", "The script that sorts, filters and scrolls.", "listing.ts"],
    ["UPLOAD_SCRIPT", "The script that uploads.", "upload.ts"],
  ]],
];

const temporary = await Deno.makeTempDir();
let stale = false;
for (const [folder, module, texts] of PAGES) {
  let made = `// Made from ${folder} by scripts/page_scripts.ts: deno run -A scripts/page_scripts.ts --write\n` +
    "// deno-fmt-ignore-file\n// deno-lint-ignore-file\n";
  for (const [name, doc, file] of texts) {
    const text = file.endsWith(".ts")
      ? await bundle(`${folder}/${file}`)
      : await Deno.readTextFile(ROOT + `${folder}/${file}`);
    // Some of them stand in the HTML.
    if (/<\/(?:script|style)|<!--/i.test(text) && file !== "index.html") {
      throw new Error(`${file} cannot stand in HTML`);
    }
    made += `\n/** ${doc} */\nexport const ${name} = ${JSON.stringify(text)};\n`;
  }
  if (Deno.args.includes("--write")) await Deno.writeTextFile(ROOT + module, made);
  else if (await Deno.readTextFile(ROOT + module).catch(() => "") !== made) {
    console.error(`${module} is not what ${folder} makes`);
    stale = true;
  }
}
await Deno.remove(temporary, { recursive: true });
if (stale) Deno.exit(1);

/** Bundles a script for a browser, with nothing of it visible to others. */
async function bundle(entry: string): Promise<string> {
  const output = `${temporary}/script.js`;
  const options = ["--quiet", "--platform", "browser", "--format", "iife", "--minify"];
  const args = ["bundle", ...options, "--output", output, entry];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return await Deno.readTextFile(output);
}
