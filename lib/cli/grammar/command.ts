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
  /** Its kind, if its format is checked before the verb runs. */
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
  /** Its operands as given. */
  readonly operands: readonly string[];
  /** Output of its result, with `--json` as the records of its table. */
  readonly output: Output<R>;
  /** Fires when the process is asked to stop. */
  readonly signal: AbortSignal;
  /** Receives the trace of the wire, with `--trace`. */
  readonly trace?: Trace;
}

/** A verb of a tool. */
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
   * Hints for options of other programs by the option, or by the operand; `@…` stands for all operands that begin so.
   */
  readonly hints?: Readonly<Record<string, string>>;
  /** Its options by name, without those of all verbs. */
  readonly options: O;
  /** Arrangement of its options in help, and further words that it accepts. */
  readonly layout?: Layout;
  /** Its JSON records by name, if it has `--json`, without those of all verbs and all servers. */
  readonly records?: R;
  /** Command lines that work. */
  readonly examples: readonly Example[];
  /** Its exit codes, beside 0, 2, 70, 130, 141 and 143, which all verbs have. */
  readonly exits: readonly ExitCode[];
  /** Maximum permissions of a call, if the tool has more for other verbs. */
  readonly permissions?: Grant;
  /**
   * Whether it is a server, which runs until a signal and then exits with 0. A stalled reader of its output does not
   * block it: see {@link Output.makeNonBlocking}.
   */
  readonly server?: boolean;
  /** Whether it waits for the promises of {@link Output.write}, so that a signal stops it while its output is not read. */
  readonly waits?: boolean;
  /** Returns the permissions that a call needs, beside those of its options. */
  needs?(call: Pick<Call<O>, "options" | "operands">): Needs;
  /**
   * Runs the verb.
   *
   * @returns The exit code; 0 if undefined.
   */
  run(call: Call<O, R>): Promise<ExitCode | void>;
}

/**
 * A tool: an executable, and a subcommand of `toucan`. Help, man page, completions and sandbox come from this record.
 */
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
  /** The verb of a tool with a single one, or the one that runs where no other is named. */
  readonly verb?: Verb;
  /** The verbs by name, of a tool with several or beside `verb`. */
  readonly verbs?: Readonly<Record<string, Verb>>;
  /** Tools of the umbrella, imported when they are used. */
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
