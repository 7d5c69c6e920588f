/**
 * All of `lib/dns`: the library, and what else tools, other rooms and tests need of it.
 * @module
 */
export * from "./mod.ts";
export { isAddress, shortAnswers } from "./addresses.ts";
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

export { DNS_PORT, nameServer, RESOLVER_FILE, RESOLVER_VARIABLES } from "./config.ts";
export { demonstrateResolver, type ResolverDemonstration } from "./demonstrate.ts";
export { dnsName } from "./query.ts";
export { type Reply, Resolver } from "./resolver.ts";
export { type Candidate, candidates } from "./search.ts";
export { RCODE, rcodeName, statusError } from "./status.ts";
export { tcpTransport } from "./tcp.ts";
export { type DnsTransport, recordLine, recordWords } from "./transport.ts";
export { udpTransport } from "./udp.ts";
