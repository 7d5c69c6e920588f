import { createSecureContext, createServer, type TLSSocket } from "../../../deps/node/tls.ts";
import { raceSignal } from "../../time/deadline.ts";
import type { Transport } from "../../dial/connection.ts";
import { peerChain } from "../certificate/chain.ts";
import type { CertificateFacts } from "../certificate/certificate.ts";
import { provableKey } from "../certificate/provable.ts";
import { isSamePem, readCertificates } from "../certificate/read_certificates.ts";
import { RawStream } from "../client/raw_stream.ts";
import { clientFault, clientRejected, handshakeFailure } from "./client_fault.ts";
import type { SecuredClient, ServerEngine } from "./server_engine.ts";
import type { ServerTls } from "./options.ts";
import { ServerTlsSocket } from "./server_socket.ts";

/** Maximum number of certificates whose sessions may be resumed. */
const MAX_REMEMBERED = 10_000;

/**
 * Server end of TLS that requires client certificates: by `node:tls` on a stream around the connection. It
 * requires one, and verifies the handshake signature (see `provable.ts`); whether the certificate itself is
 * acceptable is decided here, before anything is read or written.
 */
export class ClientVerifier implements ServerEngine {
  readonly #tls: ServerTls & { readonly clientCa: readonly string[] };
  readonly #alpn?: readonly string[];
  /** Digests of the certificates that were accepted in a full handshake, whose sessions may be resumed. */
  readonly #accepted: Set<string>;
  #authorities?: Promise<CertificateFacts[]>;

  /**
   * Creates a verifier from the server's certificate and the authorities. Verifiers that share `accepted` resume each other's
   * sessions.
   *
   * @throws {Error} The runtime's, when certificate or key are unusable.
   */
  constructor(
    tls: ServerTls & { readonly clientCa: readonly string[] },
    alpn?: readonly string[],
    accepted: Set<string> = new Set(),
  ) {
    this.#tls = tls;
    this.#accepted = accepted;
    this.#alpn = alpn;
    // Checks the pair as a listener does: node's server would only fail with the first client.
    Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: tls.cert, key: tls.key }).close();
    createSecureContext({ cert: tls.cert, key: tls.key });
  }

  /** Does the handshake, and verifies the client's certificate. Closes the connection when that fails, or the signal fires first. */
  async secure(conn: Transport, signal: AbortSignal, peer: string): Promise<SecuredClient> {
    const raw = new RawStream(conn);
    let transport: ServerTlsSocket | undefined;
    try {
      const shaking = this.#handshake(raw).catch((error) => Promise.reject(handshakeFailure(error, peer)));
      transport = await raceSignal(shaking, signal);
      raw.wanted = false;
      const found = await this.#find(transport.socket, peer);
      signal.throwIfAborted();
      return { transport, alpn: transport.socket.alpnProtocol || undefined, ...found };
    } catch (error) {
      transport?.socket.destroy();
      raw.destroy();
      throw error;
    }
  }

  /** Creates a `node:tls` server for each connection: its events do not identify the connection that failed. */
  #handshake(raw: RawStream): Promise<ServerTlsSocket> {
    const { cert, key, clientCa } = this.#tls;
    const { promise, resolve, reject } = Promise.withResolvers<ServerTlsSocket>();
    const server = createServer({
      ...{ cert, key, ca: [...clientCa], requestCert: true, rejectUnauthorized: false, allowHalfOpen: true },
      ALPNProtocols: this.#alpn && [...this.#alpn],
    });
    server.once("secureConnection", (socket) => resolve(new ServerTlsSocket(socket, raw)));
    server.once("tlsClientError", reject);
    raw.once("close", () => reject(new Deno.errors.ConnectionReset("Connection reset by peer")));
    server.emit("connection", raw);
    return promise;
  }

  /** Returns the certificate of a client; nothing where it is optional and cannot be relied on. */
  async #find(socket: TLSSocket, peer: string): Promise<Pick<SecuredClient, "certificate" | "fingerprint">> {
    const [leaf] = peerChain(socket);
    if (this.#tls.clientCertificates !== "optional") {
      const { summary } = await this.#verify(socket, peer);
      return { certificate: summary, fingerprint: leaf && await digestOf(leaf) };
    }
    // The handshake has verified the signature for such certificates only (see `provable.ts`).
    return leaf && provableKey(leaf) ? { fingerprint: await digestOf(leaf) } : {};
  }

  async #verify(socket: TLSSocket, peer: string): Promise<CertificateFacts> {
    const { clientCa } = this.#tls;
    const [leaf, ...issuers] = peerChain(socket);
    // The runtime completes the chain with trusted certificates, which were not presented.
    const presented = issuers.filter((der) => !clientCa.some((pem) => isSamePem(pem, der)));
    const facts = leaf ? await readCertificates([leaf, ...presented]) : [];
    // The runtime resumes sessions of all servers of the process, without checking the authorities of this one.
    const digest = leaf && await digestOf(leaf);
    const known = digest !== undefined && this.#accepted.has(digest);
    const fault = clientFault(leaf, facts, {
      authorized: socket.isSessionReused() ? known : socket.authorized,
      very: leaf !== undefined && clientCa.some((pem) => isSamePem(pem, leaf)),
      authorities: await (this.#authorities ??= readCertificates(clientCa)),
    });
    const [own] = facts;
    if (fault || !leaf || !own) {
      throw clientRejected(peer, fault ?? { code: "tls-bad-certificate", text: "it cannot be read" }, facts);
    }
    if (digest !== undefined) this.#remember(digest);
    return own;
  }

  #remember(digest: string): void {
    this.#accepted.delete(digest);
    this.#accepted.add(digest);
    if (this.#accepted.size <= MAX_REMEMBERED) return;
    for (const oldest of this.#accepted) return void this.#accepted.delete(oldest);
  }

  /** Does nothing: there is no listener. */
  [Symbol.dispose](): void {}
}

/** Returns the SHA-256 of a certificate in hex. */
async function digestOf(der: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", der)).toHex();
}
