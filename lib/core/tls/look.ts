import { ByteReader } from "../byte_reader.ts";
import { pem } from "../certificate.ts";
import { raceSignal } from "../deadline.ts";
import { closeQuietly } from "../dial/connection.ts";
import { NetworkError } from "../errors.ts";
import { writeAll } from "../writer.ts";
import { clientHello, readCertificates } from "./hello.ts";
import { nodeTls, type NodeTlsConnection } from "./node_client.ts";

/** What a server showed, unproved. */
export interface Seen {
  /** Its own certificate, DER. */
  readonly leaf: Uint8Array<ArrayBuffer>;
  /** All that it sent, its own first, PEM. */
  readonly chain: readonly string[];
}

/** Whom to look at. */
export interface LookTarget {
  /** Opens a connection; it is called once or twice. */
  readonly open: () => Promise<Deno.TcpConn>;
  /** The name to ask for (SNI); none for an address. */
  readonly serverName?: string;
  /** Who it is, for errors. */
  readonly peer: string;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/**
 * Looks at a server's certificates on a connection of its own, which ends before the handshake does: the server has no
 * client in it and gets no data. A server that speaks nothing older than TLS 1.3 shows them only within a whole handshake.
 */
export async function look(target: LookTarget): Promise<Seen> {
  const conn = await target.open();
  try {
    await writeAll(conn, clientHello(target.serverName));
    const reader = new ByteReader(conn, target.peer);
    return seen(await raceSignal(readCertificates(reader, target.peer), target.signal));
  } catch (error) {
    target.signal.throwIfAborted();
    if (error instanceof NetworkError && error.code === "tls-alert") return await lookWithin(target);
    throw error;
  } finally {
    closeQuietly(conn);
  }
}

async function lookWithin({ open, serverName, signal }: LookTarget): Promise<Seen> {
  const client = await nodeTls(await open(), { serverName, signal, trustAnything: true });
  try {
    const issuer = client.socket.getPeerCertificate(true).issuerCertificate?.raw;
    return seen([shownBy(client), ...(issuer ? [new Uint8Array(issuer)] : [])]);
  } finally {
    client.close();
  }
}

/** The certificate of a connection: DER, or an error where the handshake failed. */
export function shownBy(client: NodeTlsConnection): Uint8Array<ArrayBuffer> {
  const raw = client.socket.getPeerCertificate(true)?.raw;
  if (raw) return new Uint8Array(raw);
  throw new NetworkError("the server could not prove that it has the key of its certificate", {
    code: "tls-unproved",
    operation: "handshake",
    hint: "if an authority has issued it, give that with --cacert as well",
  });
}

function seen(certificates: readonly Uint8Array<ArrayBuffer>[]): Seen {
  const [leaf = new Uint8Array()] = certificates;
  return { leaf, chain: certificates.map((der) => pem("CERTIFICATE", der)) };
}
