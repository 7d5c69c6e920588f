import { UsageError } from "../../core/errors/errors.ts";
import { ipVersion } from "../../core/address/ip.ts";
import { showUntrusted } from "../../core/untrusted.ts";
import { parseArgs } from "../../deps/std/args.ts";
import {
  acceptedWord,
  aliasedValue,
  aliasesOf,
  findByFirst,
  findOption,
  type Found,
  takesValue,
  writtenName,
} from "./alias.ts";
import type { Accepted } from "./foreign_words.ts";
import { type Call, EVERYWHERE, type Operand, type Verb } from "./command.ts";
import { type Options, readOption, readValue } from "./option.ts";
import { checkRules, type ShownName } from "./rules.ts";
import { didYouMean } from "./suggest.ts";

/** A parsed command line. */
export interface Parsed {
  /** The values of the verb's options, and of those that every verb has. */
  readonly options: Call["options"];
  /** The operands. */
  readonly operands: readonly string[];
}

/**
 * Parses the arguments after the verb.
 *
 * @throws {UsageError} For an unknown option, a missing or invalid value, options that cannot be combined, or too few
 * or too many operands.
 */
export function parseVerb(verb: Verb, words: readonly string[]): Parsed {
  const known: Options = { ...EVERYWHERE, ...verb.options };
  const names = Object.keys(known).map((name) => KEY + name);
  const reading: Reading = { rest: [...words], known, verb, ignored: [] };
  const { _: operands, ...given } = parseArgs(canonical(reading), {
    string: ["_", ...names],
    collect: names,
  });
  const shown = (name: string) => writtenName(name, known[name]);
  const options: Record<string, unknown> = {};
  const chosen = new Set<string>();
  for (const [name, option] of Object.entries(known)) {
    const values = given[KEY + name];
    const said = Array.isArray(values) && values.length > 0;
    options[name] = said ? readOption(shown(name), option, values) : option.initial;
    if (said && options[name] !== false) chosen.add(name);
  }
  // `--help` is answered even if operands are missing.
  if (!options.help && !options.man && !options.version) {
    checkOperands(verb, operands);
    checkRules(known, chosen, shown);
    checkIgnored(reading.ignored, chosen, shown);
  }
  return { options, operands };
}

/** Prefix of every name that the parser sees: it would read `--no-index=true` as the option `index`. */
const KEY = "option-";

/** State of the reading of a command line. */
interface Reading {
  readonly rest: string[];
  readonly known: Options;
  readonly verb: Verb;
  /** Words without effect that were given. */
  readonly ignored: [written: string, accepted: Accepted][];
}

/**
 * Rewrites every option as `--option-name=value`. The parser cannot distinguish a missing value from an empty one, nor
 * an operand `true` after a flag from a value of the flag; this form is unambiguous.
 */
function canonical(reading: Reading): string[] {
  const result: string[] = [];
  const { rest, known, verb: { hints, layout } } = reading;
  const place = () => ({
    afterOthers: result.some((word) => !word.startsWith("-")),
    beforeOthers: rest.some((word) => !/^[-+@]/.test(word)),
  });
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") return [...result, "--", ...rest];
    const exact = findOption(known, word);
    if (word === "-" || !word.startsWith("-")) {
      const first = findByFirst(known, word);
      // The options of dig: `+short`, `+time=5`.
      const [, plus = "", after] = /^(\+[\w-]+)=(.*)$/s.exec(word) ?? [];
      const valued = findOption(known, `${plus}=`) ?? findOption(known, plus);
      if (exact) result.push(longForm(word, undefined, reading, exact));
      else if (valued) result.push(longForm(plus, after, reading, valued));
      else if (first) result.push(longForm(word, first.value, reading, first));
      else if (!ignore(word, reading)) {
        const said = word === "-" ? undefined : layout?.operandOption?.(word, place());
        result.push(said ? `--${KEY}${said.option}=${said.value}` : word);
      }
      continue;
    }
    // An alias may be a whole word with its value.
    if (exact?.alias && word.includes("=")) {
      result.push(longForm(word, undefined, reading, exact));
      continue;
    }
    const [, name = "", value] = /^(--?[^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    // The long options of openssl, nslookup and nmap have one hyphen: `-servername X` is not `-s` with a value.
    const whole = name.startsWith("--") || name.length > 2 && isWord(name, reading);
    result.push(...whole ? optional(longOption(name, value, reading)) : letters(word, reading));
  }
  return result;

  function isWord(name: string, { verb: { layout } }: Reading): boolean {
    return findOption(known, name) !== undefined || acceptedWord(layout?.accepted, name) !== undefined ||
      hintFor(hints, name) !== undefined;
  }
}

/** Returns the options for the letters of a word; the last one may have its value in the same word. */
function letters(word: string, reading: Reading): string[] {
  const result: string[] = [];
  for (let left = word.slice(1); left !== "";) {
    const written = `-${left.charAt(0)}`;
    const attached = left.slice(1);
    const found = findOption(reading.known, written);
    // Behind a letter without effect a letter is one more: `-lkv PORT`, but `-p8080`.
    const operand = acceptedWord(reading.verb.layout?.accepted, written)?.operand && !/^[a-z]/i.test(attached);
    const takesRest = attached !== "" && (found ? takesValue(found) : operand === true);
    result.push(...optional(longOption(written, takesRest ? attached.replace(/^=/, "") : undefined, reading)));
    left = takesRest ? "" : attached;
  }
  return result;
}

function optional(word: string | undefined): string[] {
  return word === undefined ? [] : [word];
}

/** Returns an option in the canonical form, or the operand in its place, or nothing. */
function longOption(written: string, value: string | undefined, reading: Reading): string | undefined {
  // `--cookie` and `--cookie=HEX` may be two options.
  const found = (value === undefined ? undefined : findOption(reading.known, `${written}=`)) ??
    findOption(reading.known, written);
  if (found) return longForm(written, value, reading, found);
  const accepted = ignore(written, reading);
  if (!accepted) throw unknownOption(written, reading.known, hintFor(reading.verb.hints, written));
  if (value !== undefined && !accepted.operand) throw takesNone(written, value);
  return value;
}

/** Notes a word that is accepted without effect. */
function ignore(written: string, { verb: { layout }, ignored }: Reading): Accepted | undefined {
  const accepted = acceptedWord(layout?.accepted, written);
  if (accepted) ignored.push([written, accepted]);
  return accepted;
}

function longForm(written: string, value: string | undefined, { rest, known }: Reading, found: Found): string {
  const { name, option, alias } = found;
  if (!takesValue(found)) {
    if (value !== undefined && (alias || (value !== "true" && value !== "false"))) {
      const forms = Object.values(known).flatMap(aliasesOf).map((alias) => alias.written)
        .filter((form) => form.startsWith(`${written}=`) && form !== `${written}=`);
      throw takesNone(written, value, forms.length > 0 ? `another form is ${forms.join(", ")}` : undefined);
    }
    return `--${KEY}${name}=${alias?.value ?? value ?? "true"}`;
  }
  if (value !== undefined) return `--${KEY}${name}=${aliasedValue(found, value)}`;
  const next = rest[0];
  if (next === undefined || (next.startsWith("-") && next !== "-")) {
    const hint = next === undefined ? undefined : `a value that starts with "-" is written ${written}=${next}`;
    const expected = option.kind ? `: ${option.kind.accepts}` : "";
    throw new UsageError(`option ${written} requires a value${expected}`, { hint });
  }
  rest.shift();
  return `--${KEY}${name}=${aliasedValue(found, next)}`;
}

function takesNone(written: string, value: string, hint?: string): UsageError {
  const shown = showUntrusted(value, { limit: 60 });
  return new UsageError(`option ${written} accepts no value, but was given "${shown}"`, { hint });
}

/** Returns the error for an unknown option; the hint names the equivalent option. */
export function unknownOption(written: string, known: Options, hint?: string): UsageError {
  const names = Object.entries(known).filter(([, option]) => !option.hidden).map(([name]) => `--${name}`);
  return new UsageError(`unknown option ${showUntrusted(written, { limit: 60 })}`, {
    code: "unknown-option",
    hint: hint ?? didYouMean(written, names) ?? "--help lists the options",
  });
}

/** Rejects words without effect beside options with which they would have one. */
function checkIgnored(ignored: Reading["ignored"], chosen: ReadonlySet<string>, shown: ShownName): void {
  for (const [written, { without = [], why }] of ignored) {
    const rival = without.find((name) => chosen.has(name));
    if (rival !== undefined) throw new UsageError(`${written} cannot be combined with ${shown(rival)}`, { hint: why });
  }
}

function checkOperands(verb: Verb, operands: readonly string[]): void {
  for (const word of operands) {
    const hint = hintFor(verb.hints, word.replace(/=.*$/s, "")) ?? hintFor(verb.hints, `${word.charAt(0)}…`);
    if (hint !== undefined) {
      throw new UsageError(`"${showUntrusted(word, { limit: 60 })}" is not understood`, {
        code: "unknown-operand",
        hint,
      });
    }
  }
  const wanted = verb.operands;
  const required = wanted.filter((operand) => !operand.optional && !operand.batch);
  const missing = required[operands.length];
  if (missing) throw new UsageError(`${missing.metavar} is missing: expected ${missing.kind?.accepts ?? missing.help}`);
  const extra = operands[wanted.length];
  if (extra !== undefined && !wanted.at(-1)?.many) {
    throw new UsageError(
      `"${showUntrusted(extra, { limit: 60 })}" is one operand too many: ${
        wanted.length === 0 ? "none is" : `only ${wanted.map((operand) => operand.metavar).join(" ")} is`
      } accepted`,
      { hint: portHint(operands.slice(0, wanted.length).at(-1), extra, wanted.at(-1)) },
    );
  }
  for (const [index, word] of operands.entries()) {
    const operand = wanted[Math.min(index, wanted.length - 1)];
    if (operand?.kind && !(operand.batch && word === "-")) readValue(operand.kind, word, operand.metavar);
  }
}

/** Returns the hint for a port as a separate operand, as in nc. */
function portHint(host: string | undefined, extra: string, operand: Operand | undefined): string | undefined {
  if (!host || !/^\d{1,5}$/.test(extra) || !operand?.kind?.accepts.includes("PORT")) return undefined;
  if (!/^[\w.:-]+$/.test(host) || /^\d+$/.test(host)) return undefined;
  return `write ${ipVersion(host) === 6 ? `[${host}]` : host}:${extra}`;
}

function hintFor(hints: Verb["hints"] = {}, word: string): string | undefined {
  return Object.hasOwn(hints, word) ? hints[word] : undefined;
}
