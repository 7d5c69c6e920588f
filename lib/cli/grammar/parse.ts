import { UsageError } from "../../core/errors/errors.ts";
import { ipVersion } from "../../core/address/ip.ts";
import { showUntrusted } from "../../core/untrusted.ts";
import { parseArgs } from "../../deps/std/args.ts";
import { type Call, EVERYWHERE, type Operand, type Verb } from "./command.ts";
import { type Options, readOption, readValue } from "./option.ts";
import { checkRules } from "./rules.ts";
import { didYouMean } from "./suggest.ts";

/** A command line, understood. */
export interface Parsed {
  /** The values of the verb's options, and of those that every verb has. */
  readonly options: Call["options"];
  /** The operands. */
  readonly operands: readonly string[];
}

/**
 * Reads the words after the verb.
 *
 * @throws {UsageError} For an unknown option, a missing or senseless value, options that do not go together, too few or
 * too many operands.
 */
export function parseVerb(verb: Verb, words: readonly string[]): Parsed {
  const known: Options = { ...EVERYWHERE, ...verb.options };
  const names = Object.keys(known).map((name) => KEY + name);
  const { _: operands, ...given } = parseArgs(canonical(words, known, verb.hints), {
    string: ["_", ...names],
    collect: names,
  });
  const options: Record<string, unknown> = {};
  const chosen = new Set<string>();
  for (const [name, option] of Object.entries(known)) {
    const values = given[KEY + name];
    const said = Array.isArray(values) && values.length > 0;
    options[name] = said ? readOption(name, option, values) : option.initial;
    if (said && options[name] !== false) chosen.add(name);
  }
  // `--help` is answered whatever else is missing.
  if (!options.help && !options.man && !options.version) {
    checkOperands(verb, operands);
    checkRules(known, chosen);
  }
  return { options, operands };
}

/** Stands before every name that the parser sees: it would take `--no-index=true` for the option `index`. */
const KEY = "option-";

/**
 * The same words with every option written as `--option-name=value`. The parser cannot tell a value that is missing from one
 * that is empty, nor a flag's operand `true` from a value of the flag; in this form there is nothing to tell.
 */
function canonical(words: readonly string[], known: Options, hints: Verb["hints"]): string[] {
  const result: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") return [...result, "--", ...rest];
    if (word === "-" || !word.startsWith("-")) result.push(word);
    else if (word.startsWith("--")) {
      const [, name = "", value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
      result.push(longForm(name, `--${name}`, value, rest, known, hints));
    } else {
      // The long options of openssl, nslookup and nmap have one hyphen: `-servername X` is not `-s` with a value.
      const long = word.replace(/=.*/s, "");
      const hint = long.length > 2 ? hintFor(hints, long) : undefined;
      if (hint !== undefined) throw unknownOption(long, known, hint);
      for (let letters = word.slice(1); letters !== "";) {
        const letter = letters.charAt(0);
        const name = Object.keys(known).find((name) => known[name]?.short === letter);
        if (name === undefined) {
          throw unknownOption(`-${letter}`, known, hintFor(hints, `-${letter}`));
        }
        const attached = letters.slice(1);
        const takesRest = known[name]?.kind !== undefined && attached !== "";
        result.push(
          longForm(name, `-${letter}`, takesRest ? attached.replace(/^=/, "") : undefined, rest, known, hints),
        );
        letters = takesRest ? "" : attached;
      }
    }
  }
  return result;
}

function longForm(
  name: string,
  written: string,
  value: string | undefined,
  rest: string[],
  known: Options,
  hints: Verb["hints"],
): string {
  const option = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!option) throw unknownOption(written, known, hintFor(hints, written));
  if (!option.kind) {
    if (value !== undefined && value !== "true" && value !== "false") {
      throw new UsageError(`option ${written} takes no value, but got "${showUntrusted(value, { limit: 60 })}"`);
    }
    return `--${KEY}${name}=${value ?? "true"}`;
  }
  if (value !== undefined) return `--${KEY}${name}=${value}`;
  const next = rest[0];
  if (next === undefined || (next.startsWith("-") && next !== "-")) {
    const hint = next === undefined ? undefined : `a value that starts with "-" is written ${written}=${next}`;
    throw new UsageError(`option ${written} needs a value: give ${option.kind.accepts}`, { hint });
  }
  rest.shift();
  return `--${KEY}${name}=${next}`;
}

/** The error for an option that is none of those known; the hint says how it is called here. */
export function unknownOption(written: string, known: Options, hint?: string): UsageError {
  const names = Object.entries(known).filter(([, option]) => !option.hidden).map(([name]) => `--${name}`);
  return new UsageError(`unknown option ${showUntrusted(written, { limit: 60 })}`, {
    code: "unknown-option",
    hint: hint ?? didYouMean(written, names) ?? "--help lists the options",
  });
}

function checkOperands(verb: Verb, operands: readonly string[]): void {
  for (const word of operands) {
    const hint = hintFor(verb.hints, word) ?? hintFor(verb.hints, `${word.charAt(0)}…`);
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
  if (missing) throw new UsageError(`${missing.metavar} is missing: give ${missing.kind?.accepts ?? missing.help}`);
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

/** A port in a word of its own, as nc takes it, is written behind the host. */
function portHint(host: string | undefined, extra: string, operand: Operand | undefined): string | undefined {
  if (!host || !/^\d{1,5}$/.test(extra) || !operand?.kind?.accepts.includes("PORT")) return undefined;
  if (!/^[\w.:-]+$/.test(host) || /^\d+$/.test(host)) return undefined;
  return `write ${ipVersion(host) === 6 ? `[${host}]` : host}:${extra}`;
}

function hintFor(hints: Verb["hints"] = {}, word: string): string | undefined {
  return Object.hasOwn(hints, word) ? hints[word] : undefined;
}
