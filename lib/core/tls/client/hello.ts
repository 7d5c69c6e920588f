import type { ByteReader } from "../../bytes/byte_reader.ts";
import { NetworkError } from "../../errors/errors.ts";
import { concat } from "../../../deps/std/bytes.ts";
import { extension, join, vector, words } from "./message_bytes.ts";

const ALERT = 21;
const HANDSHAKE = 22;
const CERTIFICATE = 11;
const CERTIFICATE_REQUEST = 13;
const SERVER_HELLO_DONE = 14;
const RECORD_LIMIT = (1 << 14) + 2048;
const HANDSHAKE_LIMIT = 1 << 18;

/** ECDHE and RSA cipher suites of TLS 1.2: one fits any key of a server. The handshake ends before any is used. */
const SUITES = [
  0xc02b,
  0xc02c,
  0xcca9,
  0xc02f,
  0xc030,
  0xcca8,
  0xc009,
  0xc00a,
  0xc013,
  0xc014,
  0x009c,
  0x009d,
  0x002f,
  0x0035,
];
const GROUPS = [0x001d, 0x0017, 0x0018, 0x0019];
const SIGNATURES = [0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601];

/**
 * Returns the first message of a TLS 1.2 handshake (RFC 5246 §7.4.1.2), as a record. It offers nothing newer, since that is the
 * last version in which the server sends its certificate unencrypted.
 */
export function clientHello(serverName?: string): Uint8Array<ArrayBuffer> {
  const extensions = [
    ...(serverName === undefined
      ? []
      : [extension(0, vector(2, [0], vector(2, new TextEncoder().encode(serverName))))]),
    extension(10, vector(2, words(GROUPS))),
    extension(11, vector(1, [0])),
    extension(13, vector(2, words(SIGNATURES))),
    extension(23),
    extension(0xff01, [0]),
  ];
  const body = join(
    [3, 3],
    crypto.getRandomValues(new Uint8Array(32)),
    [0],
    vector(2, words(SUITES)),
    vector(1, [0]),
    vector(2, ...extensions),
  );
  return join([HANDSHAKE, 3, 1], vector(2, [1], vector(3, body)));
}

/** First flight of a server, before the handshake is encrypted (RFC 5246 §7.3). */
export interface ServerFlight {
  /** Its certificates (DER, its own first), unverified. */
  readonly certificates: readonly Uint8Array<ArrayBuffer>[];
  /** Whether it requests a client certificate. */
  readonly wantsCertificate: boolean;
}

/**
 * Reads a server's answer up to the end of its first flight, unverified.
 *
 * @throws {NetworkError} `tls-not-spoken`, `tls-alert`, or when a limit is exceeded.
 */
export async function readServerFlight(reader: ByteReader, peer: string): Promise<ServerFlight> {
  let held: Uint8Array<ArrayBuffer> = new Uint8Array();
  while (held.length < HANDSHAKE_LIMIT) {
    const [kind = 0, major, , high = 0, low = 0] = await exactly(reader, 5, peer);
    const length = high << 8 | low;
    if ((kind !== HANDSHAKE && kind !== ALERT) || major !== 3 || length > RECORD_LIMIT) {
      throw failed(peer, "tls-not-spoken", "does not speak TLS");
    }
    const fragment = await exactly(reader, length, peer);
    if (kind === ALERT) throw failed(peer, "tls-alert", `rejected the handshake (alert ${fragment[1] ?? 0})`);
    held = concat([held, fragment]);
    const flight = findFlight(held, peer);
    if (flight) return flight;
  }
  throw failed(peer, "tls-bad-certificate", `sent a handshake of more than ${HANDSHAKE_LIMIT} bytes`);
}

/** Parses the complete handshake messages; undefined while the flight is incomplete. */
function findFlight(bytes: Uint8Array<ArrayBuffer>, peer: string): ServerFlight | undefined {
  let certificates: readonly Uint8Array<ArrayBuffer>[] = [];
  let wantsCertificate = false;
  let at = 0;
  while (at + 4 <= bytes.length) {
    const end = at + 4 + number24(bytes, at + 1);
    if (end > bytes.length) return undefined;
    if (bytes[at] === CERTIFICATE) certificates = certificateList(bytes.slice(at + 4, end), peer);
    if (bytes[at] === CERTIFICATE_REQUEST) wantsCertificate = true;
    if (bytes[at] === SERVER_HELLO_DONE) {
      if (certificates.length === 0) throw failed(peer, "tls-bad-certificate", "presented no certificate");
      return { certificates, wantsCertificate };
    }
    at = end;
  }
  return undefined;
}

function certificateList(message: Uint8Array<ArrayBuffer>, peer: string): Uint8Array<ArrayBuffer>[] {
  const list: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 3; at + 3 <= message.length;) {
    const end = at + 3 + number24(message, at);
    if (end > message.length) throw failed(peer, "tls-bad-certificate", "sent an incomplete certificate");
    list.push(message.slice(at + 3, end));
    at = end;
  }
  if (list.length === 0) throw failed(peer, "tls-bad-certificate", "presented no certificate");
  return list;
}

async function exactly(reader: ByteReader, size: number, peer: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await reader.readExactly(size);
  if (!bytes) throw failed(peer, "connection-cut", "closed the connection during the TLS handshake");
  return bytes;
}

function failed(peer: string, code: string, what: string): NetworkError {
  return new NetworkError(`${peer} ${what}`, { code, operation: "handshake", peer });
}

function number24(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) << 16 | (bytes[at + 1] ?? 0) << 8 | (bytes[at + 2] ?? 0);
}
