import { ByteReader } from "../../bytes/byte_reader.ts";
import { raceSignal } from "../../time/deadline.ts";
import { closeQuietly } from "../../dial/connection.ts";
import { NetworkError } from "../../errors/errors.ts";
import { writeAll } from "../../bytes/writer.ts";
import { peerChain } from "../certificate/chain.ts";
import { nodeTls as splicedNodeTls } from "./deno_2_7/node_tls.ts";
import { clientHello, readServerFlight, type ServerFlight } from "./hello.ts";
import { NODE_TLS_PROVES_KEYS, nodeTls } from "./node_client.ts";
import type { TlsTarget } from "./target.ts";

/**
 * Fetches a server's certificates on a connection of its own, which is closed before the handshake completes: the server has no
 * client and gets no data. The certificates are not verified. A server that supports nothing older than TLS 1.3
 * presents them only within a complete handshake.
 */
export async function fetchCertificates(target: TlsTarget): Promise<ServerFlight> {
  const conn = await target.open();
  try {
    return await target.handshake((signal) => raceSignal(fetchFlight(conn, target), signal));
  } catch (error) {
    if (error instanceof NetworkError && error.code === "tls-alert") return await fetchWithinHandshake(target);
    throw error;
  } finally {
    closeQuietly(conn);
  }
}

async function fetchFlight(conn: Deno.Conn, { sni, peer }: TlsTarget): Promise<ServerFlight> {
  await writeAll(conn, clientHello(sni));
  return await readServerFlight(new ByteReader(conn, peer), peer);
}

async function fetchWithinHandshake({ open, handshake, sni }: TlsTarget): Promise<ServerFlight> {
  const conn = await open();
  const client = await handshake((signal) =>
    NODE_TLS_PROVES_KEYS ? nodeTls(conn, { sni, signal }) : splicedNodeTls(conn, { sni, signal, trustAnything: true })
  );
  try {
    return { certificates: peerChain(client.socket), wantsCertificate: false };
  } finally {
    client.close();
  }
}
