import { assert, assertEquals } from "@std/assert";
import { CAPABILITIES } from "../../../lib/chat/server/client/capabilities.ts";

const ROOT = new URL("../../../", import.meta.url);
const README = await Deno.readTextFile(new URL("lib/chat/README.md", ROOT));
const [, SECTION = ""] = /\n## IRCv3\n([^]*?)(?:\n## |$)/.exec(README) ?? [];

/** Rows of the table of IRCv3 documents: the names in the first column, and the files of tests in the last. */
const ROWS = SECTION.split("\n").filter((line) => /^\| (?!document |-)/.test(line)).map((line) => {
  const [, names = "", , files = ""] = line.split("|");
  const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
  let folder = "";
  const paths = quoted(files).map((file) => {
    // A name without a folder is in that of the previous one.
    if (!file.includes("/")) return folder + file;
    folder = file.replace(/[^/]*$/, "");
    return file;
  });
  return { row: names.trim(), names: quoted(names), paths };
});

async function readAll(path: string): Promise<string> {
  const url = new URL(path, ROOT);
  if (!path.endsWith("/")) return await Deno.readTextFile(url);
  const texts = await Array.fromAsync(Deno.readDir(url), ({ name }) => readAll(path + name));
  return texts.join("\n");
}

Deno.test("README of chat: each row of the table of IRCv3 documents names tests that exist and use the capability", async () => {
  assert(ROWS.length > 10);
  for (const { row, names, paths } of ROWS) {
    assert(paths.length > 0, `${row}: no tests`);
    const texts = (await Promise.all(paths.map(readAll))).join("\n");
    for (const name of names) assert(texts.includes(name), `${row}: ${name} is not in ${paths}`);
  }
});

Deno.test("README of chat: the section of IRCv3 has each capability of the server", () => {
  const named = [...SECTION.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  assertEquals(CAPABILITIES.filter((name) => !named.includes(name)), []);
});
