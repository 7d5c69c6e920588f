import { flatRecord, resourceRecord } from "./data_fields.ts";
import { COMPARE_RECORDS } from "./compare/records.ts";
import { TRACE_DELEGATION_RECORDS } from "./delegation/records.ts";
import { RFC8427_RECORDS } from "./print/message_records.ts";
import { VALIDATE_RECORDS } from "./validate/records.ts";
import { TRANSFER_RECORDS } from "./transfer/records.ts";
import { ERROR, errorRecord, field, result } from "../../lib/cli/mod.ts";
import type { Resolution } from "../../lib/dns/internal.ts";

const { boolean, integer, list, milliseconds, object, oneOf, optional, seconds, text } = field;

/** The JSON records of `resolve`. */
export const RECORDS = {
  "resolution": result("one per input, with --type one per input and type", {
    input: text("name or address that was read"),
    name: text("name that was asked for; absolute where a server was asked"),
    type: text("record type that was asked for; several, separated by commas, for addresses"),
    status: optional(
      text(
        "response code by name, NODATA for NOERROR without such records; of a list also TIMEOUT, UNREACHABLE, MALFORMED, INVALID",
      ),
    ),
    server: optional(text("address of the server that answered")),
    transport: optional(oneOf(["udp", "tcp", "tls", "https"], "protocol over which the answer came")),
    tcp: optional(boolean("whether the answer came over TCP")),
    truncated: optional(boolean("whether it did because it was too long for a datagram")),
    answers: list(resourceRecord, "aliases, then the records"),
    authority: optional(list(resourceRecord, "without answers: SOA of the zone, or NS of the servers to ask")),
    flags: optional(list(text(), "flags of the response: aa, tc, rd, ra, ad, cd")),
    extendedErrors: optional(list(
      object({
        code: integer("code of RFC 8914"),
        name: text("meaning of the code"),
        text: text("text of the server"),
      }),
      "reasons that the server gives for its answer",
    )),
    nsid: optional(text("identifier of the server, with --nsid")),
    subnet: optional(text("network for which the answer holds, with --subnet")),
    cookie: optional(text("cookie that the server gave, in hexadecimal, with --cookie")),
    negativeTtl: optional(seconds("time to live of a negative answer")),
    failures: optional(list(
      object({ type: text("record type"), error: ERROR }),
      "record types whose query failed although another type has addresses",
    )),
    ms: milliseconds("duration of the query"),
    attempts: optional(integer("number of queries, of a lookup of many names")),
    wildcard: optional(boolean("whether a wildcard of the parent domain explains the answer, with --wildcard-check")),
    error: optional(ERROR),
  }),
  ...TRANSFER_RECORDS,
  ...VALIDATE_RECORDS,
  ...COMPARE_RECORDS,
  ...TRACE_DELEGATION_RECORDS,
  ...RFC8427_RECORDS,
};

/** Returns the JSON record of a result. */
export function resolutionRecord({ error, failures, answers, authority, replies: _replies, ...facts }: Resolution) {
  return {
    ...facts,
    answers: answers.map(flatRecord),
    authority: authority?.map(flatRecord),
    failures: failures?.map(({ type, error }) => ({ type, error: errorRecord(error) })),
    error: error && errorRecord(error),
  };
}
