/**
 * All of `lib/dns`: the library, and what else tools, other rooms and tests need of it.
 * @module
 */
export * from "./mod.ts";
export { isAddress, shortAnswers } from "./client/addresses.ts";
export {
  decodeHead,
  decodeMessage,
  type DnsHead,
  type DnsMessage,
  type DnsQuery,
  type DnsQuestion,
  encodeQuery,
  mismatch,
  UDP_SIZE,
} from "./codec/message.ts";
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

export { DNS_PORT, RESOLVER_FILE, RESOLVER_VARIABLES, resolverSys } from "./system/config.ts";
export { nameServer } from "./system/server_config.ts";
export { dnsName } from "./client/query.ts";
export { type Reply, Resolver } from "./client/resolver.ts";
export { type Candidate, candidates } from "./system/search.ts";
export { RCODE, rcodeName, statusError } from "./client/status.ts";
export { tcpTransport } from "./client/tcp.ts";
export { type DnsTransport, recordLine, recordWords } from "./client/transport.ts";
export { udpTransport } from "./client/udp.ts";
