import { formatNetAddress } from "../../../core/address/address.ts";
import type { DnsMessage, DnsQuestion } from "../../codec/message.ts";
import type { TsigChain } from "../../codec/tsig/chain.ts";
import type { FaultRule } from "../fault/rule.ts";
import type { ServedQuery } from "./log.ts";
import type { RepliedQuery } from "./reply.ts";
import type { ClientQuery, ServedAnswer, ServerTransport } from "./types.ts";

/** Client of a query. */
export type QueryClient = ClientQuery["client"];

/** A query on its way to its response. */
export interface Turn {
  /** The message of the client. */
  readonly bytes: Uint8Array;
  /** The client. */
  readonly client: QueryClient;
  /** Its transport. */
  readonly transport: ServerTransport;
  /** When it arrived, by `performance.now`. */
  readonly started: number;
  /** Parts of it that the response repeats. */
  readonly query: RepliedQuery;
  /** Its question, if it has one. */
  readonly question?: DnsQuestion;
  /** Hash of the question for the rate limit. */
  readonly hash: number;
  /** The fault to simulate. */
  readonly fault?: FaultRule;
  /** Place for the response, as long as the query is answered at once. */
  readonly into?: Uint8Array<ArrayBuffer>;
  /** The chain that signs the response. */
  readonly chain?: TsigChain;
}

/** Returns a query as the sources read it. */
export function clientQuery(
  { client, transport }: Pick<Turn, "client" | "transport">,
  message: DnsMessage,
  question: DnsQuestion,
): ClientQuery {
  const { edns, checkingDisabled, recursionDesired } = message;
  const dnssecOk = edns?.dnssecOk ?? false;
  return { question, dnssecOk, checkingDisabled, recursionDesired, client, transport, message };
}

/** Returns the entry of a query for the log. */
export function logEntry(
  { client, transport, started, question, fault }: Pick<
    Turn,
    "client" | "transport" | "started" | "question" | "fault"
  >,
  answer: Pick<ServedAnswer, "rcode" | "source" | "errors"> & { readonly count: number },
  sent: { readonly dropped?: boolean; readonly truncated?: boolean; readonly limited?: boolean } = {},
): ServedQuery {
  const { rcode, source, errors, count } = answer;
  return {
    client: formatNetAddress({ transport: "udp", ...client }),
    transport,
    ...{ name: question?.name ?? "", type: question?.type ?? "", class: question?.class ?? "" },
    rcode: sent.dropped ? undefined : rcode,
    source,
    answers: count,
    truncated: sent.truncated ?? false,
    ...(fault && { fault: fault.kind }),
    ...(sent.limited && { limited: true }),
    ...(errors && { errors }),
    ms: performance.now() - started,
  };
}
