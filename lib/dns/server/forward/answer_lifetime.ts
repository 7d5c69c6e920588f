import { RCODE } from "../../client/status.ts";
import type { ResourceRecord } from "../../codec/record.ts";
import type { KeptRecords } from "./kept_records.ts";

/** Bounds of the lifetime of answers in the cache, in seconds. */
export interface LifetimeLimits {
  /** Longest lifetime of records. @default 86400 */
  readonly maxTtl?: number;
  /** Shortest lifetime of records; above 0 it departs from the zone's wish. @default 0 */
  readonly minTtl?: number;
  /** Longest lifetime of the answer that there is no such name or record (RFC 2308 §5). @default 10800 */
  readonly maxNegativeTtl?: number;
  /** Lifetime of failures: at least 1, at most 300 (RFC 9520 §3.2). @default 5 */
  readonly failureTtl?: number;
}

const MAX_TTL_S = 86_400;
const MAX_NEGATIVE_TTL_S = 10_800;
const FAILURE_TTL_S = 5;
const MAX_FAILURE_TTL_S = 300;

/** Returns the seconds for which a failure is remembered. */
export function failureLifetime({ failureTtl = FAILURE_TTL_S }: LifetimeLimits): number {
  return Math.min(MAX_FAILURE_TTL_S, Math.max(1, failureTtl));
}

/**
 * Returns the seconds for which an answer may be kept: the smallest TTL of its records; without records of the type what
 * the SOA says, and 0 without one (RFC 2308 §5).
 */
export function answerLifetime(rcode: number, kept: KeptRecords, limits: LifetimeLimits): number {
  const { maxTtl = MAX_TTL_S, minTtl = 0, maxNegativeTtl = MAX_NEGATIVE_TTL_S } = limits;
  const shortest = Math.min(...[...kept.answers, ...kept.authorities].map(({ ttl = 0 }) => ttl));
  if (rcode === RCODE.NOERROR && kept.found) return Math.min(maxTtl, Math.max(minTtl, shortest));
  const soa = kept.authorities.find(({ type }) => type === "SOA");
  return soa ? Math.min(maxNegativeTtl, maxTtl, shortest, minimumOf(soa)) : 0;
}

function minimumOf({ fields: { minimum } }: ResourceRecord): number {
  return typeof minimum === "number" ? minimum : 0;
}
