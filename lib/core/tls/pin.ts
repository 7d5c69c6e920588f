import { type CertificateFacts, certificateFacts, pem } from "../certificate.ts";
import { raceSignal } from "../deadline.ts";
import type { Security, Transport } from "../dial/connection.ts";
import { NetworkError } from "../errors.ts";
import { nodeTls, type NodeTlsConnection, type NodeTlsOptions } from "./node_client.ts";

/** How {@link pinnedTls} connects. */
export interface PinOptions extends Pick<NodeTlsOptions, "serverName" | "alpn" | "signal"> {
  /** The pin of the server's key. */
  readonly pin: string;
  /** Opens a connection to the server; it is called twice. */
  readonly open: () => Promise<Deno.TcpConn>;
  /** Who the server is, for errors. */
  readonly peer: string;
}

/** A transport whose peer has proved itself. */
export interface Secured {
  /** Carries the bytes. */
  readonly transport: Transport;
  /** What was proved, and how. */
  readonly security: Security;
}

/**
 * Connects to a server that has the pinned key, whatever authority and name its certificate has.
 *
 * Looking at a certificate proves nothing about who sent it: the runtime, told to take any, does not check on every
 * version that the server has its key. So a first connection only looks, sends nothing, and is closed when the pin does
 * not match. A second one then trusts just what was seen, so that the handshake itself proves the key, and nothing is
 * handed out before.
 */
export async function pinnedTls(options: PinOptions): Promise<Secured> {
  const seen = await look(options);
  if (seen.facts.pin !== options.pin) throw mismatch(options, seen.facts.pin);
  const own = ownName(seen.facts);
  return own === undefined ? await secondByFingerprint(options, seen) : await secondByName(options, seen, own);
}

/** What a server showed. */
interface Seen {
  readonly leaf: Uint8Array<ArrayBuffer>;
  readonly issuer: Uint8Array<ArrayBuffer>;
  readonly facts: CertificateFacts;
}

async function look(options: PinOptions): Promise<Seen> {
  const { serverName, alpn, signal } = options;
  const client = await nodeTls(await options.open(), { serverName, alpn, signal, trustAnything: true });
  try {
    const seen = shown(client);
    return { ...seen, facts: await certificateFacts(seen.leaf) };
  } finally {
    client.close();
  }
}

function shown(client: NodeTlsConnection): { leaf: Uint8Array<ArrayBuffer>; issuer: Uint8Array<ArrayBuffer> } {
  const certificate = client.socket.getPeerCertificate(true);
  if (!certificate?.raw) throw new NetworkError("the server showed no certificate", { code: "tls-bad-certificate" });
  const leaf = new Uint8Array(certificate.raw);
  return {
    leaf,
    issuer: certificate.issuerCertificate?.raw ? new Uint8Array(certificate.issuerCertificate.raw) : leaf,
  };
}

/** A name that only the server's own certificate can have: no authority issues one below `.invalid`. */
function ownName(facts: CertificateFacts): string | undefined {
  return facts.selfIssued && !facts.isAuthority
    ? facts.dnsNames.find((name) => name.endsWith(".invalid") && !name.includes("*"))
    : undefined;
}

/** For our own certificates: Deno's client, asked for the name that nobody else's certificate can have. */
async function secondByName(options: PinOptions, seen: Seen, own: string): Promise<Secured> {
  const { alpn, signal } = options;
  const conn = await options.open();
  const transport = await Deno.startTls(conn, {
    hostname: own,
    caCerts: [pem("CERTIFICATE", seen.leaf)],
    alpnProtocols: alpn && [...alpn],
  });
  try {
    const { alpnProtocol } = await raceSignal(transport.handshake(), signal);
    return { transport, security: { verified: "pin", alpn: alpnProtocol ?? undefined } };
  } catch (error) {
    transport.close();
    throw error;
  }
}

/**
 * For others': the authorities of the system stay trusted beside what was seen, so the certificate of this very connection
 * is compared once more, with the handshake having proved that the server has its key.
 */
async function secondByFingerprint(options: PinOptions, seen: Seen): Promise<Secured> {
  const { serverName, alpn, signal, pin } = options;
  const ca = [pem("CERTIFICATE", seen.issuer), pem("CERTIFICATE", seen.leaf)];
  const transport = await nodeTls(await options.open(), { serverName, alpn, signal, ca });
  const facts = await certificateFacts(shown(transport).leaf);
  if (!transport.socket.authorized || facts.pin !== pin) {
    transport.close();
    throw mismatch(options, facts.pin);
  }
  const { alpnProtocol } = transport.socket;
  return { transport, security: { verified: "pin", alpn: alpnProtocol || undefined } };
}

function mismatch(options: PinOptions, seen: string): NetworkError {
  return new NetworkError(`${options.peer} has another key than the pinned one`, {
    code: "pin-mismatch",
    operation: "connect",
    peer: options.peer,
    hint: `its pin is ${seen}; if that is what you expect, pin that`,
  });
}
