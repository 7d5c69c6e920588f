import type { ResourceRecord } from "../codec/record.ts";
import type { NamedServer } from "./root_hints.ts";

/** Outcome of a query: a useful response, or the kind of failure. */
export type TraceOutcome =
  /** The server refers to the servers of a zone below. */
  | "referral"
  /** The server has the records. */
  | "answer"
  /** The server has an alias of the name. */
  | "alias"
  /** The name exists without such records. */
  | "no-data"
  /** The name does not exist. */
  | "name-not-found"
  /** The server is named for the zone, but does not serve it. */
  | "lame"
  /** The server cannot be reached, or sends what cannot be read. */
  | "unreachable"
  /** The server did not respond in time. */
  | "timeout";

/** Query to one address of a name server. */
export interface TraceQuery {
  /** Name of the server, absolute. */
  readonly server: string;
  /** Address and port. */
  readonly address: string;
  /** Protocol over which the response came. */
  readonly transport?: string;
  /** Duration in milliseconds; 0 if nothing was sent. */
  readonly ms: number;
  /** Response code by name. */
  readonly status?: string;
  /** Outcome. */
  readonly outcome: TraceOutcome;
  /** Reason of the outcome, if it is a failure. Untrusted. */
  readonly problem?: string;
}

/** Delegation of a zone to its name servers. */
export interface Delegation {
  /** Name of the zone, absolute. */
  readonly zone: string;
  /** Servers, with the addresses that came with them. */
  readonly servers: readonly NamedServer[];
  /** Whether a DS record says that the zone is signed. */
  readonly signed: boolean;
}

/** One question to the servers of one zone. */
export interface TraceStep {
  /** Zone whose servers are asked, absolute. */
  readonly zone: string;
  /** Name that is asked for: the beginning of the whole name may be kept back (RFC 9156). */
  readonly name: string;
  /** Type that is asked for. */
  readonly type: string;
  /** Names of the servers whose addresses this step helps to find, the first lookup first; empty for the name itself. */
  readonly within: readonly string[];
  /** Queries, in the order of the servers. */
  readonly queries: readonly TraceQuery[];
  /** Outcome of the first useful response, or that of the first failure. */
  readonly outcome: TraceOutcome;
  /** Delegation in it. */
  readonly referral?: Delegation;
  /** Records in it: those of the answer, without what was not asked for. */
  readonly answers: readonly ResourceRecord[];
  /** Observations about the zone that a person should know. Untrusted. */
  readonly notes: readonly string[];
}
