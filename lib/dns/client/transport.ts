import type { Deadline, Trace } from "../../core/mod.ts";
import { decodeMessage, type DnsMessage } from "../codec/message.ts";
import type { DnsQuery } from "../codec/query.ts";
import type { ResourceRecord } from "../codec/record.ts";
import { rcodeName } from "./status.ts";

/** A way to a server: one message there, one back. */
export interface DnsTransport {
  /** Name of the protocol: `udp`, `tcp`. */
  readonly protocol: string;
  /**
   * Sends a query, and waits until the deadline for the response: a message from that server which {@link mismatch}
   * accepts. Others are ignored if they may be forged, or are an error.
   *
   * @throws {NetworkError} When the server cannot be reached, or what it answers cannot be read.
   * @throws {TimeoutError} When there is no answer in time.
   */
  exchange(query: DnsQuery, deadline: Deadline): Promise<DnsMessage>;
}

/** Tells a trace what was asked. */
export function traceQuery(trace: Trace | undefined, peer: string, query: DnsQuery, bytes: Uint8Array): void {
  const { id, name, type } = query;
  const text = `${type} ${name}, id ${id}, ${bytes.length} bytes`;
  trace?.({ direction: ">", peer, text, bytes });
}

/** Reads an answer, and tells a trace about it. */
export function readAnswerBytes(trace: Trace | undefined, peer: string, bytes: Uint8Array): DnsMessage {
  const message = decodeMessage(bytes);
  const { id, rcode, truncated, authoritative, recursionAvailable, answers, authorities, size } = message;
  const flags = [
    authoritative && "authoritative",
    recursionAvailable && "recursive",
    truncated && "truncated",
  ].filter(Boolean);
  const text = [
    rcodeName(rcode),
    `id ${id}`,
    ...flags,
    `${answers.length} ${answers.length === 1 ? "answer" : "answers"}`,
    `${size} bytes`,
  ].join(", ");
  trace?.({ direction: "<", peer, text, bytes });
  for (const record of [...answers, ...authorities]) trace?.({ direction: "<", peer, text: recordLine(record) });
  return message;
}

/** A record as a line of a zone file; without its TTL where that is not known. */
export function recordLine(record: ResourceRecord): string {
  return recordWords(record).join(" ");
}

/** The words of such a line. */
export function recordWords({ name, ttl, class: klass, type, data }: ResourceRecord): string[] {
  return [name, ...(ttl === undefined ? [] : [String(ttl)]), klass, type, data];
}
