import type { Command, Verb } from "../lib/cli/mod.ts";
import { ROOT } from "./root.ts";

/** Returns the names of the tools, one file of `cmd/` each, with the umbrella last. Permission: read. */
export function toolNames(): string[] {
  const names = [...Deno.readDirSync(`${ROOT}cmd`)].map(({ name }) => name)
    .filter((name) => name.endsWith(".ts")).map((name) => name.slice(0, -".ts".length));
  return [...names.filter((name) => name !== "toucan").sort(), "toucan"];
}

/** Returns the tools that are named, by default all. Throws an error for an unknown name. Permission: read. */
export function chosenTools(names: readonly string[]): readonly string[] {
  const known = toolNames();
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new RangeError(`unknown tool "${unknown}" (known: ${known.join(", ")})`);
  return names.length > 0 ? names : known;
}

/** Returns the record of a tool. Permission: read. */
export async function record(name: string): Promise<Command> {
  const module: { readonly command: Command } = await import(`../cmd/${name}.ts`);
  return module.command;
}

/** Returns the records of all tools. Permission: read. */
export function records(): Promise<Command[]> {
  return Promise.all(toolNames().map(record));
}

/** Returns the file name of a tool's executable, without the suffix that a system may require. */
export function executableName(tool: string): string {
  return tool === "toucan" ? tool : `toucan-${tool}`;
}

/** Returns the verbs of a tool, each with its words on the command line. */
export function verbsOf(command: Command): (readonly [words: readonly string[], verb: Verb])[] {
  const verbs = Object.entries(command.verbs ?? {}).map(([word, verb]) => [[word], verb] as const);
  return command.verb ? [[[], command.verb], ...verbs] : verbs;
}
