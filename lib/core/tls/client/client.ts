import { asciiHostName } from "../../address/host_name.ts";
import { ipVersion } from "../../address/ip.ts";
import { provenClient } from "./deno_2_7/client.ts";
import { explained } from "./explain.ts";
import { NODE_TLS_PROVES_KEYS } from "./node_client.ts";
import type { TlsOptions } from "./options.ts";
import { verifiedClient } from "./verified_client.ts";
import { isVeryCertificate } from "../certificate/very_certificate.ts";
import { startTls } from "./start.ts";
import type { Secured, TlsTarget } from "./target.ts";

/** Opens a connection and makes it a TLS one; nothing but handshakes is sent before the server has proved itself. */
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
 * Deno's own client is twice as fast as `node:tls`, but does not show certificates and has to reject what it cannot
 * verify by itself.
 */
async function secured(target: TlsTarget, options: TlsOptions): Promise<Secured> {
  const { pin, insecure, clientCertificate, caCerts, alpn } = options;
  const byItself = pin === undefined && !insecure && !clientCertificate;
  if (!NODE_TLS_PROVES_KEYS && !byItself) return await provenClient(target, options);
  const inCertificate = NODE_TLS_PROVES_KEYS && byItself && await isVeryCertificate(caCerts ?? [], target.name);
  const shown = NODE_TLS_PROVES_KEYS && target.trace !== undefined;
  if (!byItself || inCertificate || shown) return await verifiedClient(target, options);
  return await startTls(target, { name: target.name, caCerts, alpn, verified: "authority" });
}
