import type { ResourceRecord } from "../codec/record.ts";

/** Security status of data (RFC 4035 §4.3). */
export type SecurityStatus = "secure" | "insecure" | "bogus" | "indeterminate";

/** Why data is not secure. */
export interface SecurityReason {
  /** The cause in two or three words, such as `signature-expired`. */
  readonly code: string;
  /** The cause as a sentence. */
  readonly text: string;
}

/** A public key of a zone. */
export interface ChainKey {
  /** Key tag (RFC 4034 appendix B). */
  readonly keyTag: number;
  /** Name of the algorithm, such as `ECDSAP256SHA256`. */
  readonly algorithm: string;
  /** Whether it has the flag of a secure entry point (a key-signing key). */
  readonly entryPoint: boolean;
  /** Whether a DS record or the trust anchor is of this key. */
  readonly trusted: boolean;
}

/** A DS record. */
export interface ChainDelegation {
  /** Tag of the key that it is of. */
  readonly keyTag: number;
  /** Name of the algorithm of that key. */
  readonly algorithm: string;
  /** Name of the digest, such as `SHA-256`. */
  readonly digest: string;
}

/** A signature. */
export interface ChainSignature {
  /** Tag of the key that made it. */
  readonly keyTag: number;
  /** Name of the algorithm. */
  readonly algorithm: string;
  /** Name of the zone that signed. */
  readonly signer: string;
  /** Since when it is valid. */
  readonly inception: Date;
  /** Until when it is valid. */
  readonly expiration: Date;
  /** Whether it is valid; undefined for one that was not looked at, because another is. */
  readonly valid?: boolean;
  /** Why it is not valid. */
  readonly reason?: SecurityReason;
}

/**
 * Role of a link in the chain: `keys` of a zone, `delegation` to a zone below (its DS records, or the proof that there
 * are none), `no-cut` where the zone goes on below a name, `alias`, `answer`, and `denial`, which proves that a name or
 * its records do not exist.
 */
export type ChainRole = "keys" | "delegation" | "no-cut" | "alias" | "answer" | "denial";

/** A link of the chain from a trust anchor to the answer. */
export interface ChainLink {
  /** Role in the chain. */
  readonly role: ChainRole;
  /** The zone whose keys it was checked with. */
  readonly zone: string;
  /** Owner name of the records. */
  readonly name: string;
  /** Type of the records. */
  readonly type: string;
  /** Status of the records. */
  readonly status: SecurityStatus;
  /** Why it is not secure. */
  readonly reason?: SecurityReason;
  /** Of the first link: where the trust anchor comes from. */
  readonly anchor?: string;
  /** Keys of the zone. */
  readonly keys?: readonly ChainKey[];
  /** DS records. */
  readonly delegations?: readonly ChainDelegation[];
  /** Signatures over the records, or over those of the proof. */
  readonly signatures: readonly ChainSignature[];
  /** Records that prove a denial, and the fact that they prove. */
  readonly proof?: string;
  /** The wildcard that the records were made from. */
  readonly wildcard?: string;
}

/** Result of {@link validate}. */
export interface Validation {
  /** The name that was asked for, absolute. */
  readonly name: string;
  /** The type that was asked for. */
  readonly type: string;
  /** The worst status of all links that the answer needs. */
  readonly status: SecurityStatus;
  /** Why it is not secure. */
  readonly reason?: SecurityReason;
  /** The link at which the status was decided, where it is not secure. */
  readonly at?: { readonly zone: string; readonly name: string; readonly type: string };
  /** Response code by name; absent where no server answered. */
  readonly rcode?: string;
  /** The records of the answer: aliases, then those asked for. */
  readonly answers: readonly ResourceRecord[];
  /** The links, from the trust anchor down. */
  readonly chain: readonly ChainLink[];
}
