import { UsageError } from "../../core/errors/errors.ts";

/** Rules between an option and others of the same verb. */
export interface Rules {
  /** Options of which it requires one. */
  readonly with?: readonly string[];
  /** Options with which it cannot be combined; one of the two has to list the other. */
  readonly without?: readonly string[];
  /** Reason, which ends the error message. */
  readonly because?: string;
}

/** Returns an option as a message writes it. */
export type ShownName = (name: string) => string;

/**
 * Checks the given options against their rules.
 *
 * @throws {UsageError} For an option without one that it requires, or with one with which it cannot be combined.
 */
export function checkRules(
  options: Readonly<Record<string, Rules>>,
  given: ReadonlySet<string>,
  shown: ShownName = longName,
): void {
  for (const name of given) {
    const { with: required = [], without: rivals = [], because } = options[name] ?? {};
    const why = because === undefined ? "" : `: ${because}`;
    if (required.length > 0 && !required.some((other) => given.has(other))) {
      throw new UsageError(`option ${shown(name)} requires ${listed(required, shown)}${why}`, {
        hint: required.length === 1 ? `add ${listed(required, shown)}` : undefined,
      });
    }
    const rival = rivals.find((other) => given.has(other));
    if (rival !== undefined) {
      const [first = name, second = rival] = Object.keys(options).filter((other) => other === name || other === rival);
      throw new UsageError(`${shown(first)} cannot be combined with ${shown(second)}${why}`);
    }
  }
}

/** Returns the options, each with all options with which it cannot be combined. */
export function mutual<Ruled extends Rules>(
  options: readonly (readonly [name: string, option: Ruled])[],
): [string, Ruled][] {
  return options.map(([name, option]) => {
    const rivals = options.filter(([, other]) => other.without?.includes(name)).map(([other]) => other);
    return [name, { ...option, without: [...new Set([...option.without ?? [], ...rivals])] }];
  });
}

/** Returns the rules of an option for help; they name the other options as people write them. */
export function rulesHelp({ with: required = [], without = [] }: Rules): string[] {
  return [
    ...(required.length > 0 ? [`with ${joined(required)}`] : []),
    ...(without.length > 0 ? [`not with ${joined(without)}`] : []),
  ];
}

function longName(name: string): string {
  return `--${name}`;
}

function listed(names: readonly string[], shown: ShownName = longName): string {
  return joined(names.map(shown));
}

function joined(words: readonly string[]): string {
  return [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" or ");
}
