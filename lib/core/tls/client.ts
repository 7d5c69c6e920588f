import { certificateFacts } from "../certificate.ts";
import { ipVersion } from "../ip.ts";
import { look } from "./look.ts";
import { nodeTls } from "./node_client.ts";
import { pinnedTls } from "./pin.ts";
import { type Secured, startTls, type TlsTarget } from "./start.ts";

/** How the server of a TLS connection is trusted. Without options: the usual authorities, and the name. */
export interface TlsOptions {
  /** Authorities to trust as well, as PEM. */
  readonly caCerts?: readonly string[];
  /** The pin of the server's key, which stands instead of authorities and name. */
  readonly pin?: string;
  /** Whether anybody is trusted. */
  readonly insecure?: boolean;
  /** The name asked for and checked, when it is not the host's. */
  readonly serverName?: string;
  /** The protocols offered (RFC 7301). */
  readonly alpn?: readonly string[];
}

/** Opens a connection and makes it a TLS one; nothing but handshakes is sent before the server has proved itself. */
export async function tlsClient(
  target: Omit<TlsTarget, "serverName">,
  options: TlsOptions,
): Promise<Secured> {
  const { pin, insecure, caCerts, alpn, serverName: name = target.host } = options;
  const named: TlsTarget = { ...target, serverName: ipVersion(name) ? undefined : name };
  if (pin !== undefined) return await pinnedTls(named, { pin, caCerts, alpn });
  if (insecure) return await trustingTls(named, alpn);
  return await startTls(named, { name, caCerts, alpn, verified: "authority" });
}

/**
 * Takes whatever certificate the server has. Deno's own client takes it when told to trust just that one, under a name
 * of its own; only where it still finds fault does `node:tls` step in, whose half-close is not to be relied on.
 */
async function trustingTls(target: TlsTarget, alpn?: readonly string[]): Promise<Secured> {
  const { leaf, chain } = await look(target);
  const name = await certificateFacts(leaf).then((facts) => facts.dnsNames[0], () => undefined);
  if (name !== undefined && !name.includes("*")) {
    try {
      return await startTls(target, { name, caCerts: chain, alpn, verified: "nothing" });
    } catch {
      target.signal.throwIfAborted();
    }
  }
  const transport = await nodeTls(await target.open(), { ...target, alpn, trustAnything: true });
  const { alpnProtocol } = transport.socket;
  return { transport, security: { verified: "nothing", alpn: alpnProtocol || undefined } };
}
