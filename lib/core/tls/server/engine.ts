import { SystemError, UsageError } from "../../errors/errors.ts";
import { NODE_TLS_PROVES_KEYS } from "../client/node_client.ts";
import { TlsEngine } from "../splice/engine.ts";
import { ClientVerifier } from "./client_verifier.ts";
import { type CreateEngine, RenewedEngine } from "./renewed_engine.ts";
import type { ServerTls } from "./options.ts";
import type { ServerEngine } from "./server_engine.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Creates the engine for the handshakes of a server.
 *
 * @throws {UsageError} When client certificates are required, but no authorities given.
 * @throws {SystemError} `tls-unsupported` if the runtime cannot verify client certificates.
 * @throws {Error} The runtime's, when certificate or key are unusable.
 */
export function serverEngine(tls: ServerTls, alpn?: readonly string[]): ServerEngine {
  const optional = tls.clientCertificates === "optional";
  if (tls.clientCa === undefined && !optional) return renewed(tls, (pair) => new TlsEngine(pair, alpn));
  if (!NODE_TLS_PROVES_KEYS) {
    throw new SystemError("client certificates require Deno 2.8 or later", { code: "tls-unsupported" });
  }
  if (optional) {
    if (tls.clientCa) throw new UsageError("optional client certificates cannot be combined with authorities");
    return verifying(tls, [], alpn);
  }
  const clientCa = (tls.clientCa ?? []).flatMap((text) => text.match(CERTIFICATE) ?? []);
  // The runtime would use its default authorities.
  if (clientCa.length === 0) throw new UsageError("no certificate authority for client certificates");
  return verifying(tls, clientCa, alpn);
}

/** Creates an engine for client certificates; a session from before a renewal is resumed after it. */
function verifying(tls: ServerTls, clientCa: readonly string[], alpn?: readonly string[]): ServerEngine {
  const accepted = new Set<string>();
  return renewed(tls, ({ cert, key }) => new ClientVerifier({ ...tls, cert, key, clientCa }, alpn, accepted));
}

function renewed(tls: ServerTls, start: CreateEngine): ServerEngine {
  return tls.renewals ? new RenewedEngine(tls, tls.renewals, start) : start(tls);
}
