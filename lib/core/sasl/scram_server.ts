import { hmacSha256, pbkdf2Sha256, sha256 } from "../../deps/node/hmac.ts";
import { sameSecretBytes } from "../credentials.ts";
import { fromBase64, toBase64 } from "./plain.ts";
import { parseScramFirst, parseScramLast, saslPrep, type ScramFirst } from "./scram_messages.ts";

/** Keys made of a password: one to verify what a client sends, the other to prove that the server knows it, too. */
export interface ScramKeys {
  /** StoredKey (RFC 5802 §3). */
  readonly stored: Uint8Array<ArrayBuffer>;
  /** ServerKey. */
  readonly server: Uint8Array<ArrayBuffer>;
}

/** Credentials of a user, as a server stores them. */
export interface ScramCredentials {
  /** Salt of the keys. */
  readonly salt: Uint8Array<ArrayBuffer>;
  /** Iterations of the keys. */
  readonly iterations: number;
  /** Keys; those of a user who does not exist are made up. */
  readonly keys: ScramKeys;
}

/** Returns the keys of a password salted by PBKDF2 (RFC 5802 §3). */
export function scramKeysOf(salted: Uint8Array): ScramKeys {
  return { stored: sha256(hmacSha256(salted, "Client Key")), server: hmacSha256(salted, "Server Key") };
}

/** Makes the keys of a password at once: it takes as long as the iterations take. */
export function makeScramKeys(password: string, salt: Uint8Array, iterations: number): ScramKeys {
  return scramKeysOf(pbkdf2Sha256(saslPrep(password), salt, iterations));
}

/** Outcome of an exchange: the user, with the last message of the server in Base64; that the proof is wrong; or that it is invalid. */
export type ScramProof =
  | { readonly kind: "good"; readonly user: string; readonly last: string }
  | { readonly kind: "wrong"; readonly user: string }
  | { readonly kind: "invalid" };

/** The server's side of one exchange of SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding. */
export class ScramExchange {
  readonly #credentialsOf: (user: string) => ScramCredentials;
  readonly #nonce: string;
  #first?: ScramFirst;
  #credentials?: ScramCredentials;
  #challenge = "";

  /** Begins an exchange; the nonce is random unless given. */
  constructor(
    credentialsOf: (user: string) => ScramCredentials,
    nonce = crypto.getRandomValues(new Uint8Array(18)).toBase64(),
  ) {
    this.#credentialsOf = credentialsOf;
    this.#nonce = nonce;
  }

  /** Returns the challenge after the first message of a client, both in Base64; undefined when that is invalid. */
  begin(first: string): string | undefined {
    this.#first = parseScramFirst(fromBase64(first) ?? "");
    if (!this.#first) return undefined;
    this.#credentials = this.#credentialsOf(this.#first.user);
    const { salt, iterations } = this.#credentials;
    this.#challenge = `r=${this.#first.nonce}${this.#nonce},s=${salt.toBase64()},i=${iterations}`;
    return toBase64(this.#challenge);
  }

  /** Verifies the last message of a client, in Base64. */
  finish(text: string): ScramProof {
    const [first, last] = [this.#first, parseScramLast(fromBase64(text) ?? "")];
    const keys = this.#credentials?.keys;
    if (!first || !keys || last?.header !== first.header || last.nonce !== `${first.nonce}${this.#nonce}`) {
      return { kind: "invalid" };
    }
    const signed = `${first.bare},${this.#challenge},${last.withoutProof}`;
    const signature = hmacSha256(keys.stored, signed);
    const clientKey = last.proof.map((byte, i) => byte ^ (signature[i] ?? 0));
    const { user } = first;
    if (!sameSecretBytes(sha256(clientKey), keys.stored)) return { kind: "wrong", user };
    return { kind: "good", user, last: toBase64(`v=${hmacSha256(keys.server, signed).toBase64()}`) };
  }
}
