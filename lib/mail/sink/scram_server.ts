import { hmacSha256, pbkdf2Sha256, sha256 } from "../../deps/node/hmac.ts";
import { fromBase64, toBase64 } from "../codec/auth.ts";
import { parseScramFirst, parseScramLast, saslPrep, type ScramFirst } from "../codec/scram.ts";

/** Fewest iterations that clients accept (RFC 7677 §4). */
const ITERATIONS = 4096;
/** Passwords whose keys are remembered. */
const MAX_KEYS = 100;

/** Returns the password of a user; undefined for users that do not exist. */
export type PasswordOf = (user: string) => string | undefined;

/** Keys made of a password: one to verify what a client sends, the other to prove that the server knows it, too. */
interface ScramKeys {
  readonly stored: Uint8Array;
  readonly server: Uint8Array;
}

/** Passwords of a server for SCRAM-SHA-256 (RFC 5802, RFC 7677). Their keys are made once, since that takes milliseconds. */
export class ScramPasswords {
  /** Salt of all passwords. */
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly #passwordOf: PasswordOf;
  readonly #keys = new Map<string, ScramKeys>();
  /** Password in place of that of a user who does not exist: what a client is told is the same. */
  readonly #unknownPassword = crypto.randomUUID();

  /** Begins with a random salt, unless one is given. */
  constructor(passwordOf: PasswordOf, salt = crypto.getRandomValues(new Uint8Array(16))) {
    this.#passwordOf = passwordOf;
    this.salt = salt;
  }

  /** Returns the password of a user, and the keys made of it. */
  find(user: string): { readonly password: string | undefined; readonly keys: ScramKeys } {
    const password = this.#passwordOf(user);
    return { password, keys: this.#keysOf(password ?? this.#unknownPassword) };
  }

  #keysOf(password: string): ScramKeys {
    const known = this.#keys.get(password);
    if (known) return known;
    const salted = pbkdf2Sha256(saslPrep(password), this.salt, ITERATIONS);
    const keys = { stored: sha256(hmacSha256(salted, "Client Key")), server: hmacSha256(salted, "Server Key") };
    if (this.#keys.size >= MAX_KEYS) this.#keys.clear();
    this.#keys.set(password, keys);
    return keys;
  }
}

/** Outcome of an exchange: the user with the password and the last message of the server in Base64, or that the proof is wrong or invalid. */
export type ScramOutcome =
  | { readonly kind: "good"; readonly user: string; readonly password: string; readonly last: string }
  | { readonly kind: "wrong"; readonly user: string }
  | { readonly kind: "invalid" };

/** The server's side of one exchange of SCRAM-SHA-256. */
export class ScramServer {
  readonly #passwords: ScramPasswords;
  readonly #nonce: string;
  #first?: ScramFirst;
  #challenge = "";

  /** Begins an exchange; the nonce is random unless given. */
  constructor(passwords: ScramPasswords, nonce = crypto.getRandomValues(new Uint8Array(18)).toBase64()) {
    this.#passwords = passwords;
    this.#nonce = nonce;
  }

  /** Returns the challenge after the first message of a client, both in Base64; undefined when that is invalid. */
  begin(first: string): string | undefined {
    this.#first = parseScramFirst(fromBase64(first) ?? "");
    if (!this.#first) return undefined;
    const salt = this.#passwords.salt.toBase64();
    this.#challenge = `r=${this.#first.nonce}${this.#nonce},s=${salt},i=${ITERATIONS}`;
    return toBase64(this.#challenge);
  }

  /** Judges the last message of a client, in Base64. */
  finish(text: string): ScramOutcome {
    const [first, last] = [this.#first, parseScramLast(fromBase64(text) ?? "")];
    if (!first || last?.header !== first.header || last.nonce !== `${first.nonce}${this.#nonce}`) {
      return { kind: "invalid" };
    }
    const { password, keys } = this.#passwords.find(first.user);
    const signed = `${first.bare},${this.#challenge},${last.withoutProof}`;
    const signature = hmacSha256(keys.stored, signed);
    const clientKey = last.proof.map((byte, i) => byte ^ (signature[i] ?? 0));
    const { user } = first;
    if (!sameBytes(sha256(clientKey), keys.stored) || password === undefined) return { kind: "wrong", user };
    return { kind: "good", user, password, last: toBase64(`v=${hmacSha256(keys.server, signed).toBase64()}`) };
  }
}

/** Compares without telling by the time it takes how much is right. */
function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.reduce((differ, byte, i) => differ | byte ^ (other[i] ?? 0), 0) === 0;
}
