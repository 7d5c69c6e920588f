import type { Trace } from "../../core/trace.ts";
import type { ExitCode } from "../exit.ts";
import type { NoRecords, Records } from "./record.ts";
import { arranged, GENERAL, type Layout } from "./layout.ts";
import { choice, type Completion, type Kind } from "./kind.ts";
import type { Option, Options, Values } from "./option.ts";
import type { Output } from "../stdio/output.ts";
import type { Grant, Needs } from "../sandbox/sandbox.ts";

/** The shells that completions can be written for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** An operand: a word of the command line that is not an option. */
export interface Operand {
  /** Placeholder in help: `URL`. */
  readonly metavar: string;
  /** Description for help, in one line. */
  readonly help: string;
  /** Text that only the man page has, below the help: full sentences; a blank line separates paragraphs. */
  readonly more?: string;
  /** Whether it may be left out. */
  readonly optional?: boolean;
  /** Whether there may be several; only the last operand of a verb. */
  readonly many?: boolean;
  /** Whether several are also read from stdin, one per line: with `-`, or with none when stdin is not a terminal. */
  readonly batch?: boolean;
  /** The kind of it, where its form is checked before the verb runs. */
  readonly kind?: Kind<unknown>;
  /** Completions that a shell offers for it, by default those of its kind. */
  readonly complete?: Completion;
}

/** A command line that works, with what it does. */
export interface Example {
  /** The command line, without the `toucan` in front. */
  readonly line: string;
  /** Description, in one line. */
  readonly does: string;
}

/** Arguments and surroundings of one run of a verb. */
export interface Call<O extends Options = Options, R extends Records = NoRecords> {
  /** The values of its options. */
  readonly options: Values<O>;
  /** Its operands as they stood on the command line. */
  readonly operands: readonly string[];
  /** Where its result goes, with `--json` as the records of its table. */
  readonly output: Output<R>;
  /** Fires when the process is asked to stop. */
  readonly signal: AbortSignal;
  /** Receives the trace of the wire, with `--trace`. */
  readonly trace?: Trace;
}

/** One thing that a tool does. */
export interface Verb<O extends Options = Options, R extends Records = Records> {
  /** One line: starts small, no full stop. */
  readonly summary: string;
  /** Paragraphs; help shows the first below the usage, the man page all of them. */
  readonly description?: string;
  /** Text that only the man page has, below the description: full sentences; a blank line separates paragraphs. */
  readonly more?: string;
  /** Its operands. */
  readonly operands: readonly Operand[];
  /**
   * How what users of other tools type is said here: by the option, or by the operand, `@…` standing for every one that
   * begins so.
   */
  readonly hints?: Readonly<Record<string, string>>;
  /** Its options by name; `--help` and the like come by themselves. */
  readonly options: O;
  /** Arrangement of its options in help, and further words that it accepts. */
  readonly layout?: Layout;
  /** Its JSON records by name, of a verb with `--json`; those that all verbs or all servers print come by themselves. */
  readonly records?: R;
  /** Command lines that work. */
  readonly examples: readonly Example[];
  /** The exit codes that it can end with, beside 0, 2, 70, 130, 141 and 143, which all share. */
  readonly exits: readonly ExitCode[];
  /** The most permissions that a call of it can need, where its tool has more for other verbs. */
  readonly permissions?: Grant;
  /**
   * Whether it serves until it is told to stop, and then has done what was asked. No reader of its output holds it up:
   * see {@link Output.makeNonBlocking}.
   */
  readonly server?: boolean;
  /** Whether it waits for what {@link Output.write} returns: then it hears a signal also while nobody reads its output. */
  readonly waits?: boolean;
  /** The permissions that this call needs, beside those that its options say. */
  needs?(call: Pick<Call<O>, "options" | "operands">): Needs;
  /** Does it. What it returns is the exit code, 0 unless said. */
  run(call: Call<O, R>): Promise<ExitCode | void>;
}

/** A tool: one executable, and one word after `toucan`. From this record comes all that is said about it. */
export interface Command {
  /** The word: `tcp`. */
  readonly name: string;
  /** One line: starts small, no full stop. */
  readonly summary: string;
  /** Paragraphs on top of its man page. */
  readonly description?: string;
  /** Text that only the man page has, below the description: full sentences; a blank line separates paragraphs. */
  readonly more?: string;
  /** Permissions with which its executable is compiled. */
  readonly permissions: Grant;
  /** The verb of a tool with a single one. */
  readonly verb?: Verb;
  /** The verbs of a tool with several, by name. */
  readonly verbs?: Readonly<Record<string, Verb>>;
  /** The tools beneath it, loaded when they are used: only the umbrella has any. */
  readonly tools?: Readonly<Record<string, () => Promise<{ readonly command: Command }>>>;
}

/** Options that a tool accepts as its first word, beside {@link EVERYWHERE}. */
export const OF_TOOLS = {
  "completions": {
    help: "print a shell completion script and exit",
    group: GENERAL,
    kind: choice(...SHELLS),
    initial: undefined,
    many: false,
  },
} satisfies Record<string, Option>;

/** Checks a verb's record against the types of its own options and JSON records, forgets them, and applies its layout. */
export function verb<O extends Options, R extends Records = NoRecords>(record: Verb<O, R>): Verb {
  return { ...record, options: arranged(record.options, record.layout) };
}

/** The options that every verb has. */
export const EVERYWHERE = {
  "help": {
    help: "print all options and exit; -h prints a summary",
    group: GENERAL,
    short: "h",
    initial: false,
    many: false,
  },
  "man": { help: "print the man page and exit", group: GENERAL, initial: false, many: false },
  "version": { help: "print the version and exit", group: GENERAL, short: "V", initial: false, many: false },
} satisfies Record<string, Option<boolean>>;
