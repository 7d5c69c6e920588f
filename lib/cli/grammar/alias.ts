import { UsageError } from "../../core/errors/errors.ts";
import { showUntrusted } from "../../core/untrusted.ts";
import type { Accepted, Alias } from "./foreign_words.ts";
import type { Option, Options } from "./option.ts";

/** An option as it was written. */
export interface Found {
  /** The option's name. */
  readonly name: string;
  /** The option. */
  readonly option: Option;
  /** The alias by which it was found; none for its own name or letter. */
  readonly alias?: Alias;
}

/** Returns the aliases of an option as objects. */
export function aliasesOf({ alias = [] }: Pick<Option, "alias">): Alias[] {
  return alias.map((entry) => typeof entry === "string" ? { written: entry } : entry);
}

/** Returns an option as people write it: its name, or of one that help does not list its alias. */
export function writtenName(name: string, option: Pick<Option, "hidden" | "alias"> = {}): string {
  const alias = option.hidden ? aliasesOf(option)[0] : undefined;
  return alias?.written ?? `--${name}`;
}

/** Returns whether a value follows an alias. */
export function takesValue({ option, alias }: Pick<Found, "option" | "alias">): boolean {
  return alias?.value === undefined && (option.kind !== undefined || alias?.only !== undefined);
}

/** Finds the option that a word stands for: `--name`, `-n`, or an alias. */
export function findOption(known: Options, written: string): Found | undefined {
  const entries = Object.entries(known);
  const own = entries.find(([name, { short }]) =>
    written === `--${name}` || (short !== undefined && written === `-${short}`)
  );
  if (own) return { name: own[0], option: own[1] };
  for (const [name, option] of entries) {
    const alias = aliasesOf(option).find((alias) => alias.written === written);
    if (alias) return { name, option, alias };
  }
  return undefined;
}

/** Finds the option that an operand stands for by its first character, with the rest as its value: `@192.0.2.53`. */
export function findByFirst(known: Options, operand: string): Found & { readonly value: string } | undefined {
  const found = operand.length > 1 ? findOption(known, `${operand.charAt(0)}…`) : undefined;
  return found && { ...found, value: operand.slice(1) };
}

/**
 * Returns the value of the option for an alias with this value.
 *
 * @throws {UsageError} For a value with another meaning in the other program.
 */
export function aliasedValue({ name, option, alias }: Found, value: string): string {
  if (alias?.only && !alias.only.test(value)) {
    throw new UsageError(`invalid value "${showUntrusted(value, { limit: 60 })}" for ${alias.written}`, {
      hint: `${alias.written} stands for ${writtenName(name, option)} here; see --man`,
    });
  }
  return option.kind ? (alias?.prefix ?? "") + value : "true";
}

/** Returns the entry of a word that is accepted without effect. */
export function acceptedWord(
  accepted: Readonly<Record<string, string | Accepted>> | undefined,
  written: string,
): Accepted | undefined {
  const entry = accepted && Object.hasOwn(accepted, written) ? accepted[written] : undefined;
  return typeof entry === "string" ? { why: entry } : entry;
}
