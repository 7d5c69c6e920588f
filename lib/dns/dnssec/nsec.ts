import { compareNames, isSubdomain, labelCount } from "../codec/canonical.ts";
import { type Denial, endsHere, type Query, typesDenial } from "./denial.ts";
import { commonAncestor, equalNames, wildcardOf } from "./names.ts";
import type { NsecData } from "./security_data.ts";

/** An NSEC record whose signature is valid. */
export interface Nsec extends NsecData {
  readonly owner: string;
}

/** Returns what the NSEC records of a zone prove about a name (RFC 4035 §5.4). */
export function nsecDenial(records: readonly Nsec[], query: Query): Denial | undefined {
  const match = records.find(({ owner }) => equalNames(owner, query.name));
  if (match) return typesDenial(match.types, query, `NSEC of ${match.owner}`);
  const cover = records.find((nsec) => covers(nsec, query.name));
  if (!cover) return undefined;
  const range = rangeOf(cover);
  if (isSubdomain(cover.next, query.name)) return { kind: "no-data", proof: `${range}: only names below` };
  const wildcard = wildcardOf(closestEncloser(cover, query.name));
  const same = records.find(({ owner }) => equalNames(owner, wildcard));
  if (same) {
    const denial = typesDenial(same.types, query, `NSEC of ${same.owner}`);
    return denial && { kind: "no-data", proof: `${range}; ${denial.proof}` };
  }
  const noWildcard = records.find((nsec) => covers(nsec, wildcard));
  if (!noWildcard) return undefined;
  return { kind: "no-name", proof: noWildcard === cover ? range : `${range}; no wildcard: ${rangeOf(noWildcard)}` };
}

/**
 * Returns by which record nothing is closer to a name than the wildcard below its ancestor of `labels` labels (RFC 4035
 * §5.3.4).
 */
export function nsecNoCloser(records: readonly Nsec[], name: string, labels: number): string | undefined {
  const cover = records.find((nsec) =>
    covers(nsec, name) && !isSubdomain(nsec.next, name) && labelCount(closestEncloser(nsec, name)) === labels
  );
  return cover && rangeOf(cover);
}

/** Whether a name lies between the owner and the next name, where a name of the zone would be listed. */
function covers({ owner, next, types }: Nsec, name: string): boolean {
  if (compareNames(owner, name) >= 0) return false;
  if (isSubdomain(name, owner) && endsHere(types)) return false;
  // The next name of the last record is the first name of the zone.
  return compareNames(owner, next) >= 0 || compareNames(name, next) < 0;
}

/** The longest ancestor of a covered name that exists: whatever exists has a neighbour of the gap at or below it. */
function closestEncloser({ owner, next }: Nsec, name: string): string {
  const [one, other] = [commonAncestor(owner, name), commonAncestor(next, name)];
  return labelCount(one) > labelCount(other) ? one : other;
}

function rangeOf({ owner, next }: Nsec): string {
  return `NSEC from ${owner} to ${next}`;
}
