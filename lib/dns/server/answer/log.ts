import type { ServerTransport } from "./types.ts";

/** A query that was answered, or dropped. */
export interface ServedQuery {
  /** Address of the client: `192.0.2.7:40000`. */
  readonly client: string;
  /** Transport of the query. */
  readonly transport: ServerTransport;
  /** Name of the question, absolute, as zone files write it; empty for a query without one. */
  readonly name: string;
  /** Type of the question; empty for a query without one. */
  readonly type: string;
  /** Class of the question; empty for a query without one. */
  readonly class: string;
  /** Response code; undefined for a query that was dropped. */
  readonly rcode?: number;
  /** Origin of the records: `zone example.test.`, `word`, `hosts`, `cache`, `forward 192.0.2.53:53`, or `none`. */
  readonly source: string;
  /** Number of records in the answer section. */
  readonly answers: number;
  /** Whether the response was truncated. */
  readonly truncated: boolean;
  /** Simulated fault, if there is one: `drop`. */
  readonly fault?: string;
  /** Why the query was dropped or truncated without need: the rate limit. */
  readonly limited?: boolean;
  /** Extended errors of the response (RFC 8914). */
  readonly errors?: readonly { readonly code: number; readonly text?: string }[];
  /** Duration in milliseconds. */
  readonly ms: number;
}
