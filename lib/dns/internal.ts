/**
 * All of `lib/dns`: the library, and what else tools, other rooms and tests need of it.
 * @module
 */
export * from "./mod.ts";
export { isAddress, shortAnswers } from "./client/addresses.ts";
export {
  canonicalData,
  canonicalName,
  compareBytes,
  compareNames,
  isSubdomain,
  labelCount,
  nameKey,
  parentName,
} from "./codec/canonical.ts";
export {
  type ClientSubnet,
  clientSubnet,
  cookieOption,
  cookies,
  type Edns,
  type EdnsOption,
  keepalive,
  keepaliveOption,
  nsid,
  nsidOption,
  OPTION_CODES,
  optionData,
  paddingOption,
  subnetOption,
} from "./codec/edns.ts";
export { encodeMessage, type EncodeOptions, type MessageParts } from "./codec/encode.ts";
export { explainErrors, extendedErrorName, extendedErrorOption, extendedErrors } from "./codec/extended_errors.ts";
export {
  decodeHead,
  decodeMessage,
  type DecodeOptions,
  type DnsHead,
  type DnsMessage,
  type DnsQuestion,
} from "./codec/message.ts";
export { withLettersOf } from "./codec/dname.ts";
export { type DnsQuery, encodeQuery, mismatch, QueryForm, type Question, UDP_SIZE } from "./codec/query.ts";
export { decodeData, fieldNames, formatData, parseData, type ParseDataOptions } from "./codec/rdata/data.ts";
export type { RecordData } from "./codec/rdata/layout.ts";
export { RecordTextError } from "./codec/rdata/text.ts";
export { recordFrom, recordOf, type TextRecord, type WireRecord } from "./codec/record.ts";
export {
  TSIG_ALGORITHMS,
  TSIG_ERRORS,
  type TsigAlgorithm,
  TsigChain,
  TsigError,
  tsigError,
  type TsigErrorName,
  tsigErrorName,
  type TsigKey,
  tsigSize,
  type TsigTerms,
  withTsig,
} from "./codec/tsig/chain.ts";
export { type VerifiedQuery, verifyQuery } from "./codec/tsig/verify_query.ts";
export { packMessages, type PackOptions } from "./codec/pack.ts";
export { parseTsigKeys } from "./codec/tsig/keys.ts";
export { isNewer, type TransferredZone, ZoneAssembler, type ZoneChange, ZoneSpool } from "./transfer/assemble.ts";
export { type FetchedZone, fetchZone, type FetchZoneOptions, type TransferServer } from "./transfer/fetch_zone.ts";
export { readTsigKey } from "./transfer/key_file.ts";
export { type Transfer, type TransferConnection, type TransferOptions, transferZone } from "./transfer/transfer.ts";
export { checkZone, type ZoneProblem } from "./codec/zone/check.ts";
export type { ZoneError, ZonePlace } from "./codec/zone/lexer.ts";
export { type ReadZone, readZone, type ReadZoneOptions } from "./codec/zone/read.ts";
export { writeZone, type WriteZoneOptions } from "./codec/zone/write.ts";
export type { TsigRecord } from "./codec/tsig/record.ts";
export { CLASS_NUMBERS, className, classNumber, META_TYPES, queryType, typeName, typeNumber } from "./codec/types.ts";
export {
  decimal,
  encodeName,
  formatName,
  type Labels,
  parseName,
  sameName,
  wireLength,
  type WrittenName,
} from "./codec/name.ts";

export { RESOLVER_FILE, RESOLVER_VARIABLES, resolverSys } from "./system/config.ts";
export { nameServer } from "./system/server_config.ts";
export { dnsName } from "./client/dns_name.ts";
export { type QueryFlags, Resolver, type ResolverOptions, withEdns } from "./client/resolver.ts";
export { DnsConnections, type DnsConnectionsOptions, type Reply } from "./client/connections/dns_connections.ts";
export type { Route as DnsRoute } from "./client/connections/route.ts";
export type { AskOptions } from "./client/connections/ask_options.ts";
export { exchange, type ExchangeOptions } from "./client/exchange.ts";
export {
  asNameServer,
  DNS_PORT,
  formatNameServer,
  nameServerAt,
  type NameServerDefaults,
  parseNameServer,
} from "./client/name_server.ts";
export { type Candidate, candidates } from "./system/search.ts";
export { RCODE, rcodeName, statusError } from "./client/status.ts";
export {
  type JsonMessage,
  jsonMessage,
  type JsonQuestion,
  jsonQuestion,
  type JsonRecord,
} from "./codec/json_message.ts";
export { formatTtl } from "./codec/ttl.ts";
export { commonOrigin } from "./codec/zone/origin.ts";
export { recordLine, recordWords } from "./client/record_line.ts";

export { type AnsweredQuestion, AnswerLines } from "./bulk/answer_line.ts";
export { BulkLookup, type BulkResult } from "./bulk/bulk_lookup.ts";
export { parseBulkLine } from "./bulk/input_line.ts";
export { type Outcome, outcomeOf } from "./bulk/outcome.ts";
export { Journal, type OutputAccess, type OutputFile } from "./bulk/journal.ts";
export { resumedItems } from "./bulk/resumed_items.ts";
export type { BulkItem, BulkLine, BulkOptions, BulkRecord, BulkSummary, ServerSummary } from "./bulk/types.ts";
export { anchorRecords } from "./dnssec/trust_anchors.ts";
export type { AskServer, ValidationQuery } from "./dnssec/validate.ts";

export { type RefusedClient, RunningServer, type ServerParts } from "./server/dns_server.ts";
export type { TransferSource } from "./server/answer/transfer_responder.ts";
export { nsidBytes } from "./server/answer/nsid.ts";
export { Responder, type ResponderOptions, type Response } from "./server/answer/responder.ts";
export type { Sources } from "./server/answer/ask_sources.ts";
export type { OptionFacts } from "./server/answer/reply_options.ts";
export type { QueryClient } from "./server/answer/turn.ts";
export { checkReach, type Reach } from "./server/limit/reach.ts";
export type { AnswerSource, ClientQuery, ServedAnswer } from "./server/answer/types.ts";
export { Faults } from "./server/fault/faults.ts";
export { type FaultKind, type FaultRule, FAULTS, parseFaultRules } from "./server/fault/rule.ts";
export { RateLimit, type RateVerdict } from "./server/limit/rate_limit.ts";
export { primeRoot, type PrimeRootOptions } from "./trace/prime_root.ts";
export { rootServers, rootServersOf } from "./trace/root_hints.ts";
export type { AskStep } from "./trace/server_queries.ts";
export type { WalkEnd } from "./trace/walk.ts";
export { NameTable, type NameTableOptions } from "./server/names/name_table.ts";
export { AliasFollower } from "./server/answer/alias_follower.ts";
export { Zone, type ZoneData } from "./server/zone/zone.ts";
export type { RecordSet, ZoneNode } from "./server/zone/node.ts";
export type { Denial } from "./server/zone/denial.ts";
export type { CacheLimits } from "./server/forward/forward_cache.ts";
export type { LifetimeLimits } from "./server/forward/answer_lifetime.ts";
export { ZoneStore } from "./server/zone/store.ts";
export { readZoneFile, type ZoneFile, zoneFilePaths } from "./server/zone/read_zone_file.ts";
export { Forwarder, type ForwarderOptions } from "./server/forward/forwarder.ts";
export { checkNoLoop, type OwnAddress, systemNameServers } from "./server/forward/upstreams.ts";
export type { RespondToClient, ServeHttps, ServeHttpsOptions } from "./server/transport/https.ts";
export { loadHttps } from "./server/transport/load_https.ts";
