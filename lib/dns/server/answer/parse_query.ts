import { cookies, OPTION_CODES, optionData } from "../../codec/edns.ts";
import { decodeHead, decodeMessage, type DnsHead, type DnsMessage, type DnsQuestion } from "../../codec/message.ts";
import { DnsMessageError } from "../../codec/reader.ts";
import { RCODE } from "../../client/status.ts";
import type { RepliedQuery } from "./reply.ts";
import { HEAD_BYTES } from "./query_scan.ts";

/** A message that was read as a query. */
export type ParsedQuery =
  /** A query with one question. */
  | { readonly kind: "query"; readonly message: DnsMessage; readonly question: DnsQuestion }
  /** A query that is answered with an error. */
  | { readonly kind: "rejected"; readonly query: RepliedQuery; readonly rcode: number; readonly text?: string }
  /** A message that is not answered: a response, or too short to have an id. */
  | { readonly kind: "ignored" };

const QUERY = 0;
const RESPONSE_BIT = 0x80;

/** Reads a message of a client (RFC 1035 §4.1, RFC 6891). A response is ignored, so that two servers do not answer each other for ever. */
export function parseQuery(bytes: Uint8Array): ParsedQuery {
  if (bytes.length < HEAD_BYTES || ((bytes[2] ?? 0) & RESPONSE_BIT) !== 0) return { kind: "ignored" };
  const opcode = ((bytes[2] ?? 0) >> 3) & 15;
  if (opcode !== QUERY) return rejected(headOf(bytes), RCODE.NOTIMP, "only queries are supported");
  let message: DnsMessage;
  try {
    message = decodeMessage(bytes);
  } catch (error) {
    if (!(error instanceof DnsMessageError)) throw error;
    return rejected(headOf(bytes), RCODE.FORMERR);
  }
  const { edns, questions: [question, ...more] } = message;
  if (edns && edns.version !== 0) return rejected(message, RCODE.BADVERS);
  if (!question || more.length > 0 || question.type === "OPT") return rejected(message, RCODE.FORMERR);
  // A cookie of another size is a malformed query (RFC 7873 §5.2.2).
  if (optionData(edns, OPTION_CODES.COOKIE) && !cookies(edns)) return rejected(message, RCODE.FORMERR);
  return { kind: "query", message, question };
}

function rejected(query: RepliedQuery, rcode: number, text?: string): ParsedQuery {
  return { kind: "rejected", query, rcode, text };
}

/** Returns what can be repeated of a message that cannot be read: its question only if it is alone and valid. */
function headOf(bytes: Uint8Array): RepliedQuery {
  const id = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  const flags = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
  return {
    id,
    opcode: (flags >> 11) & 15,
    questions: questionsOf(bytes),
    recursionDesired: (flags & 0x0100) !== 0,
    checkingDisabled: (flags & 0x0010) !== 0,
  };
}

function questionsOf(bytes: Uint8Array): DnsHead["questions"] {
  try {
    const { questions } = decodeHead(bytes);
    return questions.length === 1 ? questions : [];
  } catch {
    return [];
  }
}
