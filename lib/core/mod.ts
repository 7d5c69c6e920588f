/**
 * What every protocol needs: errors, addresses, deadlines, bounded reads, dialling, TLS, trace.
 * @module
 */
export * from "./acceptor.ts";
export * from "./address.ts";
export * from "./address_input.ts";
export * from "./byte_reader.ts";
export * from "./concurrently.ts";
export * from "./deadline.ts";
export * from "./environment.ts";
export * from "./errors.ts";
export * from "./hex.ts";
export * from "./host_name.ts";
export * from "./idle.ts";
export * from "./ip.ts";
export * from "./lines.ts";
export * from "./lookup.ts";
export * from "./streams.ts";
export * from "./files/output.ts";
export * from "./files/own_file.ts";
export * from "./files/owner.ts";
export * from "./files/sync_folder.ts";
export * from "./system_error.ts";
export * from "./to_toucan_error.ts";
export * from "./trace.ts";
export * from "./turns.ts";
export * from "./units.ts";
export * from "./unstable.ts";
export * from "./untrusted.ts";
export * from "./writer.ts";
export * from "./tls/certificate/certificate.ts";
export * from "./chunks.ts";
export * from "./dial/connection.ts";
export * from "./dial/dial.ts";
export * from "./dial/proxy.ts";
export { ATTEMPT_DELAY, interleave, race, type RaceOptions } from "./dial/race.ts";
export * from "./tls/files/ca_file.ts";
export type { TlsOptions } from "./tls/client/options.ts";
export { type SecuredClient, type ServerEngine, serverEngine } from "./tls/server/engine.ts";
export type { ServerTls } from "./tls/server/options.ts";
export { type SplicedClient, TlsEngine } from "./tls/splice/engine.ts";
export type { TlsVersion } from "./tls/splice/records.ts";
export { SplicedTransport } from "./tls/splice/spliced.ts";
export * from "./tls/files/client_certificate.ts";
export type { ClientCertificate } from "./tls/client/node_client.ts";
export * from "./tls/certificate/summary.ts";
export * from "./tls/files/server_key_pair.ts";
