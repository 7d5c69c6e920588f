/**
 * DNS: the addresses and records of names, as this machine gets them and as servers say them.
 * @module
 */
export { addressesOf, type AddressOptions, nameOf } from "./client/addresses.ts";
export type { FieldValue, RecordFields } from "./codec/rdata/kind.ts";
export type { ResourceRecord } from "./codec/record.ts";
export { isRecordType, type QueryType, RECORD_TYPES, type RecordType, TYPE_NUMBERS } from "./codec/types.ts";
export { type ResolverConfig } from "./system/config.ts";
export { serverConfig } from "./system/server_config.ts";
export { parseResolverConfig, type ResolverVariables } from "./system/resolv_conf.ts";
export { readResolverConfig } from "./system/resolver_file.ts";
export { DnsMessageError } from "./codec/reader.ts";
export type { ExtendedError } from "./codec/extended_errors.ts";
export type { LookupResult, TypeFailure } from "./client/lookup_result.ts";
export { ServerHealth } from "./client/health.ts";
export { query, type QueryOptions } from "./client/query.ts";
export { type Resolution, resolve, type ResolveOptions } from "./client/resolve.ts";
export type { ServerInput } from "./client/server_input.ts";
export { answering, type AnsweringServer, type AnswerTable, type TableRecord } from "./server/responder.ts";
export { type DnsServer, type DnsServerOptions, serveDns, type ZoneText } from "./server/serve.ts";
export type { ServedQuery } from "./server/answer/log.ts";
export type { ServerTransport } from "./server/answer/types.ts";
export type { DnsProtocol, NameServer } from "./client/name_server.ts";
export { reverseName } from "./client/reverse.ts";
export type { TlsSettings } from "./client/connections/dns_connections.ts";
export { validate, type ValidateOptions } from "./dnssec/validate.ts";
export type {
  ChainDelegation,
  ChainKey,
  ChainLink,
  ChainRole,
  ChainSignature,
  SecurityReason,
  SecurityStatus,
  Validation,
} from "./dnssec/chain.ts";
export { type AnswerGroup, type CompareOptions, compareServers, type ServerComparison } from "./compare/compare.ts";
export type { NamedServer } from "./trace/root_hints.ts";
export type { Delegation, TraceOutcome, TraceQuery, TraceStep } from "./trace/steps.ts";
export { type DelegationTrace, traceDelegation, type TraceDelegationOptions } from "./trace/trace_delegation.ts";
