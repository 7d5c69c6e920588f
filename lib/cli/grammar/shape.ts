import { type Command, EVERYWHERE, type Example, OF_TOOLS, type Operand, type Verb } from "./command.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import type { Option, Options } from "./option.ts";
import type { Accepted } from "./foreign_words.ts";
import { groupsOf, type OptionGroup } from "./layout.ts";
import { acceptedWord, writtenName } from "./alias.ts";
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
  /** Its words on the command line: `["toucan", "tcp", "connect"]`. */
  readonly words: readonly string[];
  /** One line. */
  readonly summary: string;
  /** Paragraphs. */
  readonly description?: string;
  /** Paragraphs that only the man page has. */
  readonly more?: string;
  /** Its operands. */
  readonly operands: readonly Operand[];
  /** Its options, those of every verb last. */
  readonly options: readonly (readonly [name: string, option: Option])[];
  /** The same options by their groups. */
  readonly groups: readonly OptionGroup[];
  /** The options that a summary lists. */
  readonly everyday: readonly (readonly [name: string, option: Option])[];
  /** Words of other programs that are accepted and change nothing. */
  readonly accepted: readonly (readonly [written: string, accepted: Accepted])[];
  /** Command lines that work. */
  readonly examples: readonly Example[];
  /** The exit codes it can end with. */
  readonly exits: readonly ExitCode[];
  /** Those of them that not every command can end with, and what each means. */
  readonly ownExits: readonly (readonly [code: ExitCode, meaning: string])[];
  /** Whether it can be called without any of the words that may follow. */
  readonly runs: boolean;
  /** The words that may follow. */
  readonly children: readonly Shape[];
  /** Its JSON records. */
  readonly records: readonly (readonly [name: string, record: RecordShape])[];
  /** The most permissions that a call can need. */
  readonly permissions: Grant;
  /** File of the tool in the source: `cmd/tcp.ts`. */
  readonly source: string;
  /** The command that runs it from a URL with these, as lines of a shell. */
  readonly run: readonly string[];
}

const everywhere = Object.entries<Option>(EVERYWHERE);
const ofTools = Object.entries<Option>(OF_TOOLS);
const ALWAYS: readonly ExitCode[] = [0, 2, 70, 141];

const OF_SERVERS =
  "A slow reader of the output does not block the server: beyond 1 MiB that waits, further lines or records are " +
  "dropped, and one line reports their number (as a record: event lost, lines).";

/** The tool that a verb belongs to. */
export type Tool = Pick<Command, "name" | "permissions">;

/** The shape of a verb. */
export function verbShape(words: readonly string[], verb: Verb, tool: Tool = { name: "", permissions: {} }): Shape {
  const permissions = verb.permissions ?? tool.permissions;
  const interrupted: readonly ExitCode[] = verb.server ? [] : [130, 143];
  const exits = new Set([...ALWAYS, ...verb.exits, ...interrupted]);
  const { layout } = verb;
  const shown = mutual(Object.entries(verb.options)).filter(([, option]) => !option.hidden)
    .map(([name, option]) => [name, withWrittenRules(option, verb.options)] as const);
  const options = [...shown, ...everywhere];
  return {
    words,
    summary: verb.summary,
    description: verb.server ? [verb.description, OF_SERVERS].filter(Boolean).join("\n\n") : verb.description,
    more: verb.more,
    operands: verb.operands,
    options,
    groups: groupsOf(options, layout),
    everyday: layout?.everyday.flatMap((name) => shown.filter(([other]) => other === name)) ?? shown.slice(0, 8),
    accepted: Object.keys(layout?.accepted ?? {}).flatMap((written) => {
      const accepted = acceptedWord(layout?.accepted, written);
      return accepted ? [[written, accepted] as const] : [];
    }),
    examples: verb.examples,
    exits: EXIT_CODES.filter((code) => exits.has(code)),
    ownExits: verb.exits.map((code) => [code, layout?.exits?.[code] ?? EXIT[code]]),
    runs: true,
    children: [],
    records: recordsOf(verb),
    permissions,
    source: `cmd/${tool.name}.ts`,
    run: runLines(tool.name, words.slice(words.indexOf(tool.name) + 1), permissions),
  };
}

/** Returns an option whose rules name other options as people write them. */
function withWrittenRules(option: Option, known: Options): Option {
  const written = (names: readonly string[] = []) => names.map((name) => writtenName(name, known[name]));
  return { ...option, with: written(option.with), without: written(option.without) };
}

function recordsOf({ records, server }: Verb): (readonly [string, RecordShape])[] {
  if (!records) return [];
  return Object.entries<RecordShape>({ ...records, ...(server ? SERVER_RECORDS : {}), ...ALWAYS_RECORDS });
}

const EXIT_CODES = Object.keys(EXIT).map(Number) as ExitCode[];

/** The shape of a whole tool; the umbrella's tools are loaded for it. */
export async function commandShape(command: Command, parents: readonly string[] = ["toucan"]): Promise<Shape> {
  const words = command.tools ? [command.name] : [...parents, command.name];
  const verbs = Object.entries(command.verbs ?? {}).map(([word, verb]) => verbShape([...words, word], verb, command));
  if (command.verb) {
    const shape = verbShape(words, command.verb, command);
    return {
      ...shape,
      description: command.description ?? shape.description,
      more: [command.more, shape.more].filter(Boolean).join("\n\n") || undefined,
      options: [...shape.options, ...ofTools],
      groups: groupsOf([...shape.options, ...ofTools], command.verb.layout),
      children: verbs,
    };
  }
  const tools = await Promise.all(
    Object.values(command.tools ?? {}).map(async (load) => commandShape((await load()).command, words)),
  );
  return {
    words,
    summary: command.summary,
    description: command.description,
    more: command.more,
    operands: [],
    options: [...everywhere, ...ofTools],
    groups: groupsOf([...everywhere, ...ofTools]),
    everyday: [],
    accepted: [],
    examples: verbs.flatMap((verb) => verb.examples.slice(0, 1)),
    exits: ALWAYS,
    ownExits: [],
    runs: false,
    children: [...tools, ...verbs],
    records: [],
    permissions: command.permissions,
    source: `cmd/${command.name}.ts`,
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

/** Returns the line of an option in help: its description, its default, whether it may be repeated. */
export function optionLine(option: Option): string {
  return withRemarks(option, [
    ...(option.default === undefined ? [] : [`default ${option.default}`]),
    ...(option.many ? ["repeatable"] : []),
  ]);
}

/** Returns the text of an option in the man page: its line in help, and its rules with other options. */
export function optionHelp(option: Option): string {
  return withRemarks(option, [
    ...(option.default === undefined ? [] : [`default ${option.default}`]),
    ...(option.many ? ["may be repeated"] : []),
    ...rulesHelp(option),
  ]);
}

function withRemarks({ help }: Option, remarks: readonly string[]): string {
  if (remarks.length === 0) return help;
  // A default in words is already in brackets.
  const [text, rest] = /\(default: [^()]*\)$/.test(help) ? [help.slice(0, -1), "; "] : [help, " ("];
  return `${text}${rest}${remarks.join("; ")})`;
}
