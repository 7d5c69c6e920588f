import { UsageError } from "../../core/errors/errors.ts";
import { type Command, SHELLS, type Verb } from "../grammar/command.ts";
import { commandShape, type Shape, verbShape } from "../grammar/shape.ts";
import { supportsColour } from "../stdio/terminal.ts";
import { completionScript } from "./completions.ts";
import { COLUMNS, helpText, shortHelp } from "./help.ts";
import { manPage } from "./man.ts";
import { style } from "./style.ts";

/** The help of a tool: all of it for `--help` among the words, a summary for `-h`. */
export async function commandHelp(command: Command, words: readonly string[]): Promise<string> {
  return help(await commandShape(command), words);
}

/** The help of a verb that these words lead to: all of it for `--help` among the rest of the words, a summary for `-h`. */
export function verbHelp(path: readonly string[], verb: Verb, command: Command, rest: readonly string[]): string {
  return help(verbShape(path, verb, command), rest);
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
 * Returns the completion script of a tool for a shell.
 *
 * @throws {UsageError} If no shell is given, or the shell is not supported.
 */
export async function commandCompletions(shell: string | undefined, command: Command): Promise<string> {
  if (shell === undefined) throw new UsageError(`--completions requires a shell: ${SHELLS.join(", ")}`);
  return completionScript(shell, await commandShape(command));
}

function help(shape: Shape, words: readonly string[]): string {
  const end = words.indexOf("--");
  const full = words.slice(0, end < 0 ? undefined : end).some((word) => word === "--help" || word === "--help=true");
  const width = Deno.stdout.isTerminal() ? Math.min(110, Deno.consoleSize().columns) : COLUMNS;
  return (full ? helpText : shortHelp)(shape, style(supportsColour(Deno.stdout)), width);
}
