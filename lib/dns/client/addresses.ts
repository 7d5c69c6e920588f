import {
  Deadline,
  isBelow,
  lookup,
  lookupName,
  NegativeError,
  NetworkError,
  type ToucanError,
} from "../../core/mod.ts";
import type { RecordType } from "../codec/types.ts";
import { recordFrom } from "../codec/record.ts";
import type { ResolverConfig } from "../system/config.ts";
import { bare, type LookupResult } from "./lookup_result.ts";
import { dnsName } from "./dns_name.ts";
import { ask, query, type QueryOptions } from "./query.ts";
import { checkResolverFile, readResolverConfig } from "../system/resolver_file.ts";
import { reverseName } from "./reverse.ts";
import { systemName } from "../system/system.ts";

/** Options of {@link addressesOf}. */
export interface AddressOptions extends QueryOptions {
  /**
   * Only addresses of this family. Without it, both.
   * @default {undefined}
   */
  readonly family?: 4 | 6;
}

/**
 * Looks up the addresses of a name: like programs on this machine, with hosts file and search list, or at given servers.
 *
 * Permissions: `--allow-net=NAME`; with a `config`, and to tell more about failures, those of {@link query}.
 *
 * @param name The name.
 * @returns The addresses as records, or the reason why there are none.
 * @throws {TimeoutError} When the time is over.
 * @throws {UsageError} `invalid-name`.
 * @example Look up the addresses of a name
 * ```ts
 * import { addressesOf } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { answers } = await addressesOf("localhost", { family: 4 });
 * assertEquals(answers.map(({ type, data }) => `${type} ${data}`), ["A 127.0.0.1"]);
 * ```
 */
export function addressesOf(name: string, options?: AddressOptions): Promise<LookupResult>;
export async function addressesOf(name: string, options: AddressOptions = {}): Promise<LookupResult> {
  const { family, config } = options;
  const types = typesOf(family);
  using deadline = new Deadline(options, `resolve ${name}`, "resolve");
  const bounded = { ...options, signal: deadline.signal, timeout: finite(deadline.remaining) };
  if (config) return await queryBoth(name, types, { ...bounded, config });
  options.trace?.({ direction: "*", text: `the system is asked for the addresses of ${name}` });
  const start = performance.now();
  try {
    await checkResolverFile();
    const found = await lookup(name, { family, signal: deadline.signal });
    const owner = systemName(dnsName(name));
    const answers = found.map(({ address, family }) => {
      const type = family === 4 ? "A" : "AAAA";
      return recordFrom({ name: owner, type, data: address });
    });
    const slow = performance.now() - start >= TIMED_OUT_MS;
    const failures = slow ? await missingFamily(name, answers, bounded) : undefined;
    return { name: owner, type: types.join(), answers, ...(failures && { failures }) };
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return await explain(error, name, types, bounded);
  }
}

/** The lookup of the system found nothing: finds out why, as far as it can. */
async function explain(
  error: NetworkError,
  name: string,
  types: readonly RecordType[],
  options: AddressOptions,
): Promise<LookupResult> {
  const result = { name: systemName(dnsName(name)), type: types.join(), answers: [] };
  if (isBelow(name, "invalid")) return { ...result, error: negative(error, `${name} does not exist`) };
  const other = options.family && await lookup(name, { signal: options.signal }).catch(() => undefined);
  if (other) {
    const text = `${name} has no IPv${options.family} address`;
    return { ...result, error: negative(error, text, "no-data") };
  }
  const asked = await askAgain(options, (config) => queryBoth(name, types, { ...options, config }));
  if (asked) return asked.error ? asked : disagreement(asked, name, error);
  if (error.code !== "name-not-found") return { ...result, error };
  return { ...result, error: negative(error, `${name}: ${error.message.replace(/^.*: /, "")}`) };
}

/** The servers have what the lookup of the system does not find, as with "hosts: files" in nsswitch.conf. */
function disagreement(asked: LookupResult, name: string, cause: NetworkError): LookupResult {
  const answers = shortAnswers(asked);
  const shown = answers.length > 4 ? [...answers.slice(0, 4), "…"] : answers;
  const text = `the lookup of the system finds no ${asked.type === "PTR" ? "name" : "address"} of ${name}, ` +
    `but ${asked.server} answers ${shown.join(", ")}`;
  const error = new NetworkError(text, { code: "lookup-disagrees", operation: "resolve", peer: asked.server, cause });
  return { ...asked, answers: [], error };
}

/** Milliseconds of a lookup beyond which a server has timed out: the least that resolv.conf can say. */
const TIMED_OUT_MS = 1000;

/** Why a slow lookup found addresses of one family only: the servers are asked about the other once more. */
async function missingFamily(
  name: string,
  answers: LookupResult["answers"],
  options: AddressOptions,
): Promise<LookupResult["failures"]> {
  const missing = typesOf(undefined).filter((type) => !answers.some((answer) => answer.type === type));
  if (options.family || missing.length !== 1) return undefined;
  const asked = await askAgain(options, (config) => {
    const once = { ...config, attempts: 1, wait: TIMED_OUT_MS };
    return queryBoth(name, missing, { ...options, config: once });
  });
  const { error, type = "" } = asked ?? {};
  return error && !(error instanceof NegativeError) ? [{ type, error }] : undefined;
}

/**
 * Looks up the name of an address: like programs on this machine, with the hosts file, or at given servers.
 *
 * Permissions: `--allow-net`; with a `config` those of {@link query}.
 *
 * @param address The IP address.
 * @returns The name as a PTR record, or the reason why there is none.
 * @throws {TimeoutError} When the time is over.
 * @example Look up the name of an address
 * ```ts
 * import { nameOf } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { type, answers } = await nameOf("127.0.0.1");
 * assertEquals([type, answers[0]?.data], ["PTR", "localhost."]);
 * ```
 */
export function nameOf(address: string, options?: QueryOptions): Promise<LookupResult>;
export async function nameOf(address: string, options: QueryOptions = {}): Promise<LookupResult> {
  const name = reverseName(address) ?? address;
  if (options.config) return ofAddress(address, await query(name, "PTR", options));
  using deadline = new Deadline(options, `resolve ${address}`, "resolve");
  options.trace?.({ direction: "*", text: `the system is asked for the name of ${address}` });
  try {
    await checkResolverFile();
    const target = systemName(await lookupName(address.replace(/%.*/, ""), { signal: deadline.signal }));
    return { name, type: "PTR", answers: [recordFrom({ name, type: "PTR", data: target })] };
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const bounded = { ...options, signal: deadline.signal, timeout: finite(deadline.remaining) };
    const asked = await askAgain(bounded, (config) => query(name, "PTR", { ...bounded, config }));
    if (asked && !asked.error) return disagreement(asked, address, error);
    return ofAddress(address, asked ?? { name, type: "PTR", answers: [], error: negative(error, "") });
  }
}

/** Returns a negative result in the words of a question about an address. */
function ofAddress(address: string, result: LookupResult): LookupResult {
  const { error, status, server } = result;
  if (!(error instanceof NegativeError)) return result;
  const source = status === undefined ? "" : ` (${status === "NODATA" ? "NOERROR" : status} from ${server})`;
  return { ...result, error: negative(error, `${address} has no name${source}`, error.code) };
}

/** Returns the answer of the servers in the system's file, or undefined if they cannot be queried. */
async function askAgain(
  { signal }: QueryOptions,
  ask: (config: ResolverConfig) => Promise<LookupResult>,
): Promise<LookupResult | undefined> {
  const config = await readResolverConfig(undefined, signal);
  return config && Deno.listenDatagram !== undefined ? await ask(config) : undefined;
}

/** Asks about the addresses of both families, as one question. */
async function queryBoth(
  name: string,
  types: readonly RecordType[],
  options: AddressOptions & { readonly config: ResolverConfig },
): Promise<LookupResult> {
  using deadline = new Deadline(options, `resolve ${name}`, "resolve");
  return await ask(dnsName(name), types, options, deadline);
}

function negative(cause: ToucanError | undefined, message: string, code = "name-not-found"): NegativeError {
  return new NegativeError(message, { code, operation: "resolve", peer: cause?.peer, cause });
}

function typesOf(family: 4 | 6 | undefined): readonly RecordType[] {
  return family === 4 ? ["A"] : family === 6 ? ["AAAA"] : ["A", "AAAA"];
}

function finite(ms: number): number | undefined {
  return Number.isFinite(ms) ? ms : undefined;
}

/** Whether a record of a result is an address, and not an alias on the way to one. */
export function isAddress({ type }: { readonly type: string }): boolean {
  return type === "A" || type === "AAAA";
}

/** The addresses or names that a result has, as programs show them. */
export function shortAnswers({ answers, type }: LookupResult): string[] {
  return answers.filter((record) => type.split(",").includes(record.type)).map((record) =>
    isAddress(record) ? record.data : bare(record.data)
  );
}
