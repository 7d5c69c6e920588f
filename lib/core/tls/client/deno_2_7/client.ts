import { certificateFacts, pem } from "../../certificate/certificate.ts";
import { SystemError } from "../../../errors/errors.ts";
import type { TlsOptions } from "../options.ts";
import { fetchCertificates } from "../fetch_certificates.ts";
import { startTls } from "../start.ts";
import type { Secured, TlsTarget } from "../target.ts";
import { nodeTls } from "./node_tls.ts";
import { pinnedTls } from "./pin.ts";

/**
 * Verifies pins, and connects without verification, on Deno 2.7, whose `node:tls` does not verify that the server has the key of its
 * certificate: a first connection reads the certificate, and a second one trusts only that. If that is not
 * possible, it fails.
 */
export async function provenClient(target: TlsTarget, options: TlsOptions): Promise<Secured> {
  const { pin, caCerts, alpn, clientCertificate, reportChain } = options;
  if (clientCertificate) {
    throw new SystemError(`cannot connect to ${target.peer}: client certificates require Deno 2.8 or later`, {
      code: "tls-unsupported",
      operation: "connect",
      peer: target.peer,
    });
  }
  return pin === undefined
    ? await trustingTls(target, alpn, reportChain)
    : await pinnedTls(target, { pin, caCerts, alpn });
}

/**
 * Accepts any certificate. Deno's own client accepts it when only that one is trusted, under a name of its own; if
 * it is still rejected, `node:tls` is used, whose half-close is unreliable.
 */
async function trustingTls(target: TlsTarget, alpn?: readonly string[], reportChain = false): Promise<Secured> {
  const { certificates: [leaf = new Uint8Array(), ...more] } = await fetchCertificates(target);
  const chain = reportChain ? { chain: [leaf, ...more] } : {};
  const name = await certificateFacts(leaf).then((facts) => facts.dnsNames[0], () => undefined);
  if (name !== undefined && !name.includes("*")) {
    try {
      const caCerts = [leaf, ...more].map((der) => pem("CERTIFICATE", der));
      const { transport, security } = await startTls(target, { name, caCerts, alpn, verified: "nothing" });
      return { transport, security: { ...security, ...chain } };
    } catch {
      // The next way has fewer conditions.
    }
  }
  const conn = await target.open();
  const { sni } = target;
  const transport = await target.handshake((signal) => nodeTls(conn, { sni, alpn, signal, trustAnything: true }));
  const { alpnProtocol } = transport.socket;
  return { transport, security: { verified: "nothing", alpn: alpnProtocol || undefined, ...chain } };
}
