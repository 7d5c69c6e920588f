import { isSpfRecord, type MacroPart, parseSpfRecord, type SpfDirective } from "../../mail/internal.ts";
import { cut } from "../words/cut.ts";
import type { Looked, Lookups } from "./lookups.ts";

/** A syntax error, and where it is. */
export interface SpfProblem {
  /** Domain of the record. */
  readonly domain: string;
  /** The term. */
  readonly term: string;
  /** Problem in words. */
  readonly problem: string;
}

/** SPF record of a domain, and all records that it refers to. */
export interface SpfSeen {
  /** SPF records of the domain; more than one is invalid. */
  readonly records: readonly string[];
  /** Terms that require lookups, with the domain whose record has them, in order. */
  readonly lookups: readonly { readonly domain: string; readonly term: string }[];
  /** Terms whose lookup finds nothing. */
  readonly nothing: readonly { readonly domain: string; readonly term: string }[];
  /** Syntax errors. */
  readonly problems: readonly SpfProblem[];
  /** Records of others that are missing, doubled, or refer to each other. */
  readonly broken: readonly SpfProblem[];
  /** Result of `all`, of the record or the one that it is redirected to; undefined without one. */
  readonly all?: string;
  /** Terms `ptr`. */
  readonly ptr: readonly string[];
  /** Why nothing is known. */
  readonly error?: Looked["error"];
}

/** Terms with lookups after which the count ends: more than that is said as "at least". */
const MAX_COUNTED = 40;
const MAX_DEPTH = 10;
const LOOKING: readonly SpfDirective["kind"][] = ["include", "a", "mx", "ptr", "exists"];

/** Gathers the records behind an SPF record, as a receiver reads them in the worst case: every term is evaluated. */
export class SpfTree {
  readonly #lookups: Lookups;
  readonly #counted: { domain: string; term: string }[] = [];
  readonly #nothing: { domain: string; term: string }[] = [];
  readonly #problems: SpfProblem[] = [];
  readonly #broken: SpfProblem[] = [];
  readonly #ptr: string[] = [];

  constructor(lookups: Lookups) {
    this.#lookups = lookups;
  }

  /** Gathers all of a domain. */
  async gather(domain: string): Promise<SpfSeen> {
    const { texts, error } = await this.#lookups.texts(domain);
    const records = texts.filter(isSpfRecord);
    const [record] = records;
    const all = record === undefined || records.length > 1 ? undefined : await this.#record(record, domain, [domain]);
    return {
      records: records.map(cut),
      ...{ lookups: this.#counted, nothing: this.#nothing, problems: this.#problems, broken: this.#broken },
      ptr: this.#ptr,
      ...(all !== undefined && { all }),
      ...(error && { error }),
    };
  }

  /** Gathers a record; returns the result of its `all`. */
  async #record(text: string, domain: string, path: readonly string[]): Promise<string | undefined> {
    const { directives, modifiers, faults } = parseSpfRecord(text);
    for (const { term, problem } of faults) this.#problems.push({ domain, term: cut(term), problem });
    const all = directives.find(({ kind }) => kind === "all");
    // What follows "all" is never evaluated (RFC 7208 §5.1).
    const evaluated = all ? directives.slice(0, directives.indexOf(all)) : directives;
    for (const directive of evaluated) await this.#directive(directive, domain, path);
    const redirect = all ? undefined : modifiers.find(({ kind }) => kind === "redirect");
    if (!redirect) return all?.qualifier;
    this.#count(domain, redirect.text);
    return await this.#refer(redirect.text, plainName(redirect.domain), domain, path);
  }

  async #directive(
    { kind, domain: named, text }: SpfDirective,
    domain: string,
    path: readonly string[],
  ): Promise<void> {
    if (!LOOKING.includes(kind)) return;
    this.#count(domain, text);
    if (this.#counted.length > MAX_COUNTED) return;
    if (kind === "ptr") this.#ptr.push(`${text} of ${domain}`);
    const target = named ? plainName(named) : domain;
    if (kind === "include") await this.#refer(text, target, domain, path);
    if (target === undefined || (kind !== "a" && kind !== "mx")) return;
    if (await this.#isVoid(kind, target)) this.#nothing.push({ domain, term: cut(text) });
  }

  /** Gathers the record of another domain; returns the result of its `all`. */
  async #refer(
    term: string,
    target: string | undefined,
    domain: string,
    path: readonly string[],
  ): Promise<string | undefined> {
    // A name with macros depends on the message.
    if (target === undefined || this.#counted.length > MAX_COUNTED) return undefined;
    const broken = (problem: string) => void this.#broken.push({ domain, term: cut(term), problem });
    if (path.includes(target.toLowerCase())) return broken("the records refer to each other");
    if (path.length > MAX_DEPTH) return broken(`more than ${MAX_DEPTH} records within each other`);
    const { texts, error } = await this.#lookups.texts(target);
    if (error) return broken(error.reason);
    const [record, second] = texts.filter(isSpfRecord);
    if (record === undefined) return broken(`${target} has no SPF record`);
    if (second !== undefined) return broken(`${target} has several SPF records`);
    return await this.#record(record, target, [...path, target.toLowerCase()]);
  }

  /** Whether a lookup finds nothing; one that fails does not count. */
  async #isVoid(kind: "a" | "mx", name: string): Promise<boolean> {
    if (kind === "a") {
      const { addresses, error } = await this.#lookups.addresses(name);
      return !error && addresses.length === 0;
    }
    const { records, error } = await this.#lookups.records(name, "MX");
    return !error && records.length === 0;
  }

  #count(domain: string, term: string): void {
    this.#counted.push({ domain, term: cut(term) });
  }
}

/** Returns a name without macros; undefined if it has some. */
function plainName(parts: readonly MacroPart[]): string | undefined {
  return parts.every((part) => typeof part === "string") ? parts.join("").replace(/\.$/, "") : undefined;
}
