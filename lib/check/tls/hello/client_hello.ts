import { extension, join, vector, words } from "../../../core/tls/client/message_bytes.ts";
import { SUITES_1_2, SUITES_1_3, TLS_VERSIONS, type TlsVersionName } from "./names.ts";

/** Contents of a hello. */
export interface HelloOptions {
  /** The only version that it offers beside older ones: TLS 1.3 alone, or this one and what is before it. */
  readonly version: TlsVersionName;
  /** Server name (SNI); none for an address. */
  readonly serverName?: string;
  /** Application protocols (RFC 7301). */
  readonly alpn?: readonly string[];
  /** Random bytes: 32 of the hello, then 32 of the key share. */
  readonly random: Uint8Array;
}

const X25519 = 0x001d;
const GROUPS = [X25519, 0x0017, 0x0018, 0x0019];
/** ECDSA, Ed25519, RSA-PSS and RSA with SHA-2; SHA-1 last, which servers of old versions sign with. */
const SIGNATURES = [0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201];

/**
 * Returns the first message of a handshake (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2) as a record. The handshake is never
 * completed: it shows what a server answers to a client of this version. Before TLS 1.3, the hello asks for a stapled OCSP
 * response (RFC 6066 §8) and for a session ticket (RFC 5077), which the server answers unencrypted.
 */
export function clientHello({ version, serverName, alpn, random }: HelloOptions): Uint8Array<ArrayBuffer> {
  const modern = version === "TLS 1.3";
  const offered = Math.min(TLS_VERSIONS[version], TLS_VERSIONS["TLS 1.2"]);
  const suites = (modern ? SUITES_1_3 : SUITES_1_2).map(([suite]) => suite);
  const extensions = [
    ...(serverName === undefined ? [] : [extension(0, vector(2, [0], vector(2, octets(serverName))))]),
    extension(10, vector(2, words(GROUPS))),
    ...(offered < TLS_VERSIONS["TLS 1.2"] ? [] : [extension(13, vector(2, words(SIGNATURES)))]),
    ...(alpn === undefined ? [] : [extension(16, vector(2, ...alpn.map((name) => vector(1, octets(name)))))]),
    ...(modern
      ? [
        extension(43, vector(1, words([TLS_VERSIONS["TLS 1.3"]]))),
        extension(51, vector(2, words([X25519]), vector(2, random.subarray(32, 64)))),
      ]
      : [
        extension(5, [1, 0, 0, 0, 0]),
        extension(11, vector(1, [0])),
        extension(23),
        extension(35),
        extension(0xff01, [0]),
      ]),
  ];
  const body = join(
    words([offered]),
    random.subarray(0, 32),
    [0],
    vector(2, words(suites)),
    vector(1, [0]),
    vector(2, ...extensions),
  );
  return join([22], words([Math.min(offered, TLS_VERSIONS["TLS 1.0"])]), vector(2, [1], vector(3, body)));
}

function octets(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
