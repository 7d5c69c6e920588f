import { RelaxedBody } from "../../lib/mail/dkim/codec/relaxed_body.ts";
import { SimpleBody } from "../../lib/mail/dkim/codec/simple_body.ts";
import { rawFields, signedText } from "../../lib/mail/dkim/codec/signed_header.ts";

const encoder = new TextEncoder();
const octets = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** Signs messages of `example.com` with any tags, also those that no signer would write. */
export class DkimSigner {
  /** Key record. */
  readonly record: string;
  /** Key record with the bare key of RFC 6376. */
  readonly bareRecord: string;
  readonly #key: CryptoKey;
  readonly #name: "RSA" | "Ed25519";

  private constructor(key: CryptoKey, name: "RSA" | "Ed25519", spki: Uint8Array, raw: Uint8Array) {
    this.#key = key;
    this.#name = name;
    const head = `v=DKIM1; k=${name.toLowerCase()}; p=`;
    this.record = head + (name === "RSA" ? spki : raw).toBase64();
    this.bareRecord = head + raw.toBase64();
  }

  /** Creates a key. */
  static async create(kind: { name: "Ed25519" } | { name: "RSA"; bits: number }): Promise<DkimSigner> {
    const algorithm = kind.name === "Ed25519" ? kind : {
      ...{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
      ...{ modulusLength: kind.bits, publicExponent: Uint8Array.of(1, 0, 1) },
    };
    const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    if (!("privateKey" in keys)) throw new TypeError("no key pair");
    const spki = new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey));
    // The key is a bit string: of Ed25519 behind 12 bytes, of RSA (up to 1024 bits) behind 22 or 19.
    const at = kind.name === "Ed25519" ? 12 : spki.indexOf(0x30, 18);
    return new DkimSigner(keys.privateKey, kind.name, spki, spki.slice(at));
  }

  /** Returns the message with a signature on top, for which these tags are added. */
  async sign(message: string, tags: string): Promise<string> {
    const [header = "", body = ""] = message.split(/\r\n\r\n(.*)/s);
    const [forHeader, forBody = "simple"] = (/c=([a-z/]+)/.exec(tags)?.[1] ?? "simple").split("/");
    const canonical = forBody === "relaxed" ? new RelaxedBody() : new SimpleBody();
    const bytes = Uint8Array.from([...canonical.push(encoder.encode(body)), ...canonical.end()]);
    const length = Number(/l=(\d+)/.exec(tags)?.[1] ?? Infinity);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.slice(0, Math.min(length, bytes.length))));
    const unsigned = `DKIM-Signature: v=1; a=${this.#name.toLowerCase()}-sha256; d=example.com; s=s; ${tags}` +
      ` h=from:subject; bh=${hash.toBase64()}; b=`;
    const relaxed = forHeader === "relaxed" ? "relaxed" : "simple";
    const text = octets(signedText(rawFields(header), ["from", "subject"], unsigned, relaxed));
    const signature = this.#name === "RSA"
      ? await crypto.subtle.sign("RSASSA-PKCS1-v1_5", this.#key, text)
      : await crypto.subtle.sign("Ed25519", this.#key, await crypto.subtle.digest("SHA-256", text));
    return `${unsigned}${new Uint8Array(signature).toBase64()}\r\n${message}`;
  }
}
