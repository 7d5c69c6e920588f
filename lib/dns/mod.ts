/**
 * DNS: the addresses and records of names, as this machine gets them and as servers say them.
 * @module
 */
export { addressesOf, type AddressOptions, nameOf } from "./addresses.ts";
export type { ResourceRecord } from "./codec/message.ts";
export {
  isRecordType,
  RECORD_TYPES,
  type RecordData,
  type RecordFields,
  type RecordType,
  TYPE_NUMBERS,
} from "./codec/rdata.ts";
export { type ResolverConfig, serverConfig } from "./config.ts";
export { parseResolverConfig, type ResolverVariables } from "./resolv_conf.ts";
export { readResolverConfig } from "./resolver_file.ts";
export { DnsMessageError } from "./codec/reader.ts";
export type { Finding, TypeFailure } from "./finding.ts";
export { ServerHealth } from "./health.ts";
export { query, type QueryOptions } from "./query.ts";
export { type Resolution, resolve, type ResolveOptions } from "./resolve.ts";
export { answering, type AnsweringServer, type AnswerTable, type TableRecord } from "./responder.ts";
export { reverseName } from "./reverse.ts";
