import { UsageError } from "../../core/errors/errors.ts";
import { type Command, SHELLS, type Verb } from "../grammar/command.ts";
import { commandShape, type Shape, verbShape } from "../grammar/shape.ts";
import { supportsColour } from "../stdio/terminal.ts";
import { completionScript } from "./completions.ts";
import { helpText } from "./help.ts";
import { manPage } from "./man.ts";
import { style } from "./style.ts";

/** The help of a tool. */
export async function commandHelp(command: Command): Promise<string> {
  return help(await commandShape(command));
}

/** The help of a verb that these words lead to. */
export function verbHelp(path: readonly string[], verb: Verb, command: Command): string {
  return help(verbShape(path, verb, command));
}

/** The man page of a tool. */
export async function commandMan(command: Command): Promise<string> {
  return manPage(await commandShape(command));
}

/** The man page of a verb that these words lead to. */
export function verbMan(path: readonly string[], verb: Verb, command: Command): string {
  return manPage(verbShape(path, verb, command));
}

/**
 * The script that completes a tool in a shell.
 *
 * @throws {UsageError} When no shell is named, or one without completions.
 */
export async function commandCompletions(shell: string | undefined, command: Command): Promise<string> {
  if (shell === undefined) throw new UsageError(`--completions requires a shell: ${SHELLS.join(", ")}`);
  return completionScript(shell, await commandShape(command));
}

/** The tools, and where to learn more. */
export async function shortHelp(command: Command): Promise<string> {
  const shape = await commandShape(command);
  return help({ ...shape, options: [], examples: [], records: [], run: [], exits: [] }) +
    "\n\nRun `toucan help TOOL` or `toucan help TOOL VERB` for details, `toucan tour` for a demonstration.";
}

function help(shape: Shape): string {
  const width = Deno.stdout.isTerminal() ? Math.min(110, Deno.consoleSize().columns) : 100;
  return helpText(shape, style(supportsColour(Deno.stdout)), width);
}
