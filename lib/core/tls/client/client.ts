import { asciiHostName } from "../../address/host_name.ts";
import { ipVersion } from "../../address/ip.ts";
import { provenClient } from "./deno_2_7/client.ts";
import { explained } from "./explain.ts";
import { NODE_TLS_PROVES_KEYS } from "./node_client.ts";
import type { TlsOptions } from "./options.ts";
import { verifiedClient } from "./verified_client.ts";
import { isServerCertificate } from "../certificate/server_certificate.ts";
import { startTls } from "./start.ts";
import type { Secured, TlsTarget } from "./target.ts";

/** Opens a connection and starts TLS on it; nothing but the handshake is sent before the server is verified. */
export async function tlsClient(
  target: Omit<TlsTarget, "name" | "sni"> & { readonly host: string },
  options: TlsOptions,
): Promise<Secured> {
  const given = options.serverName ?? target.host;
  const name = ipVersion(given) ? given : asciiHostName(given);
  const named: TlsTarget = { ...target, name, sni: ipVersion(name) ? undefined : name };
  try {
    return await secured(named, options);
  } catch (error) {
    throw await explained(error, named, options);
  }
}

/**
 * Deno's own client is twice as fast as `node:tls`, but does not expose certificates and must reject what it cannot
 * verify by itself.
 */
async function secured(target: TlsTarget, options: TlsOptions): Promise<Secured> {
  const { pin, insecure, clientCertificate, caCerts, alpn, reportPin } = options;
  const byItself = pin === undefined && !insecure && !clientCertificate;
  if (!NODE_TLS_PROVES_KEYS && !byItself) return await provenClient(target, options);
  const inCertificate = NODE_TLS_PROVES_KEYS && byItself && await isServerCertificate(caCerts ?? [], target.name);
  const shown = NODE_TLS_PROVES_KEYS && (target.trace !== undefined || reportPin);
  if (!byItself || inCertificate || shown) return await verifiedClient(target, options);
  return await startTls(target, { name: target.name, caCerts, alpn, verified: "authority" });
}
