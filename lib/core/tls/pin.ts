import { type CertificateFacts, certificateFacts } from "../certificate.ts";
import { NetworkError } from "../errors.ts";
import { type Secured, startTls, type TlsTarget } from "./start.ts";
import { look, type Seen, shownBy } from "./look.ts";
import { nodeTls } from "./node_client.ts";

/** How {@link pinnedTls} connects. */
export interface PinOptions {
  /** The pin of the server's key. */
  readonly pin: string;
  /** Authorities that may have issued the certificate, as PEM. */
  readonly caCerts?: readonly string[];
  /** The protocols offered. */
  readonly alpn?: readonly string[];
}

/**
 * Connects to a server that has the pinned key, whatever authority and name its certificate has.
 *
 * Looking at a certificate proves nothing about who sent it: the runtime, told to take any, does not check on every
 * version that the server has its key. So a first connection only looks, sends nothing, and is closed when the pin does
 * not match. A second one then trusts just what was seen, so that the handshake itself proves the key, and nothing is
 * handed out before.
 */
export async function pinnedTls(target: TlsTarget, options: PinOptions): Promise<Secured> {
  const seen = await look(target);
  const facts = await certificateFacts(seen.leaf);
  if (facts.pin !== options.pin) throw mismatch(target.peer, facts.pin);
  const own = ownName(facts);
  if (own === undefined) return await secondByFingerprint(target, options, seen);
  return await startTls(target, { name: own, caCerts: seen.chain.slice(0, 1), alpn: options.alpn, verified: "pin" });
}

/**
 * A name that only the server's own certificate can have, since no authority may issue one for it (RFC 6761): asking
 * for that name, the handshake succeeds only with the certificate that was seen, although the system's authorities stay trusted beside it.
 */
function ownName(facts: CertificateFacts): string | undefined {
  if (!facts.selfIssued || facts.isAuthority) return undefined;
  return facts.dnsNames.find((name) => /^[\w.-]+\.(?:invalid|test|example)$/.test(name));
}

/**
 * For other certificates: the one of this very connection is compared once more, with the handshake having proved that the server
 * has its key.
 */
async function secondByFingerprint(target: TlsTarget, options: PinOptions, seen: Seen): Promise<Secured> {
  const { serverName, signal, peer } = target;
  const ca = [...seen.chain, ...options.caCerts ?? []];
  const transport = await nodeTls(await target.open(), { serverName, alpn: options.alpn, signal, ca });
  try {
    const { pin } = await certificateFacts(shownBy(transport));
    if (!transport.socket.authorized || pin !== options.pin) throw mismatch(peer, pin);
    const { alpnProtocol } = transport.socket;
    return { transport, security: { verified: "pin", alpn: alpnProtocol || undefined } };
  } catch (error) {
    transport.close();
    throw error;
  }
}

function mismatch(peer: string, seen: string): NetworkError {
  return new NetworkError(`${peer} has another key than the pinned one`, {
    code: "pin-mismatch",
    operation: "connect",
    peer,
    hint: `its pin is ${seen}; if that is what you expect, pin that`,
  });
}
