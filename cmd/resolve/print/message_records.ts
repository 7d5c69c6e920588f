import { ERROR, errorRecord, field, knownValues, result } from "../../../lib/cli/mod.ts";
import type { ToucanError } from "../../../lib/core/mod.ts";
import { decodeMessage, encodeQuery, jsonMessage, jsonQuestion, type Reply } from "../../../lib/dns/internal.ts";

const { boolean, integer, json, list, object, optional, seconds, text } = field;

const display = optional(text("data as in a zone file"));

/** Members of a record (RFC 8427 §2.2 and §2.3), and of types that came later in the same form. */
const RECORD = {
  NAME: text("owner name, absolute"),
  TYPE: integer("number of the type"),
  TYPEname: text("type"),
  CLASS: integer("number of the class; of OPT the size that the sender accepts"),
  CLASSname: optional(text("class")),
  TTL: optional(seconds("time to live; of OPT flags and version")),
  RDLENGTH: integer("length of the data in bytes"),
  RDATAHEX: text("data in hexadecimal, without compression"),
  ...{ rdataA: display, rdataAAAA: display, rdataCNAME: display, rdataDNAME: display, rdataNS: display },
  ...{ rdataPTR: display, rdataTXT: display, rdataCDNSKEY: display, rdataCDS: display, rdataCSYNC: display },
  ...{ rdataDNSKEY: display, rdataHIP: display, rdataIPSECKEY: display, rdataKEY: display, rdataMX: display },
  ...{ rdataNSEC: display, rdataNSEC3: display, rdataNSEC3PARAM: display, rdataOPENPGPKEY: display },
  ...{ rdataRRSIG: display, rdataSMIMEA: display, rdataSPF: display, rdataSRV: display, rdataSSHFP: display },
  ...{ rdataTLSA: display, rdataSOA: display, rdataDS: display, rdataCAA: display, rdataNAPTR: display },
  ...{ rdataSVCB: display, rdataHTTPS: display, rdataURI: display },
};

const records = list(object(RECORD, "", "resource record of RFC 8427"), "records, with OPT among the additional ones");

/** Members of a message (RFC 8427 §2.1 and §2.5). */
const MESSAGE = object(
  {
    dateString: optional(text("time as in RFC 3339")),
    dateSeconds: optional(json("time in seconds since 1970, as a number")),
    comment: optional(text("server, transport and duration")),
    ID: optional(integer("identifier")),
    QR: boolean("whether it is a response"),
    Opcode: optional(integer("operation")),
    AA: optional(boolean("authoritative")),
    TC: optional(boolean("truncated")),
    RD: optional(boolean("recursion desired")),
    RA: optional(boolean("recursion available")),
    AD: optional(boolean("authentic data")),
    CD: optional(boolean("checking disabled")),
    RCODE: optional(integer("lower four bits of the response code")),
    QDCOUNT: optional(integer("number of questions")),
    ANCOUNT: optional(integer("number of answers")),
    NSCOUNT: optional(integer("number of records in the authority section")),
    ARCOUNT: optional(integer("number of records in the additional section")),
    QNAME: optional(text("name of the question")),
    QTYPE: optional(integer("number of its type")),
    QTYPEname: optional(text("its type")),
    QCLASS: optional(integer("number of its class")),
    QCLASSname: optional(text("its class")),
    answerRRs: optional(records),
    authorityRRs: optional(records),
    additionalRRs: optional(records),
  },
  "",
  "message of RFC 8427",
);

/** The JSON records of queries and their responses in the form of RFC 8427 §3. */
export const RFC8427_RECORDS = {
  "exchange": result("one per response, with --json=rfc8427", {
    queryMessage: MESSAGE,
    responseMessage: optional(MESSAGE),
    error: optional(ERROR),
  }),
};

/** Returns the JSON record of a response, and of the query that it answers. */
export function exchangeRecord(reply: Reply) {
  const { message, question, server, transport, ms } = reply;
  const time = new Date();
  const query = decodeMessage(encodeQuery({ ...question, id: message.id }));
  return {
    queryMessage: messageRecord(query),
    responseMessage: {
      dateString: time.toISOString(),
      dateSeconds: time.getTime() / 1000,
      comment: `${server} over ${transport.toUpperCase()}, ${ms}ms`,
      ...messageRecord(message),
    },
  };
}

/** Returns the JSON record of a question without a response. */
export function failedExchangeRecord(name: string, type: string, klass: string, error: ToucanError) {
  return { queryMessage: { QR: false, ...jsonQuestion(name, type, klass) }, error: errorRecord(error) };
}

function messageRecord(message: Parameters<typeof jsonMessage>[0]) {
  const { answerRRs, authorityRRs, additionalRRs, ...head } = jsonMessage(message);
  const known = (records: typeof answerRRs) => records.map((record) => knownValues(RECORD, record));
  return {
    ...head,
    answerRRs: known(answerRRs),
    authorityRRs: known(authorityRRs),
    additionalRRs: known(additionalRRs),
  };
}
