import { ipBytes, parseIPv4, parseIPv6, plainIP } from "../../core/address/ip.ts";
import { inNetwork } from "../../core/address/network.ts";
import type { MailDnsType } from "../judge/lookup.ts";
import { SpfBudget, SpfStop, spfStop } from "./budget.ts";
import { type MacroPart, parseMacros } from "./codec/macro.ts";
import { isSpfRecord, parseSpfRecord, type SpfDirective, type SpfRecord } from "./codec/record.ts";
import { expandMacros, expandName, type MacroValues } from "./expand.ts";
import type { SpfOptions, SpfOutcome, SpfQuestion } from "./types.ts";

/** Names of a mail server or of an address that are looked at (RFC 7208 §4.6.4). */
const MAX_NAMES = 10;
/** Records with `redirect` or `include` within each other. */
const MAX_DEPTH = 20;

/**
 * Checks whether a client may send mail of a domain (SPF, RFC 7208), with the limits of §4.6.4: 10 terms with lookups, 2 of them without
 * a result, 10 names for each `mx` and `ptr`.
 *
 * Permissions: those of `lookup` in the options.
 *
 * @returns The result, with the terms that decided.
 * @throws {Error} Not for failed lookups: their result is `temperror`.
 * @example Check a client
 * ```ts
 * import { checkSpf } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const lookup = (name: string) => Promise.resolve(name === "example.com" ? ["v=spf1 ip4:192.0.2.0/24 -all"] : []);
 * const question = { ip: "198.51.100.7", from: "ada@example.com", helo: "mail.example.com" };
 * const { result, reason } = await checkSpf(question, { lookup });
 * assertEquals([result, reason], ["fail", "198.51.100.7 matches -all of example.com"]);
 * ```
 */
export async function checkSpf({ ip, from, helo }: SpfQuestion, options: SpfOptions): Promise<SpfOutcome> {
  const [local, domain] = senderOf(from, helo);
  const budget = new SpfBudget();
  const values = { ip: plainIP(ip), local, sender: domain, helo };
  const check = new SpfCheck(values, options, budget);
  try {
    const found = await check.host(domain, 0);
    return { domain, faults: [], ...found, ...budget.counts };
  } catch (error) {
    const { result, reason, faults } = spfStop(error);
    return { ...{ domain, path: [], faults, result, reason }, ...budget.counts };
  }
}

/** Result by the record of a domain. */
type Found = Pick<SpfOutcome, "result" | "reason" | "path" | "explanation">;

class SpfCheck {
  readonly #values: Omit<MacroValues, "domain">;
  readonly #options: SpfOptions;
  readonly #budget: SpfBudget;
  readonly #address?: Uint8Array;
  #names?: Promise<readonly string[]>;

  constructor(values: Omit<MacroValues, "domain">, options: SpfOptions, budget: SpfBudget) {
    this.#values = values;
    this.#options = options;
    this.#budget = budget;
    this.#address = ipBytes(values.ip);
  }

  /** Evaluates the record of a domain (RFC 7208 §4). */
  async host(domain: string, depth: number): Promise<Found> {
    const none = (reason: string): Found => ({ result: "none", reason, path: [] });
    if (!isHostName(domain) || !domain.replace(/\.$/, "").includes(".")) {
      return none(`"${domain.slice(0, 80)}" is not the name of a domain`);
    }
    if (!this.#address) return none(`"${this.#values.ip.slice(0, 80)}" is not an IP address`);
    if (depth > MAX_DEPTH) throw new SpfStop("permerror", `the records of ${domain} refer to each other`);
    const texts = (await this.#ask(domain, "TXT")).filter(isSpfRecord);
    const [text] = texts;
    if (text === undefined) return none(`${domain} has no SPF record`);
    if (texts.length > 1) throw new SpfStop("permerror", `${domain} has ${texts.length} SPF records`);
    const record = parseSpfRecord(text);
    const [fault] = record.faults;
    if (fault) {
      const reason = `the SPF record of ${domain} is invalid: ${fault.term.slice(0, 80)}: ${fault.problem}`;
      throw new SpfStop("permerror", reason, record.faults);
    }
    return await this.#evaluate(record, domain, depth);
  }

  async #evaluate({ directives, modifiers }: SpfRecord, domain: string, depth: number): Promise<Found> {
    const { ip } = this.#values;
    for (const directive of directives) {
      const inner = await this.#match(directive, domain, depth);
      if (!inner) continue;
      const { qualifier: result, text: term } = directive;
      const exp = result === "fail" ? modifiers.find(({ kind }) => kind === "exp")?.domain : undefined;
      const path = [{ domain, term }, ...inner];
      const last = path.at(-1);
      return {
        result,
        reason: `${ip} matches ${last?.term} of ${last?.domain}`,
        path,
        ...(exp && this.#options.explain && { explanation: await this.#explanation(exp, domain) }),
      };
    }
    const redirect = modifiers.find(({ kind }) => kind === "redirect");
    if (!redirect) return { result: "neutral", reason: `no mechanism of ${domain} matches ${ip}`, path: [] };
    this.#budget.term(redirect.text);
    const target = await this.#expand(redirect.domain, domain);
    const found = await this.host(target, depth + 1);
    if (found.result === "none") throw new SpfStop("permerror", `${redirect.text} of ${domain}: ${found.reason}`);
    return { ...found, path: [{ domain, term: redirect.text }, ...found.path] };
  }

  /** Returns whether a mechanism matches: the terms of other records that decided it, none for one that needs none. */
  async #match(directive: SpfDirective, domain: string, depth: number): Promise<Found["path"] | undefined> {
    const { kind, text } = directive;
    const yes = (matches: boolean): Found["path"] | undefined => matches ? [] : undefined;
    if (kind === "all") return [];
    if (kind === "ip4" || kind === "ip6") return yes(this.#inNetwork(directive.network, directive));
    this.#budget.term(text);
    const target = directive.domain ? await this.#expand(directive.domain, domain) : domain;
    if (kind === "include") {
      const { result, reason, path } = await this.host(target, depth + 1);
      if (result === "none") throw new SpfStop("permerror", `${text} of ${domain}: ${reason}`);
      return result === "pass" ? path : undefined;
    }
    // A name that cannot exist is as one that does not.
    if (!isHostName(target)) return undefined;
    if (kind === "exists") return yes(this.#counted(text, await this.#ask(target, "A")).length > 0);
    if (kind === "ptr") return yes((await this.#validatedNames()).some((name) => isWithin(name, target)));
    const hosts = kind === "mx" ? this.#counted(text, await this.#ask(target, "MX")) : [target];
    if (hosts.length > MAX_NAMES) throw new SpfStop("permerror", `${target} has more than ${MAX_NAMES} mail servers`);
    for (const host of hosts) {
      const found = await this.#addressesOf(host);
      if (kind === "a") this.#counted(text, found);
      if (found.some((address) => this.#inNetwork(ipBytes(address), directive))) return [];
    }
    return undefined;
  }

  #inNetwork(bytes: Uint8Array | undefined, { bits4, bits6 }: SpfDirective): boolean {
    return bytes !== undefined && inNetwork({ bytes, bits: bytes.length === 4 ? bits4 : bits6 }, this.#values.ip);
  }

  #addressesOf(host: string): Promise<readonly string[]> {
    return isHostName(host) ? this.#ask(host, this.#address?.length === 4 ? "A" : "AAAA") : Promise.resolve([]);
  }

  /** Counts a lookup that has found nothing. */
  #counted(term: string, found: readonly string[]): readonly string[] {
    if (found.length === 0) this.#budget.nothing(term);
    return found;
  }

  /** Returns the names of the client that have its address (RFC 7208 §5.5). */
  #validatedNames(): Promise<readonly string[]> {
    return this.#names ??= (async () => {
      const names: string[] = [];
      const found = await this.#ask(this.#reverseName(), "PTR").catch(ignored);
      if (found.length === 0) this.#budget.nothing("ptr");
      for (const name of found.slice(0, MAX_NAMES)) {
        const addresses = await this.#addressesOf(name).catch(ignored);
        if (addresses.some((address) => plainIP(address) === this.#values.ip)) names.push(name.replace(/\.$/, ""));
      }
      return names;
    })();
  }

  #reverseName(): string {
    const { ip } = this.#values;
    const v4 = parseIPv4(ip);
    return v4
      ? `${v4.toReversed().join(".")}.in-addr.arpa`
      : `${[...parseIPv6(ip)?.toHex() ?? ""].toReversed().join(".")}.ip6.arpa`;
  }

  async #expand(parts: readonly MacroPart[], domain: string): Promise<string> {
    const { host } = await this.#named(parts, domain);
    return expandName(parts, { ...this.#values, domain, host });
  }

  /** Looks the name of the client up for the macro letter "p". */
  async #named(parts: readonly MacroPart[], domain: string): Promise<{ readonly host?: string }> {
    if (!parts.some((part) => typeof part === "object" && part.letter === "p")) return {};
    const names = await this.#validatedNames();
    const lower = domain.toLowerCase();
    return {
      host: names.find((name) => name.toLowerCase() === lower) ?? names.find((name) => isWithin(name, lower)) ??
        names[0],
    };
  }

  async #explanation(domainSpec: readonly MacroPart[], domain: string): Promise<string | undefined> {
    const name = await this.#expand(domainSpec, domain);
    const texts = isHostName(name) ? await this.#ask(name, "TXT").catch(ignored) : [];
    const [text] = texts;
    const parts = texts.length === 1 && text !== undefined && text.length <= 1000 ? parseMacros(text, true) : undefined;
    if (!parts || "problem" in parts) return undefined;
    const { host } = await this.#named(parts, domain);
    return expandMacros(parts, { ...this.#values, domain, host });
  }

  async #ask(name: string, type: MailDnsType): Promise<readonly string[]> {
    try {
      return await this.#options.lookup(name.replace(/\.$/, ""), type);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new SpfStop("temperror", `cannot look up ${type} of ${name}: ${why}`);
    }
  }
}

/** Returns no records for a failed lookup: such names are left out (RFC 7208 §5.5). */
function ignored(error: unknown): readonly string[] {
  if (error instanceof SpfStop && error.result === "temperror") return [];
  throw error;
}

function senderOf(from: string, helo: string): readonly [local: string, domain: string] {
  const at = from.lastIndexOf("@");
  if (at < 0) return ["postmaster", from === "" ? helo : from];
  return [from.slice(0, at) || "postmaster", from.slice(at + 1)];
}

function isHostName(name: string): boolean {
  const bare = name.replace(/\.$/, "");
  return bare.length <= 253 && bare.split(".").every((label) => /^[\x20-\x7e]{1,63}$/.test(label));
}

function isWithin(name: string, domain: string): boolean {
  const [inner, outer] = [name, domain].map((text) => text.toLowerCase().replace(/\.$/, ""));
  return inner === outer || inner?.endsWith(`.${outer}`) === true;
}
