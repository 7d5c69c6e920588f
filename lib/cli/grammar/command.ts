import type { Trace } from "../../core/trace.ts";
import type { ExitCode } from "../exit.ts";
import type { NoRecords, Records } from "./record.ts";
import { choice, type Completion, type Kind } from "./kind.ts";
import type { Option, Options, Values } from "./option.ts";
import type { Output } from "../stdio/output.ts";
import type { Grant, Needs } from "../sandbox/sandbox.ts";

/** The shells that completions can be written for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** What a verb works on: the words of the command line that are no options. */
export interface Operand {
  /** What stands for it in help: `URL`. */
  readonly metavar: string;
  /** What it is, for help. */
  readonly help: string;
  /** Whether it may be left out. */
  readonly optional?: boolean;
  /** Whether there may be several; only the last operand of a verb. */
  readonly many?: boolean;
  /** Whether several are also read from stdin, one per line: with `-`, or with none when stdin is no terminal. */
  readonly batch?: boolean;
  /** The kind of it, where its form is checked before the verb runs. */
  readonly kind?: Kind<unknown>;
  /** What a shell offers for it, if not what it does for values of its kind. */
  readonly complete?: Completion;
}

/** A command line that works, with what it does. */
export interface Example {
  /** The command line, without the `toucan` in front. */
  readonly line: string;
  /** What it does. */
  readonly does: string;
}

/** What a verb gets to run with. */
export interface Call<O extends Options = Options, R extends Records = NoRecords> {
  /** The values of its options. */
  readonly options: Values<O>;
  /** Its operands as they stood on the command line. */
  readonly operands: readonly string[];
  /** Where its result goes, with `--json` as the records of its table. */
  readonly output: Output<R>;
  /** Fires when the process is asked to stop. */
  readonly signal: AbortSignal;
  /** Takes what crosses the wire, when somebody asked to see it. */
  readonly trace?: Trace;
}

/** One thing that a tool does. */
export interface Verb<O extends Options = Options, R extends Records = Records> {
  /** One line: starts small, no full stop. */
  readonly summary: string;
  /** Paragraphs that help and the man page show below the usage. */
  readonly description?: string;
  /** What it works on. */
  readonly operands: readonly Operand[];
  /**
   * How what users of other tools type is said here: by the option, or by the operand, `@…` standing for every one that
   * begins so.
   */
  readonly hints?: Readonly<Record<string, string>>;
  /** Its options by name; `--help` and the like come by themselves. */
  readonly options: O;
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
  /** What its executable is compiled with. */
  readonly permissions: Grant;
  /** What it does, when that is one thing. */
  readonly verb?: Verb;
  /** What it does, when those are several, by their words. */
  readonly verbs?: Readonly<Record<string, Verb>>;
  /** The tools beneath it, loaded when they are used: only the umbrella has any. */
  readonly tools?: Readonly<Record<string, () => Promise<{ readonly command: Command }>>>;
}

/** What a tool answers when it is asked for as its first word, beside {@link EVERYWHERE}. */
export const OF_TOOLS = {
  "completions": {
    help: "write the script that teaches a shell to complete its command line, and end",
    kind: choice(...SHELLS),
    initial: undefined,
    many: false,
  },
} satisfies Record<string, Option>;

/** Checks a verb's record against the types of its own options and JSON records, and forgets them. */
export function verb<O extends Options, R extends Records = NoRecords>(record: Verb<O, R>): Verb {
  return record;
}

/** The options that every verb has. */
export const EVERYWHERE = {
  "help": { help: "say how it is used, and end", short: "h", initial: false, many: false },
  "man": { help: "print the man page and exit", initial: false, many: false },
  "version": { help: "say which version this is, and end", short: "V", initial: false, many: false },
} satisfies Record<string, Option<boolean>>;
