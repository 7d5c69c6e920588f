import type { MailDnsLookup } from "../judge/lookup.ts";

/** Result of a signature (RFC 8601 §2.7.1). */
export type DkimResult = "pass" | "fail" | "policy" | "neutral" | "temperror" | "permerror";

/** Options of {@link verifyDkim}. */
export interface VerifyDkimOptions {
  /** Looks records up. */
  readonly lookup: MailDnsLookup;
  /**
   * Time for which signatures must be valid, in milliseconds since 1970.
   *
   * @default {now}
   */
  readonly now?: number;
  /**
   * Number of signatures to verify, from the top; the others are left out.
   *
   * @default {8}
   */
  readonly maxSignatures?: number;
}

/** Outcome for a signature. What the signature says is untrusted unless the result is `pass`. */
export interface DkimOutcome {
  /** Result. */
  readonly result: DkimResult;
  /** Reason in words. */
  readonly reason: string;
  /** Domain that signed, in lower case; empty when it cannot be read. */
  readonly domain: string;
  /** Selector of its key. */
  readonly selector: string;
  /** Algorithm, such as `rsa-sha256`. */
  readonly algorithm: string;
  /** Identity that the domain signed for: an address, or `@` and a domain. */
  readonly identity: string;
  /** First characters of the signature, which tell several apart (RFC 6008). */
  readonly start: string;
  /** Number of bits of the key, if it was read. */
  readonly bits?: number;
  /** Number of bytes of the canonical body that the signature does not cover. */
  readonly unsignedBytes: number;
  /** Whether the domain only tests DKIM. */
  readonly testing: boolean;
  /** Whether the signature covers From once more than it stands there, so that none can be added. */
  readonly sealed: boolean;
}
