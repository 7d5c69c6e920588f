/**
 * Shared by all protocols: addresses, errors, connections, certificates, and formatting.
 * @module
 */
export {
  type Address,
  type AddressDefaults,
  formatAddress,
  type HostPort,
  parseAddress,
  type UnixPath,
} from "./address/address.ts";
export type { AddressInput, BoundAddr, ListenInput, ServerAddr } from "./address/address_input.ts";
export type { ByteSource } from "./bytes/byte_reader.ts";
export { type KeyPair, selfSigned } from "./tls/certificate/certificate.ts";
export { type ChunkSink, type ChunkSource, SharedSource } from "./bytes/chunks.ts";
export type { WaitOptions } from "./time/deadline.ts";
export { Connection, type Security, type Transport } from "./dial/connection.ts";
export { dial } from "./dial/dial.ts";
export type { DialOptions, DialPhase } from "./dial/options.ts";
export { parseSource, type SourceAddress } from "./dial/source.ts";
export type { Farewell, LineServer, LineServerOptions } from "./lines/server/types.ts";
export { LoginLimit, type LoginLimitOptions } from "./login_limit.ts";
export { parseProxy, type Proxy } from "./dial/proxy/proxy.ts";
export { type ConnectRule, parseConnectRule, parseResolveRule, type ResolveRule } from "./dial/routes.ts";
export {
  type Attempt,
  type ErrorDetails,
  NegativeError,
  NetworkError,
  type Phase,
  SystemError,
  TimeoutError,
  ToucanError,
  UsageError,
} from "./errors/errors.ts";
export type { Direction } from "./bytes/hex.ts";
export { type CommitRequest, GroupCommit, type GroupCommitOptions } from "./files/group_commit.ts";
export { ipVersion, isLoopback } from "./address/ip.ts";
export { type HostAddress, lookup, lookupName, type LookupOptions } from "./address/lookup.ts";
export type { Input, OutputTarget } from "./bytes/streams.ts";
export type { TlsOptions } from "./tls/client/options.ts";
export { type KeyPairSource, serverKeyPair } from "./tls/files/server_key_pair.ts";
export { type WatchedKeyPair, watchKeyPair, type WatchKeyPairOptions } from "./tls/files/watch_key_pair.ts";
export type { CertificateRenewals, ServerTls } from "./tls/server/options.ts";
export type { SocketFileOptions } from "./unix/bind_unix.ts";
export type { Trace, TraceDirection, TraceEvent } from "./trace.ts";
export { formatDuration, formatSize, parseDuration, parseRate, parseSize } from "./time/units.ts";
export { type ShowOptions, showUntrusted } from "./untrusted.ts";
export type { ClientCertificate } from "./tls/client/node_client.ts";
export type { CertificateSummary } from "./tls/certificate/summary.ts";
