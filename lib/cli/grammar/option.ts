import { UsageError } from "../../core/errors/errors.ts";
import type { Kind } from "./kind.ts";
import type { Alias } from "./foreign_words.ts";
import type { Rules } from "./rules.ts";
import type { Needs } from "../sandbox/sandbox.ts";

/** One option of a verb: its name is the key under which it stands in the record. */
export interface Option<T = unknown> extends Rules {
  /** The kind of its value; none for a flag. */
  readonly kind?: Kind<unknown>;
  /** One letter or digit that stands for it. */
  readonly short?: string;
  /** The group of options under which help lists it. */
  readonly group?: string;
  /** Other ways to write it, as other programs call it. */
  readonly alias?: readonly (string | Alias)[];
  /** Description for help, in one line: starts small, no full stop. */
  readonly help: string;
  /** Text that only the man page has, below the help: full sentences; a blank line separates paragraphs. */
  readonly more?: string;
  /** Its value when it was not given. */
  readonly initial: T;
  /** The same as it would be typed, for help. */
  readonly default?: string;
  /** Whether it may be given several times. */
  readonly many: boolean;
  /** Whether help leaves it out. */
  readonly hidden?: boolean;
  /** The permissions that a given value needs. */
  readonly needs?: (value: unknown) => Needs;
}

/** The options of a verb by name. */
export type Options = Readonly<Record<string, Option>>;

/** The values of options, by the same names. */
export type Values<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never };

/** Properties of an option beside its kind and help. */
export interface OptionExtras extends Rules {
  /** One letter or digit that stands for it. */
  readonly short?: string;
  /** The group of options under which help lists it. */
  readonly group?: string;
  /** Other ways to write it, as other programs call it. */
  readonly alias?: readonly (string | Alias)[];
  /** Text that only the man page has, below the help: full sentences; a blank line separates paragraphs. */
  readonly more?: string;
  /** Whether the value is the path of a file that is read. */
  readonly reads?: boolean;
  /** Whether the value is the path of a file that is written. */
  readonly writes?: boolean;
  /** Whether that is done before the network is used: then the path is dropped again, by `releasePaths`. */
  readonly startup?: boolean;
  /** The permissions that a given value needs, when they are not for a path. */
  readonly needs?: (value: unknown) => Needs;
  /** Whether help leaves it out. */
  readonly hidden?: boolean;
}

/** An option without a value: off unless given. */
export function flag(help: string, extras: OptionExtras = {}): Option<boolean> {
  return { ...common(help, extras), initial: false, many: false };
}

/** An option with a value; `undefined` when not given, unless it has a default. */
export function option<T>(kind: Kind<T>, help: string, extras: OptionExtras & { readonly default: string }): Option<T>;
/** An option with a value; `undefined` when not given. */
export function option<T>(kind: Kind<T>, help: string, extras?: OptionExtras): Option<T | undefined>;
/** @ignore */
export function option<T>(
  kind: Kind<T>,
  help: string,
  extras: OptionExtras & { readonly default?: string } = {},
): Option<T | undefined> {
  const initial = extras.default === undefined ? undefined : kind.parse(extras.default);
  return { ...common(help, extras), kind, initial, default: extras.default, many: false };
}

/** An option that may be given several times; its value is the list, empty when not given. */
export function list<T>(kind: Kind<T>, help: string, extras: OptionExtras = {}): Option<readonly T[]> {
  return { ...common(help, extras), kind, initial: [], many: true };
}

function common(help: string, extras: OptionExtras) {
  const { reads, writes, startup, needs, ...said } = extras;
  const path = reads || writes
    ? (value: unknown): Needs => {
      const paths = typeof value === "string" ? [value] : [];
      const files = { read: reads ? paths : [], write: writes ? paths : [] };
      return startup ? { startup: files } : files;
    }
    : undefined;
  return { help, ...said, needs: needs ?? path };
}

/** Reads the values that were given for an option, which messages name as `written`. */
export function readOption(written: string, option: Option, given: readonly string[]): unknown {
  const { kind } = option;
  if (!kind) return given.at(-1) === "true";
  // One of them would be ignored, and which one depends on the tool that one is used to.
  if (!option.many && given.length > 1) {
    throw new UsageError(`option ${written} accepts one value, but was given ${given.length} times`, {
      code: "repeated-option",
    });
  }
  const values = given.map((text) => readValue(kind, text, `option ${written}`));
  return option.many ? values : values[0];
}

/** Messages that say what is accepted. */
const LISTED = /; (?:expected|supported|specify) |\(supported: |: use /;

/** Reads a value of a kind; an error names where it stood, what it was, and what is accepted. */
export function readValue<T>(kind: Kind<T>, text: string, where: string): T {
  try {
    return kind.parse(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const listed = error.message.endsWith(kind.accepts) || LISTED.test(error.message);
    const expected = listed ? "" : `; expected ${kind.accepts}`;
    throw new UsageError(`${where}: ${error.message}${expected}`, {
      ...{ code: error.code, hint: error.hint, cause: error },
    });
  }
}
