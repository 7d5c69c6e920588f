import type { SpfFault } from "./codec/record.ts";
import type { SpfResult } from "./types.ts";

/** Terms with lookups, and those of them that find nothing (RFC 7208 §4.6.4). */
const MAX_TERMS = 10;
const MAX_VOID = 2;

/** Error that ends a check: its result, why, and the syntax errors of the record. */
export class SpfStop extends Error {
  override readonly name: string = "SpfStop";
  /** The result. */
  readonly result: SpfResult;
  /** Why. */
  readonly reason: string;
  /** Syntax errors of the record. */
  readonly faults: readonly SpfFault[];

  /** Ends with a result. */
  constructor(result: SpfResult, reason: string, faults: readonly SpfFault[] = []) {
    super(reason);
    this.result = result;
    this.reason = reason;
    this.faults = faults;
  }
}

/** Returns the error that ended a check; throws any other one again. */
export function spfStop(error: unknown): SpfStop {
  if (error instanceof SpfStop) return error;
  throw error;
}

/** Counts the lookups of a check. */
export class SpfBudget {
  #terms = 0;
  #void = 0;

  /** Numbers of terms so far. */
  get counts(): { readonly lookups: number; readonly voidLookups: number } {
    return { lookups: this.#terms, voidLookups: this.#void };
  }

  /** Counts a term with lookups. */
  term(text: string): void {
    if (++this.#terms <= MAX_TERMS) return;
    throw new SpfStop("permerror", `more than ${MAX_TERMS} terms with DNS lookups, at ${text}`);
  }

  /** Counts a term whose lookup finds nothing. */
  nothing(text: string): void {
    if (++this.#void <= MAX_VOID) return;
    throw new SpfStop("permerror", `more than ${MAX_VOID} DNS lookups without a result, at ${text}`);
  }
}
