import { ByteReader, concat } from "../../lib/core/mod.ts";
import { handshake13 } from "./impostor13.ts";

/** Reaction of a client to the key exchange of a server; an alert and a plain close are both rejections. */
export type Reaction = "went on" | "refused";

/** The TLS versions that an impostor can speak. */
export const VERSIONS = ["1.2", "1.3"] as const;

/**
 * Starts a TLS server that presents a certificate and signs its key exchange with a given key: that of the certificate,
 * or another one. It records the reaction of each client, and stops there.
 */
export function impostor(
  certificateDer: Uint8Array,
  signingKey: CryptoKey,
  version: typeof VERSIONS[number] = "1.2",
): Impostor {
  const handshake = version === "1.2" ? handshake12 : handshake13;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const reactions: Reaction[] = [];
  const serve = async () => {
    for await (const conn of listener) {
      try {
        reactions.push(await handshake(conn, certificateDer, signingKey));
      } catch {
        reactions.push("refused");
      } finally {
        conn.close();
      }
    }
  };
  const served = serve();
  return {
    port: listener.addr.port,
    async reactions() {
      listener.close();
      await served;
      return reactions;
    },
  };
}

/** A running impostor. */
export interface Impostor {
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** Stops the server, and returns the reaction of each client in order. */
  reactions(): Promise<readonly Reaction[]>;
}

/**
 * Runs the server side of a TLS 1.2 handshake (RFC 5246, RFC 8422) up to the reaction of the client to the key
 * exchange.
 */
async function handshake12(conn: Deno.Conn, der: Uint8Array, key: CryptoKey): Promise<Reaction> {
  const reader = new ByteReader(conn, "client");
  const hello = await readRecord(reader);
  // Without the record header: handshake header 4, version 2, random 32.
  const clientRandom = hello.body.slice(6, 38);
  const serverRandom = crypto.getRandomValues(new Uint8Array(32));
  const ephemeral = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", ephemeral.publicKey));
  const params = concat([Uint8Array.of(3, 0, 23, point.length), point]);
  const raw = new Uint8Array(
    await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, concat([clientRandom, serverRandom, params])),
  );
  const signature = derSignature(raw);
  const messages = [
    // ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, with secure renegotiation and uncompressed points.
    message(2, [3, 3], serverRandom, [0, 0xc0, 0x2b, 0, 0, 11, 0xff, 1, 0, 1, 0, 0, 11, 0, 2, 1, 0]),
    message(11, length24(der.length + 3), length24(der.length), der),
    message(12, params, [4, 3, signature.length >> 8, signature.length & 255], signature),
    message(14),
  ];
  const flight = concat(messages);
  await conn.write(concat([Uint8Array.of(22, 3, 3, flight.length >> 8, flight.length & 255), flight]));
  const answer = await readRecord(reader);
  // A client that accepts the signature sends ClientKeyExchange, one that rejects it an alert.
  return answer.type === 22 && answer.body[0] === 16 ? "went on" : "refused";
}

/** A TLS record. */
export interface TlsRecord {
  /** Content type: 22 handshake, 21 alert, 23 encrypted data. */
  readonly type: number;
  /** Header: the first five bytes. */
  readonly header: Uint8Array<ArrayBuffer>;
  /** Content. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Reads a TLS record. */
export async function readRecord(reader: ByteReader): Promise<TlsRecord> {
  const header = await reader.readExactly(5);
  const body = await reader.readExactly(((header?.[3] ?? 0) << 8) | (header?.[4] ?? 0));
  if (!header || !body) throw new Error("no more");
  return { type: header[0] ?? 0, header, body };
}

/** Returns a handshake message: its type, its length in three bytes, and its content. */
export function message(type: number, ...parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const body = concat(parts.map((part) => Uint8Array.from(part)));
  return concat([Uint8Array.of(type, ...length24(body.length)), body]);
}

function length24(length: number): number[] {
  return [length >> 16 & 255, length >> 8 & 255, length & 255];
}

/** Encodes the two integers of an ECDSA signature as DER (RFC 3279 §2.2.3). */
export function derSignature(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const integer = (bytes: Uint8Array) => {
    const start = bytes.findIndex((byte) => byte !== 0);
    const digits = bytes.subarray(start);
    const value = (digits[0] ?? 0) > 127 ? Uint8Array.of(0, ...digits) : digits;
    return Uint8Array.of(2, value.length, ...value);
  };
  const both = concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
  return concat([Uint8Array.of(0x30, both.length), both]);
}
