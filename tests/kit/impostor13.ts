import { ByteReader, concat } from "../../lib/core/mod.ts";
import { derSignature, message, type Reaction, readRecord } from "./impostor.ts";

/**
 * Runs the server side of a TLS 1.3 handshake (RFC 8446) with a certificate and a given key: that of the certificate,
 * or another one. It stops when the client has sent Finished or an alert.
 */
export async function handshake13(conn: Deno.Conn, der: Uint8Array, key: CryptoKey): Promise<Reaction> {
  const reader = new ByteReader(conn, "client");
  const { body: clientHello } = await readRecord(reader);
  const client = readClientHello(clientHello);
  const own = await crypto.subtle.generateKey({ name: "X25519" }, true, ["deriveBits"]);
  if (!("privateKey" in own)) throw new Error("no key pair");
  const serverHello = message(
    2,
    [3, 3],
    crypto.getRandomValues(new Uint8Array(32)),
    [client.session.length],
    client.session,
    // TLS_AES_128_GCM_SHA256; supported_versions: 1.3; key_share: x25519.
    [0x13, 0x01, 0, 0, 46, 0, 43, 0, 2, 3, 4, 0, 51, 0, 36, 0, 0x1d, 0, 32],
    new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey)),
  );
  await conn.write(concat([Uint8Array.of(22, 3, 3, serverHello.length >> 8, serverHello.length & 255), serverHello]));

  const peer = await crypto.subtle.importKey("raw", client.share, { name: "X25519" }, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "X25519", public: peer }, own.privateKey, 256);
  const early = await hmac(new Uint8Array(32), new Uint8Array(32));
  const secret = await hmac(await derive(early, "derived", await sha256()), new Uint8Array(shared));
  const hello = await sha256(clientHello, serverHello);
  const [ours, theirs] = await Promise.all(["s hs traffic", "c hs traffic"].map((name) => derive(secret, name, hello)));
  if (!ours || !theirs) throw new Error("no secrets");

  const extensions = message(8, [0, 0]);
  const size = [der.length >> 16 & 255, der.length >> 8 & 255, der.length & 255];
  const entry = der.length + 5;
  const certificate = message(11, [0, entry >> 16 & 255, entry >> 8 & 255, entry & 255], size, der, [0, 0]);
  const context = new TextEncoder().encode(`${" ".repeat(64)}TLS 1.3, server CertificateVerify\0`);
  const signed = concat([context, await sha256(clientHello, serverHello, extensions, certificate)]);
  const signature = derSignature(
    new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, signed)),
  );
  const verify = message(15, [4, 3, signature.length >> 8, signature.length & 255], signature);
  const transcript = await sha256(clientHello, serverHello, extensions, certificate, verify);
  const finished = message(20, await hmac(await derive(ours, "finished", new Uint8Array(), 32), transcript));
  const flight = concat([extensions, certificate, verify, finished, Uint8Array.of(22)]);
  const header = Uint8Array.of(23, 3, 3, (flight.length + 16) >> 8, (flight.length + 16) & 255);
  await conn.write(concat([header, await crypt("encrypt", ours, header, flight)]));
  return await reactionOf(reader, theirs);
}

/** The Finished message of the client, or an alert; both are encrypted. */
async function reactionOf(reader: ByteReader, secret: Uint8Array<ArrayBuffer>): Promise<Reaction> {
  while (true) {
    const { type, body, header } = await readRecord(reader);
    if (type === 20) continue;
    if (type !== 23) return "refused";
    const plain = await crypt("decrypt", secret, header, body);
    return plain.at(-1) === 22 && plain[0] === 20 ? "went on" : "refused";
  }
}

function readClientHello(hello: Uint8Array<ArrayBuffer>): { session: Uint8Array; share: Uint8Array<ArrayBuffer> } {
  const word = (at: number) => (hello[at] ?? 0) << 8 | (hello[at + 1] ?? 0);
  // Message header 4, version 2, random 32.
  const session = hello.slice(39, 39 + (hello[38] ?? 0));
  let at = 39 + session.length;
  at += 2 + word(at);
  at += 1 + (hello[at] ?? 0);
  for (at += 2; at < hello.length; at += 4 + word(at + 2)) {
    if (word(at) !== 51) continue;
    for (let share = at + 6; share < at + 4 + word(at + 2); share += 4 + word(share + 2)) {
      if (word(share) === 0x1d) return { session, share: hello.slice(share + 4, share + 36) };
    }
  }
  throw new Error("the client offers no X25519 key share");
}

/** AES-128-GCM with the first key of a traffic secret (RFC 8446 §5.2 and §7.3): its nonce is the plain IV. */
async function crypt(
  what: "encrypt" | "decrypt",
  secret: Uint8Array<ArrayBuffer>,
  additionalData: Uint8Array<ArrayBuffer>,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const raw = await derive(secret, "key", new Uint8Array(), 16);
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, [what]);
  const iv = await derive(secret, "iv", new Uint8Array(), 12);
  return new Uint8Array(await crypto.subtle[what]({ name: "AES-GCM", iv, additionalData }, key, bytes));
}

/** HKDF-Expand-Label of at most 32 bytes (RFC 8446 §7.1). */
async function derive(secret: Uint8Array<ArrayBuffer>, label: string, context: Uint8Array, length = 32) {
  const name = new TextEncoder().encode(`tls13 ${label}`);
  const info = concat([Uint8Array.of(0, length, name.length), name, Uint8Array.of(context.length), context]);
  return (await hmac(secret, concat([info, Uint8Array.of(1)]))).slice(0, length);
}

async function hmac(key: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, bytes));
}

async function sha256(...pieces: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", concat(pieces)));
}
