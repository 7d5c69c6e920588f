import type { LookupResult } from "../client/lookup_result.ts";
import type { ToucanError } from "../../core/mod.ts";
import type { ResourceRecord } from "../codec/record.ts";
import type { DnsConnections } from "../client/connections/dns_connections.ts";
import type { DnsProtocol, NameServer } from "../client/name_server.ts";
import type { QueryFlags } from "../client/resolver.ts";
import type { ResolverConfig } from "../system/config.ts";

/** An input of a bulk lookup: a name and the types to query, or the reason why it is invalid. */
export interface BulkItem {
  /** The input as it was read. */
  readonly input: string;
  /** The name, absolute. */
  readonly name: string;
  /** The name as it was written, if it may be relative. */
  readonly written?: string;
  /** The types; each is a question of its own. */
  readonly types: readonly string[];
  /** Why the input is invalid; it then gets one record for each type. */
  readonly error?: ToucanError;
  /** Whether input and name have letters, digits, dots, hyphens and underscores only. @default false */
  readonly plain?: boolean;
  /** Number of its first question in the order of the inputs; those before it need no record. Without it, the next one. */
  readonly position?: number;
}

/** The usual result of one question, as text. */
export interface BulkLine {
  /** Number of the question in the order of the inputs, from 0. */
  readonly position: number;
  /** NOERROR, NODATA or NXDOMAIN. */
  readonly status: string;
  /** The record as JSON, without a line end. */
  readonly line: string;
}

/** The result of one question. */
export interface BulkRecord
  extends Pick<LookupResult, "flags" | "extendedErrors" | "nsid" | "subnet" | "cookie" | "replies"> {
  /** Number of the question in the order of the inputs, from 0. */
  readonly position: number;
  /** The input as it was read. */
  readonly input: string;
  /** The name that was asked for. */
  readonly name: string;
  /** The type that was asked for. */
  readonly type: string;
  /** NOERROR, NODATA, NXDOMAIN, SERVFAIL, REFUSED and so on; TIMEOUT, UNREACHABLE, MALFORMED or INVALID without a response. */
  readonly status: string;
  /** The server that answered, or was asked last. */
  readonly server?: string;
  /** The protocol over which the response came. */
  readonly transport?: DnsProtocol;
  /** Whether it came over TCP because it was too long for a datagram. */
  readonly truncated?: boolean;
  /** Number of queries. */
  readonly attempts: number;
  /** Duration of the last query in milliseconds. */
  readonly ms: number;
  /** Aliases, then the records. */
  readonly answers: readonly ResourceRecord[];
  /** Seconds for which a negative answer may be kept. */
  readonly negativeTtl?: number;
  /** Whether a wildcard of the parent domain explains the answer, if that was checked. */
  readonly wildcard?: boolean;
  /** Why there are no records. */
  readonly error?: ToucanError;
}

/** Options of a bulk lookup. */
export interface BulkOptions {
  /** The servers, which share the load. */
  readonly servers: readonly NameServer[];
  /** Connections to them. */
  readonly connections: DnsConnections;
  /** Flags and EDNS of the queries. */
  readonly flags?: QueryFlags;
  /** Search list for relative names. Without it, they are looked up as they are. */
  readonly search?: Pick<ResolverConfig, "search" | "ndots">;
  /** Questions at the same time. Without it, the number adapts. */
  readonly concurrency?: number;
  /** Maximum queries per second to each server. */
  readonly rate?: number;
  /** Maximum queries for a question. @default 3 */
  readonly attempts?: number;
  /** Maximum time for the last attempt in milliseconds; earlier ones are repeated sooner. @default 5000 */
  readonly wait?: number;
  /** Yields usual results as lines of JSON, which saves most of the work. @default false */
  readonly lines?: boolean;
  /** Yields records in the order of the inputs. @default false */
  readonly ordered?: boolean;
  /** Marks answers that a wildcard of the parent domain explains. @default false */
  readonly wildcardCheck?: boolean;
  /** Records have the responses. @default false */
  readonly replies?: boolean;
  /** Whether a question was finished by an earlier run; it then gets no record. */
  readonly skip?: (position: number) => boolean;
  /** Aborts the lookup. */
  readonly signal?: AbortSignal;
}

/** Numbers of a bulk lookup. */
export interface BulkSummary {
  /** Questions finished. */
  readonly finished: number;
  /** Queries sent, repeated ones included. */
  readonly queries: number;
  /** Questions finished per second. */
  readonly rate: number;
  /** Duration so far in milliseconds. */
  readonly ms: number;
  /** Questions by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** The servers. */
  readonly servers: readonly ServerSummary[];
}

/** Numbers of one server. */
export interface ServerSummary {
  /** The server. */
  readonly server: string;
  /** Queries sent. */
  readonly queries: number;
  /** Responses received. */
  readonly responses: number;
  /** Queries without a response in time. */
  readonly timeouts: number;
  /** Times in milliseconds within which half, 90 %, 99 % and all of the responses came. */
  readonly latency?: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
}
