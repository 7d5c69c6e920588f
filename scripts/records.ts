import type { Command, Verb } from "../lib/cli/mod.ts";
import { ROOT } from "./root.ts";

/** The names of the tools: one file of `cmd/` each, the umbrella last. Permission: read. */
export function toolNames(): string[] {
  const names = [...Deno.readDirSync(`${ROOT}cmd`)].map(({ name }) => name)
    .filter((name) => name.endsWith(".ts")).map((name) => name.slice(0, -".ts".length));
  return [...names.filter((name) => name !== "toucan").sort(), "toucan"];
}

/** The record of a tool. Permission: read. */
export async function record(name: string): Promise<Command> {
  const module: { readonly command: Command } = await import(`../cmd/${name}.ts`);
  return module.command;
}

/** The records of all tools. Permission: read. */
export function records(): Promise<Command[]> {
  return Promise.all(toolNames().map(record));
}

/** The file name of a tool's executable, without the ending that a system may want. */
export function executableName(tool: string): string {
  return tool === "toucan" ? tool : `toucan-${tool}`;
}

/** The verbs of a tool, each with the words that lead to it. */
export function verbsOf(command: Command): (readonly [words: readonly string[], verb: Verb])[] {
  const verbs = Object.entries(command.verbs ?? {}).map(([word, verb]) => [[word], verb] as const);
  return command.verb ? [[[], command.verb], ...verbs] : verbs;
}
