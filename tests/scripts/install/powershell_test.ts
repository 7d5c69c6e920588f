import { assert, assertEquals, assertMatch } from "@std/assert";
import { PROJECT } from "../../../lib/cli/mod.ts";
import { withFolder } from "../../kit/folder.ts";
import { peerTest } from "../../kit/peer.ts";
import { ROOT } from "../../kit/tool.ts";

const INSTALL_PS1 = `${ROOT}scripts/install.ps1`;

/** Packages with a grammar of PowerShell and its parser, with the SHA-256 of their archives. */
const PARSER: readonly (readonly [name: string, archive: string, sum: string])[] = [
  [
    "tree-sitter-powershell@0.26.4",
    "tree-sitter-powershell-0.26.4.tgz",
    "92f0ce6497f1456248eb1a2d74c567cdfb1328cccd573c1a48d1b7c4e76b53e3",
  ],
  [
    "web-tree-sitter@0.25.10",
    "web-tree-sitter-0.25.10.tgz",
    "6636457aca5e6945fb73671362ae19c9c4e513bb516a53d58c4a2b4d12533e0f",
  ],
];

/** Prints the number of errors in each text of a list. */
const PARSE = `
import { Language, Parser } from "./web-tree-sitter/tree-sitter.js";
import { readFileSync } from "node:fs";
await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load("tree-sitter-powershell/tree-sitter-powershell.wasm"));
const errors = (node) => (node.isError || node.isMissing ? 1 : 0) + node.children.map(errors).reduce((a, b) => a + b, 0);
const texts = JSON.parse(readFileSync("texts.json", "utf8"));
console.log(JSON.stringify(texts.map((text) => errors(parser.parse(text).rootNode))));
`;

async function output(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args], cwd }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Returns the number of syntax errors in each of these scripts. */
async function syntaxErrors(scripts: readonly string[], folder: string): Promise<number[]> {
  for (const [name, archive, sum] of PARSER) {
    await output("npm", ["pack", "--silent", name], folder);
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${folder}/${archive}`));
    assertEquals([name, new Uint8Array(digest).toHex()], [name, sum]);
    const target = name.replace(/@.*/, "");
    await Deno.mkdir(`${folder}/${target}`);
    await output("tar", ["--extract", "--strip-components=1", "--file", `../${archive}`], `${folder}/${target}`);
  }
  await Deno.writeTextFile(`${folder}/parse.mjs`, PARSE);
  await Deno.writeTextFile(`${folder}/texts.json`, JSON.stringify(scripts));
  // Optimizing the parser takes half a minute.
  return JSON.parse(await output("node", ["--liftoff-only", "parse.mjs"], folder));
}

peerTest(
  "install.ps1 has no syntax errors, and a cut one is not run",
  ["node", "npm", "tar"],
  () =>
    withFolder(async (folder) => {
      const text = await Deno.readTextFile(INSTALL_PS1);
      const begin = text.indexOf("\n& {\n");
      const cuts = Array.from({ length: 20 }, (_, i) => begin + 5 + Math.floor((text.length - begin - 8) * i / 19));
      const [whole, ...cut] = await syntaxErrors([text, ...cuts.map((end) => text.slice(0, end))], folder);
      assertEquals(whole, 0);
      assertEquals(cut.filter((errors) => errors === 0), []);
    }),
);

Deno.test("install.ps1 describes its parameters, and has the address of the project", async () => {
  const text = await Deno.readTextFile(INSTALL_PS1);
  const [, parameters = ""] = /^param\(\n([^]*?)^\)/m.exec(text) ?? [];
  const declared = [...parameters.matchAll(/\$(\w+)/g)].map(([, name]) => name).sort();
  const described = [...text.matchAll(/^\.PARAMETER (\w+)\n\S/gm)].map(([, name]) => name).sort();
  assertEquals(declared, described);
  assertEquals(new Set(text.match(/https:\/\/github\.com\/[\w-]+\/[\w-]+/g)), new Set([PROJECT]));
  // Values are checked before anything is done, in the lines of the block that are in no function.
  for (const [, name] of text.matchAll(/'invalid -(\w+):/g)) {
    assertMatch(text, new RegExp(`^  (?:if|\\$).*'invalid -${name}`, "m"));
  }
  // What Windows PowerShell 5.1 lacks, and what a script from the network does not do.
  for (const absent of [/\?\?/, / \? .* : /, /\s&&\s/, /Invoke-Expression|\biex \$/i, /[^ -~\n]/]) {
    assertEquals(text.match(absent), null, String(absent));
  }
});
