import { parseDuration, parseSize, UsageError } from "../../core/mod.ts";
import type { ProbeReport } from "../probe/probe.ts";

/** A comparison of a value that probes find with one that is expected. */
export interface Expectation {
  /** As it was written. */
  readonly text: string;
  /** Name of the value: a key of {@link Facts}. */
  readonly fact: string;
  /** Operator. */
  readonly operator: Operator;
  /** Number (durations in milliseconds, sizes in bytes), or text. */
  readonly value: number | string;
  /** The value as it was written, for texts that look like numbers: `1.0` of a version. */
  readonly written: string;
}

/** Operators of an expectation. */
export type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** Result of an expectation. */
export interface ExpectationResult {
  /** The expectation. */
  readonly expectation: Expectation;
  /** Whether every value of that name is as expected; false if there is none. */
  readonly met: boolean;
  /** The values that were found. */
  readonly found: readonly (number | string | boolean)[];
}

/** An expectation at the begin of a text; a value between quotes may contain commas. */
const PART = /^(?:[=<>]\s*(["'])(?:(?!\1).)*\1\s*(?=,|$)|[^,])*/;

/** Values that are bytes: there `m` is a size, elsewhere minutes. */
const SIZES: ReadonlySet<string> = new Set(["size"]);

const EXPECTATION = /^([a-z][a-z0-9-]*)\s*(!=|<=|>=|==?|<|>)\s*([^\s=<>].*)$/;

/**
 * Parses expectations separated by commas: `status=200,days>14,connect<200ms,size<64k`. A duration is compared in milliseconds, a size in
 * bytes: `size<5m` is 5 MiB, `connect<5m` minutes; `==` is `=`, and a value with commas stands between quotes.
 *
 * Permissions: none.
 *
 * @throws {UsageError} When one is not a name, an operator and a value.
 */
export function parseExpectations(text: string): readonly Expectation[] {
  return partsOf(text).map((part) => {
    const [, fact = "", sign = "", given = ""] = EXPECTATION.exec(part.trim()) ?? [];
    const operator = sign === "==" ? "=" : sign;
    if (!isOperator(operator)) throw invalid(part);
    const written = given.replace(/^(["'])(.*)\1$/, "$2");
    const value = valueOf(fact, written);
    if (typeof value === "string" && operator !== "=" && operator !== "!=") throw invalid(part);
    return { text: part.trim(), fact, operator, value, written };
  });
}

function isOperator(text: string): text is Operator {
  return ["=", "!=", "<", "<=", ">", ">="].includes(text);
}

function partsOf(text: string): string[] {
  const parts: string[] = [];
  for (let rest: string | undefined = text; rest !== undefined;) {
    const [part = ""]: readonly string[] = PART.exec(rest) ?? [];
    parts.push(part);
    rest = part.length < rest.length ? rest.slice(part.length + 1) : undefined;
  }
  return parts;
}

function valueOf(fact: string, written: string): number | string {
  if (/^-?\d+(?:\.\d+)?$/.test(written)) return Number(written);
  if (!/^\d/.test(written)) return written;
  for (const parse of SIZES.has(fact) ? [parseSize] : [parseDuration, parseSize]) {
    try {
      return parse(written);
    } catch {
      // A version such as 1.3.0 is a text.
    }
  }
  return written;
}

function invalid(part: string): UsageError {
  return new UsageError(`invalid expectation ${JSON.stringify(part)}`);
}

/** Compares the values that probes found with what is expected. Pure. */
export function meetExpectations(
  expectations: readonly Expectation[],
  reports: readonly ProbeReport[],
): ExpectationResult[] {
  return expectations.map((expectation) => {
    const found = reports.flatMap(({ facts }) => {
      const value = Object.hasOwn(facts, expectation.fact) ? facts[expectation.fact] : undefined;
      return value === undefined ? [] : [value];
    });
    return { expectation, met: found.length > 0 && found.every((value) => isMet(expectation, value)), found };
  });
}

function isMet({ operator, value, written }: Expectation, found: number | string | boolean): boolean {
  const same = typeof found === "number" ? found === value : String(found) === written;
  if (operator === "=") return same;
  if (operator === "!=") return !same;
  if (typeof found !== "number" || typeof value !== "number") return false;
  if (operator === "<") return found < value;
  if (operator === "<=") return found <= value;
  return operator === ">" ? found > value : found >= value;
}
