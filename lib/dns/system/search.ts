import { NegativeError } from "../../core/mod.ts";
import { formatName, parseName, wireLength } from "../codec/name.ts";
import type { ResolverConfig } from "./config.ts";
import type { LookupResult } from "../client/lookup_result.ts";

/** A name that may be meant. */
export interface Candidate {
  /** The name, absolute. */
  readonly name: string;
  /** Whether it is what was written, with nothing added. */
  readonly asWritten: boolean;
}

/**
 * The absolute names that a name may stand for, in the order in which they are tried (resolv.conf(5)): a name with
 * enough dots as it is and then with each domain of the search list, one with fewer the other way round. A dot at its
 * end says that it is meant as it is.
 *
 * @throws {UsageError} `invalid-name`.
 * @example
 * ```ts
 * import { candidates } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const config = { search: ["corp.example"], ndots: 1 };
 * assertEquals(candidates("www", config).map(({ name }) => name), ["www.corp.example.", "www."]);
 * assertEquals(candidates("www.", config).map(({ name }) => name), ["www."]);
 * ```
 */
export function candidates(name: string, config: Pick<ResolverConfig, "search" | "ndots">): Candidate[] {
  const { labels, absolute } = parseName(name);
  const asWritten = { name: formatName(labels), asWritten: true };
  if (absolute) return [asWritten];
  const enough = labels.length - 1 >= config.ndots;
  const list = config.search.flatMap((domain): Candidate[] => {
    // The root adds nothing: the name as it is has its turn there.
    if (domain === ".") return enough ? [] : [asWritten];
    const all = [...labels, ...domainLabels(domain)];
    return all.length > labels.length && wireLength(all) <= 255 ? [{ name: formatName(all), asWritten: false }] : [];
  });
  return enough ? [asWritten, ...list] : [...new Set([...list, asWritten])];
}

/** Returns the labels of a domain of the search list; an invalid one is ignored. */
function domainLabels(domain: string) {
  try {
    return parseName(domain.replace(/^\./, "")).labels;
  } catch {
    return [];
  }
}

/**
 * Asks about the names that a name may stand for, in turn, as the C library does (`res_search`): a name that does not exist, has
 * no such records or whose server fails (SERVFAIL) makes way for the next. Any other failure, such as REFUSED or no answer, ends
 * the search list, and the name as it was written is tried last. Where no server runs there is nothing more to ask.
 *
 * @throws {UsageError} `invalid-name`.
 */
export async function searched<R extends Pick<LookupResult, "error" | "status" | "answers">>(
  name: string,
  config: Pick<ResolverConfig, "search" | "ndots">,
  signal: AbortSignal,
  ask: (absolute: string) => Promise<R>,
): Promise<R> {
  const list = candidates(name, config);
  let asWritten: R | undefined;
  let empty: R | undefined;
  let failed: R | undefined;
  let stopped = false;
  for (const candidate of list) {
    if (stopped && !candidate.asWritten) continue;
    const outcome = await ask(candidate.name);
    const { error, status, answers } = outcome;
    if (!error || answers.length > 0 && status !== "NXDOMAIN") return outcome;
    if (signal.aborted || error.code === "connection-refused") return failed ?? outcome;
    if (candidate.asWritten) asWritten = outcome;
    else if (error.code === "no-data") empty ??= outcome;
    else if (!(error instanceof NegativeError)) {
      failed ??= outcome;
      stopped ||= error.code !== "server-failed";
    }
  }
  const chosen = list[0]?.asWritten ? asWritten : empty ?? failed ?? asWritten;
  if (!chosen) throw new Error("a name has at least itself as a candidate");
  return chosen;
}
