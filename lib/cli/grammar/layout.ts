import type { ExitCode } from "../exit.ts";
import type { Accepted, Alias } from "./foreign_words.ts";
import type { Option, Options } from "./option.ts";

/** The group of options that every verb has; help lists it last. */
export const GENERAL = "general";

/** The groups that the shared tables of options bring, in the order of help, behind those that a verb names itself. */
const SHARED_GROUPS: readonly string[] = ["listening", "authentication", "TLS", "proxy", "network", GENERAL];

/** Where an operand stands among the others. */
export interface OperandPlace {
  /** Whether an operand stands before it. */
  readonly afterOthers: boolean;
  /** Whether another operand stands behind it. */
  readonly beforeOthers: boolean;
}

/** Arrangement of a verb's options in help, and further words that its command line accepts. */
export interface Layout {
  /** The options that `-h` lists, in this order. */
  readonly everyday: readonly string[];
  /** The options by group, in the order of help; those that bring a group of their own may be left out. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Other ways to write options, by the option. */
  readonly aliases?: Readonly<Record<string, readonly (string | Alias)[]>>;
  /** Returns the option and value that an operand stands for, such as a record type in dig; undefined for an operand. */
  readonly operandOption?: (
    word: string,
    place: OperandPlace,
  ) => { readonly option: string; readonly value: string } | undefined;
  /** Words that are accepted without effect, with the reason. */
  readonly accepted?: Readonly<Record<string, string | Accepted>>;
  /** Meanings of exit codes that are specific to this verb. */
  readonly exits?: Readonly<Partial<Record<ExitCode, string>>>;
}

/** Options of one group. */
export interface OptionGroup {
  /** Its name, such as `TLS`. */
  readonly title: string;
  /** Its options. */
  readonly options: readonly (readonly [name: string, option: Option])[];
}

/** Returns options with the groups and aliases of a layout. */
export function arranged(options: Options, layout: Layout | undefined): Options {
  if (!layout) return options;
  const groups = new Map(
    Object.entries(layout.groups).flatMap(([group, names]) => names.map((name) => [name, group] as const)),
  );
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      const alias = [...option.alias ?? [], ...layout.aliases?.[name] ?? []];
      return [name, { ...option, group: groups.get(name) ?? option.group, alias }];
    }),
  );
}

/** Sorts options into their groups: those that a layout names first, in its order, the general ones last. */
export function groupsOf(options: readonly (readonly [string, Option])[], layout?: Layout): OptionGroup[] {
  const titles = Object.keys(layout?.groups ?? {});
  const order = [...titles, ...SHARED_GROUPS.filter((title) => !titles.includes(title))];
  const found = Map.groupBy(options, ([, { group }]) => group ?? "other");
  const rest = [...found.keys()].filter((title) => !order.includes(title));
  return [...rest, ...order].flatMap((title) => {
    const options = found.get(title);
    const names = layout?.groups[title] ?? [];
    const place = (name: string) => names.includes(name) ? names.indexOf(name) : names.length;
    return options ? [{ title, options: options.toSorted(([a], [b]) => place(a) - place(b)) }] : [];
  });
}
