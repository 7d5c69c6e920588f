import { record, toolNames } from "../../records.ts";
import { ROOT } from "../../root.ts";
import { documentPaths } from "../../docs/transcripts/documents.ts";
import { nameBreaches, phraseBreaches, type WordBreach } from "./match.ts";
import { readMarkdown } from "./read_markdown.ts";
import { readModule } from "./read_module.ts";
import { readRecord } from "./read_records.ts";
import type { Text } from "./text.ts";

/** Generated from other sources. */
const GENERATED = /\/generated\/|_generated\.ts$|\.generated\.ts$/;

/** Returns every breach of the repository. Permission: read. */
export async function findBreaches(): Promise<WordBreach[]> {
  const modules = ["mod.ts", ...["cmd", "lib", "scripts", "tests"].flatMap(files)].filter((path) =>
    !GENERATED.test(path)
  )
    .map((path) => readModule(path, Deno.readTextFileSync(ROOT + path)));
  const prose = [...Deno.readDirSync(ROOT)].filter(({ name }) => name.endsWith(".md"))
    .map(({ name }) => name).concat(documentPaths()).flatMap((path) =>
      readMarkdown(path, Deno.readTextFileSync(ROOT + path))
    );
  const literals = modules.flatMap(({ texts }) => texts);
  const help = (await Promise.all(toolNames().map(async (name) => readRecord(name, await record(name))))).flat();
  return [
    ...distinct([...literals, ...prose, ...located(help, literals)].flatMap(phraseBreaches)),
    ...modules.flatMap(({ names }) => names).flatMap(nameBreaches),
  ];
}

/** Gives each text of a record, once, the position of its literal; where it has none, that of the record. */
function located(help: readonly Text[], literals: readonly Text[]): Text[] {
  const positions = new Map(literals.map(({ text, path, line }) => [text, { path, line }]));
  const texts = new Map(help.map((text) => [text.text, text]));
  return [...texts.values()].map((text) => ({ ...text, ...positions.get(text.text) }));
}

/** A phrase of a help text is found in its literal as well: it counts once. */
function distinct(breaches: readonly WordBreach[]): WordBreach[] {
  const key = ({ path, line, message }: WordBreach) => `${path}:${line}:${message.replace(/^(?:help|text) /, "")}`;
  return [...new Map(breaches.map((breach) => [key(breach), breach])).values()];
}

function files(folder: string): string[] {
  return [...Deno.readDirSync(ROOT + folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? (path === "tests/data" ? [] : files(path)) : name.endsWith(".ts") ? [path] : [];
  });
}
