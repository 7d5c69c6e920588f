import type { Edns, EdnsOption } from "../../codec/edns.ts";
import { optionsSize, paddingOption } from "../../codec/edns.ts";
import { writeMessage } from "../../codec/encode.ts";
import { MessageWriter } from "../../codec/message_writer.ts";
import { extendedErrorOption } from "../../codec/extended_errors.ts";
import type { DnsHead } from "../../codec/message.ts";
import { UDP_SIZE } from "../../codec/query.ts";
import { PLAIN_UDP_BYTES } from "./query_scan.ts";
import type { ServedAnswer, ServerTransport } from "./types.ts";

/** Parts of a query that its response repeats. */
export type RepliedQuery =
  & Pick<DnsHead, "id" | "opcode" | "questions" | "recursionDesired" | "checkingDisabled">
  & { readonly edns?: Edns };

/** Properties of a response beside the answer. */
export interface ReplyTerms {
  /** Transport of the query. */
  readonly transport: ServerTransport;
  /** Whether the server looks names up elsewhere for this client (RA). */
  readonly recursionAvailable: boolean;
  /** Options of EDNS, for a query with EDNS. */
  readonly options: readonly EdnsOption[];
  /** Multiple of bytes to which the message is padded (RFC 8467). */
  readonly padTo?: number;
  /** Bytes to leave free for a signature. */
  readonly reserve?: number;
  /** Whether it is sent without records and with the flag of a truncated message. */
  readonly truncate?: boolean;
  /** Place for the message, if there is room for it. */
  readonly into?: Uint8Array<ArrayBuffer>;
}

/** Writer of all messages: each is copied before the next. */
const WRITER = new MessageWriter();

const MAX_STREAM_BYTES = 65_535;
/** Characters of the text of an extended error: more would displace records. */
const MAX_ERROR_TEXT = 200;

/** Returns the size of the largest response to a query, in bytes. */
export function responseLimit(edns: Edns | undefined, transport: ServerTransport): number {
  if (transport !== "udp") return MAX_STREAM_BYTES;
  return edns ? Math.min(Math.max(edns.udpSize, PLAIN_UDP_BYTES), UDP_SIZE) : PLAIN_UDP_BYTES;
}

/** Writes the response to a query. */
export function encodeReply(query: RepliedQuery, answer: ServedAnswer, terms: ReplyTerms): Uint8Array<ArrayBuffer> {
  const { id, opcode, questions, recursionDesired, checkingDisabled, edns } = query;
  const { transport, recursionAvailable, padTo, reserve = 0, truncate = false, into } = terms;
  const errors = answer.errors?.map(({ code, text = "" }) => extendedErrorOption(code, text.slice(0, MAX_ERROR_TEXT)));
  const ofEdns = edns && { udpSize: UDP_SIZE, version: 0, dnssecOk: edns.dnssecOk };
  const records: Pick<ServedAnswer, "answers" | "authorities" | "additionals"> = truncate ? { answers: [] } : answer;
  const write = (options: readonly EdnsOption[]) => {
    WRITER.reset();
    writeMessage(WRITER, {
      ...{ id, opcode, questions, recursionDesired, checkingDisabled, recursionAvailable, response: true },
      ...{ authoritative: answer.authoritative, authenticData: answer.authenticData },
      ...{ answers: records.answers, authorities: records.authorities, additionals: records.additionals },
      // A code of more than 4 bits has no place without EDNS.
      rcode: edns ? answer.rcode : answer.rcode > 15 ? 2 : answer.rcode,
      truncated: truncate,
      ...(ofEdns && { edns: { ...ofEdns, options } }),
    }, { limit: responseLimit(edns, transport), reserve });
    return into ? WRITER.bytesIn(into) : WRITER.bytes();
  };
  const options = errors ? [...terms.options, ...errors] : terms.options;
  const message = write(options);
  if (padTo === undefined || !edns) return message;
  const unpadded = message.length + optionsSize([paddingOption(0)]);
  const padding = Math.min((padTo - unpadded % padTo) % padTo, MAX_STREAM_BYTES - unpadded);
  return padding < 0 ? message : write([...options, paddingOption(padding)]);
}
