/**
 * DNS: the addresses and records of names, as this machine gets them and as servers say them.
 * @module
 */
export * from "./addresses.ts";
export * from "./codec/message.ts";
export * from "./codec/name.ts";
export {
  isRecordType,
  RECORD_TYPES,
  type RecordData,
  type RecordFields,
  type RecordType,
  TYPE_NUMBERS,
} from "./codec/rdata.ts";
export { DnsMessageError } from "./codec/reader.ts";
export * from "./config.ts";
export * from "./demonstrate.ts";
export type { Finding } from "./finding.ts";
export * from "./query.ts";
export * from "./resolve.ts";
export * from "./resolver.ts";
export * from "./responder.ts";
export * from "./reverse.ts";
export * from "./search.ts";
export * from "./status.ts";
export { type DnsTransport, recordLine, recordWords } from "./transport.ts";
export { tcpTransport } from "./tcp.ts";
export { udpTransport } from "./udp.ts";
