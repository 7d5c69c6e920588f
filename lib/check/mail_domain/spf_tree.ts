import { expandSpfName, isSpfRecord, type MacroPart, parseSpfRecord, type SpfDirective } from "../../mail/internal.ts";
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
  /** Sender that macros were expanded for. */
  readonly sender: string;
  /** Terms that depend on the sender, which were expanded for that one. */
  readonly forSender: readonly string[];
  /** Terms that depend on the client, which were not expanded. */
  readonly forClient: readonly string[];
  /** Why nothing is known. */
  readonly error?: Looked["error"];
}

/** Terms with lookups after which the count ends: more than that is said as "at least". */
const MAX_COUNTED = 40;
const MAX_DEPTH = 10;
const LOOKING: readonly SpfDirective["kind"][] = ["include", "a", "mx", "ptr", "exists"];

/** Name of a term, and whether it is the same for every message from the domain. */
interface Target {
  readonly name: string;
  readonly fixed: boolean;
}

/** Macro letters of domains, and of the sender and the EHLO name (RFC 7208 §7.2); the others depend on the client. */
const [DOMAIN_LETTERS, SENDER_LETTERS] = ["do", "slh"];

/** Gathers the records behind an SPF record, as a receiver reads them in the worst case: every term is evaluated. */
export class SpfTree {
  readonly #lookups: Lookups;
  readonly #counted: { domain: string; term: string }[] = [];
  readonly #nothing: { domain: string; term: string }[] = [];
  readonly #problems: SpfProblem[] = [];
  readonly #broken: SpfProblem[] = [];
  readonly #ptr: string[] = [];
  readonly #forSender: string[] = [];
  readonly #forClient: string[] = [];
  readonly #local: string;
  #sender = "";

  /** Expands macros for a sender with this local part. */
  constructor(lookups: Lookups, local = "postmaster") {
    this.#lookups = lookups;
    this.#local = local;
  }

  /** Gathers all of a domain. */
  async gather(domain: string): Promise<SpfSeen> {
    this.#sender = domain;
    const { texts, error } = await this.#lookups.texts(domain);
    const records = texts.filter(isSpfRecord);
    const [record] = records;
    const all = record === undefined || records.length > 1 ? undefined : await this.#record(record, domain, [domain]);
    return {
      records: records.map(cut),
      ...{ lookups: this.#counted, nothing: this.#nothing, problems: this.#problems, broken: this.#broken },
      ptr: this.#ptr,
      ...{ sender: cut(`${this.#local}@${domain}`), forSender: this.#forSender, forClient: this.#forClient },
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
    return await this.#refer(redirect.text, this.#target(redirect.domain, domain, redirect.text), domain, path);
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
    const target = named ? this.#target(named, domain, text) : { name: domain, fixed: true };
    if (kind === "include") await this.#refer(text, target, domain, path);
    if (target === undefined || kind === "include" || kind === "ptr") return;
    // What one sender's name lacks, another's may have.
    if (target.fixed && await this.#isVoid(kind === "mx" ? "mx" : "a", target.name)) {
      this.#nothing.push({ domain, term: cut(text) });
    }
  }

  /** Gathers the record of another domain; returns the result of its `all`. */
  async #refer(
    term: string,
    to: Target | undefined,
    domain: string,
    path: readonly string[],
  ): Promise<string | undefined> {
    const { name: target, fixed } = to ?? {};
    if (target === undefined || this.#counted.length > MAX_COUNTED) return undefined;
    const broken = (problem: string) => void this.#broken.push({ domain, term: cut(term), problem });
    if (path.includes(target.toLowerCase())) return broken("the records refer to each other");
    if (path.length > MAX_DEPTH) return broken(`more than ${MAX_DEPTH} records within each other`);
    const { texts, error } = await this.#lookups.texts(target);
    const [record, second] = texts.filter(isSpfRecord);
    if (!fixed && record === undefined) return undefined;
    if (error) return broken(error.reason);
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

  /** Returns the name of a term; undefined if it depends on the client. */
  #target(parts: readonly MacroPart[], domain: string, term: string): Target | undefined {
    const letters = parts.flatMap((part) => typeof part === "string" ? [] : [part.letter]);
    const shown = cut(`${term} of ${domain}`);
    const fixed = letters.every((letter) => DOMAIN_LETTERS.includes(letter));
    if (!letters.every((letter) => (DOMAIN_LETTERS + SENDER_LETTERS).includes(letter))) {
      this.#forClient.push(shown);
      return undefined;
    }
    if (!fixed) this.#forSender.push(shown);
    const sender = this.#sender;
    return { name: expandSpfName(parts, { ip: "", local: this.#local, sender, helo: sender, domain }), fixed };
  }
}
