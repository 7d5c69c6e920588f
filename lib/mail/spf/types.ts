import type { MailDnsLookup } from "../judge/lookup.ts";
import type { SpfFault } from "./codec/record.ts";

/** Result of SPF (RFC 7208 §2.6). */
export type SpfResult = "none" | "neutral" | "pass" | "fail" | "softfail" | "temperror" | "permerror";

/** Question for {@link checkSpf}. */
export interface SpfQuestion {
  /** IP address of the client. */
  readonly ip: string;
  /** Sender of the envelope; empty for a bounce, for which `postmaster` at the EHLO name stands. */
  readonly from: string;
  /** EHLO name of the client. */
  readonly helo: string;
}

/** Options of {@link checkSpf}. */
export interface SpfOptions {
  /** Looks records up. */
  readonly lookup: MailDnsLookup;
  /**
   * Whether to fetch the explanation of a failure. Its text is that of the domain.
   *
   * @default {false}
   */
  readonly explain?: boolean;
}

/** Outcome of {@link checkSpf}. */
export interface SpfOutcome {
  /** Result. */
  readonly result: SpfResult;
  /** Domain that was checked. */
  readonly domain: string;
  /** Reason in words. */
  readonly reason: string;
  /** Terms that decided, from the record of the domain through `include` and `redirect`; none when no term matched. */
  readonly path: readonly { readonly domain: string; readonly term: string }[];
  /** Number of terms that required lookups; at most 10 are permitted. */
  readonly lookups: number;
  /** Number of terms whose lookup found nothing; at most 2 are permitted. */
  readonly voidLookups: number;
  /** Syntax errors of the record that is invalid. */
  readonly faults: readonly SpfFault[];
  /** Explanation of the domain, if it was asked for. */
  readonly explanation?: string;
}
