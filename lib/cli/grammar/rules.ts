import { UsageError } from "../../core/errors/errors.ts";

/** What an option says of others: names of options of the same verb. */
export interface Rules {
  /** Others of which one has to be given as well. */
  readonly with?: readonly string[];
  /** Others that must not be given as well; it is enough that one of two says so. */
  readonly without?: readonly string[];
  /** Why, where that is not plain: the end of the message, behind a colon. */
  readonly because?: string;
}

/**
 * Checks those options that were given against what they say of each other.
 *
 * @throws {UsageError} For an option without one that it goes with, or beside one that it does not go with.
 */
export function checkRules(options: Readonly<Record<string, Rules>>, given: ReadonlySet<string>): void {
  for (const name of given) {
    const { with: companions = [], without: rivals = [], because } = options[name] ?? {};
    const why = because === undefined ? "" : `: ${because}`;
    if (companions.length > 0 && !companions.some((other) => given.has(other))) {
      throw new UsageError(`option --${name} goes with ${listed(companions)}${why}`, {
        hint: companions.length === 1 ? `add --${companions[0]}` : undefined,
      });
    }
    const rival = rivals.find((other) => given.has(other));
    if (rival !== undefined) {
      const [first, second] = Object.keys(options).filter((other) => other === name || other === rival);
      throw new UsageError(`give --${first} or --${second}, not both${why}`);
    }
  }
}

/** The same options, each of which names all that it does not go with. */
export function mutual<Ruled extends Rules>(
  options: readonly (readonly [name: string, option: Ruled])[],
): [string, Ruled][] {
  return options.map(([name, option]) => {
    const rivals = options.filter(([, other]) => other.without?.includes(name)).map(([other]) => other);
    return [name, { ...option, without: [...new Set([...option.without ?? [], ...rivals])] }];
  });
}

/** What help says of the rules of an option. */
export function rulesHelp({ with: companions = [], without = [] }: Rules): string[] {
  return [
    ...(companions.length > 0 ? [`with ${listed(companions)}`] : []),
    ...(without.length > 0 ? [`not with ${listed(without)}`] : []),
  ];
}

function listed(names: readonly string[]): string {
  const words = names.map((name) => `--${name}`);
  return [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" or ");
}
