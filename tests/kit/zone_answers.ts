import {
  decodeMessage,
  type DnsMessage,
  encodeMessage,
  rcodeName,
  type ResourceRecord,
  type ZoneStore,
} from "../../lib/dns/internal.ts";
import { clientQuery } from "./client_query.ts";
import type { ZoneQuestion } from "./zone_questions.ts";

/** Returns the response of zones to a question, as it crosses the wire. */
export function storeAnswer(store: ZoneStore, { name, type, dnssecOk }: ZoneQuestion): DnsMessage {
  const question = { name, type, class: "IN" };
  const answer = store.answer(clientQuery(name, type, { dnssecOk, recursionDesired: false }));
  if (!answer) return decodeMessage(encodeMessage({ id: 1, response: true, rcode: 5, questions: [question] }));
  return decodeMessage(encodeMessage({ id: 1, response: true, questions: [question], ...answer }));
}

/** An answer as lines to compare: records by section, sorted, names in lower case. */
export interface AnswerFacts {
  readonly status: string;
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
}

/** Returns the facts of a response. */
export function answerFacts(message: DnsMessage): AnswerFacts {
  const lines = (records: readonly ResourceRecord[]) =>
    records.map(({ name, type, ttl, data, fields }) =>
      `${name} ${ttl} ${type} ${type === "RRSIG" ? `${fields.typeCovered} ${fields.keyTag}` : data}`.toLowerCase()
    ).sort();
  return {
    status: `${rcodeName(message.rcode)}${message.authoritative ? " AA" : ""}`,
    answer: lines(message.answers),
    authority: lines(message.authorities),
    additional: lines(message.additionals),
  };
}
