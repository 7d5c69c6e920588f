import { isSubdomain, nameKey } from "../../codec/canonical.ts";
import { checkFaultRules } from "./check_rules.ts";
import type { FaultRule } from "./rule.ts";

/**
 * The faults of a server. Which queries a share of them concerns is drawn from a sequence that is the same for the same seed,
 * once for each query: a client that asks again has the same chance as before, whatever the name is.
 */
export class Faults {
  readonly #rules: readonly FaultRule[];
  #state: number;

  /**
   * Uses the rules in their order.
   *
   * @throws {UsageError} `invalid-fault` for rules that contradict each other.
   */
  constructor(rules: readonly FaultRule[], seed = 1) {
    checkFaultRules(rules);
    this.#rules = rules;
    this.#state = seed >>> 0;
  }

  /** Whether there is no rule at all. */
  get none(): boolean {
    return this.#rules.length === 0;
  }

  /**
   * Returns the rule for a query; undefined if nothing is to happen. Shares of rules for the same query add up:
   * `drop:1%,servfail:1%` concerns two queries of a hundred.
   */
  draw(name: string, type: string): FaultRule | undefined {
    if (this.none) return undefined;
    const key = nameKey(name);
    let left = this.#next();
    for (const rule of this.#rules) {
      if (!concerns(rule, key, type)) continue;
      if (left < rule.share) return rule;
      left -= rule.share;
    }
    return undefined;
  }

  /** Returns the next number of the sequence, from 0 up to but not including 1. */
  #next(): number {
    // A Weyl sequence, mixed: even, small, and good enough for shares.
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  }
}

function concerns(rule: FaultRule, key: string, type: string): boolean {
  if (rule.type !== undefined && rule.type !== type) return false;
  if (rule.name === "*" || rule.name === key) return true;
  if (!rule.name.startsWith("*.")) return false;
  const above = rule.name.slice(2) || ".";
  return key !== above && isSubdomain(key, above);
}
