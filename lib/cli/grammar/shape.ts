import { type Command, EVERYWHERE, type Example, OF_TOOLS, type Operand, type Verb } from "./command.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { Option } from "./option.ts";
import { mutual, rulesHelp } from "./rules.ts";
import type { RecordShape } from "./record.ts";
import { ALWAYS_RECORDS, SERVER_RECORDS } from "./common_records.ts";
import type { Grant } from "../sandbox/sandbox.ts";
import { runLines } from "../sandbox/run_line.ts";

/**
 * A command as plain data, one node per word that may be typed: what help, man page, completions and the README's
 * table are all made from.
 */
export interface Shape {
  /** The words that lead here: `["toucan", "tcp", "connect"]`. */
  readonly words: readonly string[];
  /** One line. */
  readonly summary: string;
  /** Paragraphs. */
  readonly description?: string;
  /** Its operands. */
  readonly operands: readonly Operand[];
  /** Its options, those of every verb last. */
  readonly options: readonly (readonly [name: string, option: Option])[];
  /** Command lines that work. */
  readonly examples: readonly Example[];
  /** The exit codes it can end with. */
  readonly exits: readonly ExitCode[];
  /** The words that may follow. */
  readonly children: readonly Shape[];
  /** Its JSON records. */
  readonly records: readonly (readonly [name: string, record: RecordShape])[];
  /** The most permissions that a call can need. */
  readonly permissions: Grant;
  /** The command that runs it from a URL with these, as lines of a shell. */
  readonly run: readonly string[];
}

const everywhere = Object.entries<Option>(EVERYWHERE);
const ofTools = Object.entries<Option>(OF_TOOLS);
const ALWAYS: readonly ExitCode[] = [0, 2, 70, 141];

const OF_SERVERS =
  "Whoever reads its lines or records and falls behind holds nobody up: when 1 MiB waits, further ones " +
  "are left out, and in their place one line says how many (as a record: event lost, lines).";

/** The tool that a verb belongs to. */
export type Tool = Pick<Command, "name" | "permissions">;

/** The shape of a verb. */
export function verbShape(words: readonly string[], verb: Verb, tool: Tool = { name: "", permissions: {} }): Shape {
  const permissions = verb.permissions ?? tool.permissions;
  const interrupted: readonly ExitCode[] = verb.server ? [] : [130, 143];
  const exits = new Set([...ALWAYS, ...verb.exits, ...interrupted]);
  return {
    words,
    summary: verb.summary,
    description: verb.server ? [verb.description, OF_SERVERS].filter(Boolean).join("\n\n") : verb.description,
    operands: verb.operands,
    options: [...mutual(Object.entries(verb.options)).filter(([, option]) => !option.hidden), ...everywhere],
    examples: verb.examples,
    exits: EXIT_CODES.filter((code) => exits.has(code)),
    children: [],
    records: recordsOf(verb),
    permissions,
    run: runLines(tool.name, words.slice(words.indexOf(tool.name) + 1), permissions),
  };
}

function recordsOf({ records, server }: Verb): (readonly [string, RecordShape])[] {
  if (!records) return [];
  return Object.entries<RecordShape>({ ...records, ...(server ? SERVER_RECORDS : {}), ...ALWAYS_RECORDS });
}

const EXIT_CODES = Object.keys(EXIT).map(Number) as ExitCode[];

/** The shape of a whole tool; the umbrella's tools are loaded for it. */
export async function commandShape(command: Command, parents: readonly string[] = ["toucan"]): Promise<Shape> {
  const words = command.tools ? [command.name] : [...parents, command.name];
  if (command.verb) {
    const shape = verbShape(words, command.verb, command);
    return {
      ...shape,
      description: command.description ?? shape.description,
      options: [...shape.options, ...ofTools],
    };
  }
  const verbs = Object.entries(command.verbs ?? {}).map(([word, verb]) => verbShape([...words, word], verb, command));
  const tools = await Promise.all(
    Object.values(command.tools ?? {}).map(async (load) => commandShape((await load()).command, words)),
  );
  return {
    words,
    summary: command.summary,
    description: command.description,
    operands: [],
    options: [...everywhere, ...ofTools],
    examples: verbs.flatMap((verb) => verb.examples.slice(0, 1)),
    exits: ALWAYS,
    children: [...tools, ...verbs],
    records: [],
    permissions: command.permissions,
    run: runLines(command.name, [], command.permissions),
  };
}

/** An operand as usage shows it: `[URL]...`. */
export function operandUsage(operand: Operand): string {
  const name = operand.optional || operand.batch ? `[${operand.metavar}]` : operand.metavar;
  return operand.many ? `${name}...` : name;
}

/** An option as help shows it: `-t, --type TYPE`. */
export function optionUsage(name: string, option: Option): string {
  const long = `--${name}${option.kind ? ` ${option.kind.metavar}` : ""}`;
  return option.short ? `-${option.short}, ${long}` : `    ${long}`;
}

/** What help says of an option: what it does, its default, whether it may be repeated, what it goes with. */
export function optionHelp(option: Option): string {
  const more = [
    option.default === undefined ? "" : `default ${option.default}`,
    option.many ? "may be repeated" : "",
    ...rulesHelp(option),
  ].filter(Boolean);
  if (more.length === 0) return option.help;
  // A default that is told in words stands in brackets already.
  const [text, rest] = /\(default: [^()]*\)$/.test(option.help)
    ? [option.help.slice(0, -1), "; "]
    : [option.help, " ("];
  return `${text}${rest}${more.join("; ")})`;
}
