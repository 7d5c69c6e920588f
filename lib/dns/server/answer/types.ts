import type { DnsMessage, DnsQuestion } from "../../codec/message.ts";
import type { ResourceRecord } from "../../codec/record.ts";

/** Transport of a query. */
export type ServerTransport = "udp" | "tcp" | "tls" | "https";

/** A query with its client. */
export interface ClientQuery {
  /** The question; its name is absolute, in the case of the client. */
  readonly question: DnsQuestion;
  /** Whether the client wants the records of DNSSEC (DO). */
  readonly dnssecOk: boolean;
  /** Whether the client asked the server not to validate (CD). */
  readonly checkingDisabled: boolean;
  /** Whether the client asked the server to look the name up elsewhere (RD). */
  readonly recursionDesired: boolean;
  /** Address of the client. */
  readonly client: { readonly hostname: string; readonly port: number };
  /** Transport of the query. */
  readonly transport: ServerTransport;
  /** The whole query. */
  readonly message: DnsMessage;
}

/** The answer of a source to a query. */
export interface ServedAnswer {
  /** Response code, of 12 bits. */
  readonly rcode: number;
  /** Whether the server is an authority for the name (AA). */
  readonly authoritative?: boolean;
  /** Whether the records were validated (AD). */
  readonly authenticData?: boolean;
  /** Answer section. */
  readonly answers: readonly ResourceRecord[];
  /** Authority section. */
  readonly authorities?: readonly ResourceRecord[];
  /** Additional section, without EDNS. */
  readonly additionals?: readonly ResourceRecord[];
  /** Extended errors (RFC 8914). */
  readonly errors?: readonly { readonly code: number; readonly text?: string }[];
  /** Origin of the records, for the query log: `zone example.test`, `word`, `hosts`, `cache`, `forward 127.0.0.1:53`, `none`. */
  readonly source: string;
  /** Seconds for which the encoded answer may be sent again for the same question and flags; 0 for not at all. */
  readonly keep?: number;
}

/** A place that may know the answer. Sources are asked in order; the first that returns one decides. */
export interface AnswerSource {
  /** Returns the answer to a query; undefined if it is for another source. */
  answer(query: ClientQuery): ServedAnswer | undefined | Promise<ServedAnswer | undefined>;
}
