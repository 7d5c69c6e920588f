import { parseScramChallenge, saslPrep, scramFirst } from "./scram_messages.ts";

const HASH = "SHA-256";
/** Header without channel binding, as it stands in the last message of the client (RFC 5802 §7). */
const NO_BINDING = "n,,";

const encoder = new TextEncoder();

/** The exchange of SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding. */
export class Scram {
  /** First message of the client. */
  readonly first: string;
  readonly #bare: string;
  readonly #nonce: string;
  readonly #password: string;
  #serverSignature?: string;

  /** Begins an exchange; the nonce is random unless given. */
  constructor(user: string, password: string, nonce = crypto.getRandomValues(new Uint8Array(18)).toBase64()) {
    this.#nonce = nonce;
    this.#password = password;
    this.#bare = scramFirst(user, nonce);
    this.first = NO_BINDING + this.#bare;
  }

  /** Returns the answer to the challenge of the server; the reason why there is none as an error. */
  async answer(challenge: string): Promise<string | Error> {
    const parsed = parseScramChallenge(challenge, this.#nonce);
    if (typeof parsed === "string") return new Error(parsed);
    const { nonce, salt, iterations } = parsed;
    const salted = await saltedPassword(saslPrep(this.#password), salt, iterations);
    const clientKey = await hmac(salted, encoder.encode("Client Key"));
    const last = `c=${encoder.encode(NO_BINDING).toBase64()},r=${nonce}`;
    const signed = encoder.encode(`${this.#bare},${challenge},${last}`);
    const signature = await hmac(new Uint8Array(await crypto.subtle.digest(HASH, clientKey)), signed);
    const proof = clientKey.map((byte, i) => byte ^ (signature[i] ?? 0));
    this.#serverSignature = (await hmac(await hmac(salted, encoder.encode("Server Key")), signed)).toBase64();
    return `${last},p=${proof.toBase64()}`;
  }

  /** Returns whether the last message of the server proves that it knows the password, too. */
  proves(last: string): boolean {
    return this.#serverSignature !== undefined && last.split(",")[0] === `v=${this.#serverSignature}`;
  }
}

async function saltedPassword(password: string, salt: Uint8Array<ArrayBuffer>, iterations: number) {
  const key = await crypto.subtle.importKey("raw", encoder.encode(password), "PBKDF2", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: HASH, salt, iterations }, key, 256));
}

async function hmac(key: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: HASH }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, bytes));
}
