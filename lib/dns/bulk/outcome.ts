import { NetworkError, TimeoutError, ToucanError, UsageError } from "../../core/mod.ts";
import { classifyAnswer } from "../client/classify_answer.ts";
import type { Reply } from "../client/connections/dns_connections.ts";
import { lookupResultOf, remarksOf } from "../client/lookup_result.ts";
import { RCODE, rcodeName } from "../client/status.ts";
import { DnsMessageError } from "../codec/reader.ts";
import type { BulkRecord } from "./types.ts";

/** The part of a record that says what came of a question. */
export type Outcome = Pick<
  BulkRecord,
  | "status"
  | "server"
  | "transport"
  | "flags"
  | "extendedErrors"
  | "nsid"
  | "subnet"
  | "cookie"
  | "truncated"
  | "ms"
  | "answers"
  | "negativeTtl"
  | "replies"
  | "error"
>;

/** Returns the outcome of a response, with the response itself if `keep` is set. */
export function outcomeOf(reply: Reply, name: string, type: string, keep = false): Outcome {
  const { message, server, transport, truncated, ms } = reply;
  const common = {
    server,
    transport,
    ...(truncated && { truncated }),
    ms,
    ...remarksOf(message),
    ...(keep && { replies: [reply] }),
  };
  if (message.rcode === RCODE.NOERROR && message.answers.length > 0) {
    const { meaning, records } = classifyAnswer(message, name, type);
    if (meaning === "found") return { status: "NOERROR", ...common, answers: records };
  }
  const { answers, negativeTtl, error, status = rcodeName(message.rcode) } = lookupResultOf(reply, name, type);
  return { status, ...common, answers, ...(negativeTtl !== undefined && { negativeTtl }), ...(error && { error }) };
}

/** Returns the outcome of a question without a response; rethrows what is not about the question. */
export function failureOf(error: unknown, server: string, ms: number): Outcome {
  if (!(error instanceof ToucanError)) throw error;
  if (error instanceof TimeoutError) return { status: "TIMEOUT", server, ms, answers: [], error };
  if (error instanceof DnsMessageError) return { status: "MALFORMED", server, ms, answers: [], error };
  if (error instanceof NetworkError) return { status: "UNREACHABLE", server, ms, answers: [], error };
  if (error instanceof UsageError) return { status: "INVALID", ms: 0, answers: [], error };
  throw error;
}
