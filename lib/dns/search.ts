import { formatName, parseName, wireLength } from "./codec/name.ts";
import type { ResolverConfig } from "./config.ts";

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
 * import { candidates } from "./internal.ts";
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
  const longer = config.search.flatMap((domain): Candidate[] => {
    const all = [...labels, ...domainLabels(domain)];
    return all.length > labels.length && wireLength(all) <= 255 ? [{ name: formatName(all), asWritten: false }] : [];
  });
  return labels.length - 1 >= config.ndots ? [asWritten, ...longer] : [...longer, asWritten];
}

/** The labels of a domain of the system's file; one that is no name adds nothing. */
function domainLabels(domain: string) {
  try {
    return parseName(domain).labels;
  } catch {
    return [];
  }
}
