import { makeScramKeys, ScramExchange, type ScramKeys } from "../../core/sasl/scram_server.ts";

/** Fewest iterations that clients accept (RFC 7677 §4). */
const ITERATIONS = 4096;
/** Passwords whose keys are remembered. */
const MAX_KEYS = 100;

/** Returns the password of a user; undefined for users that do not exist. */
export type PasswordOf = (user: string) => string | undefined;

/** Passwords of a server for SCRAM-SHA-256 (RFC 5802, RFC 7677). Their keys are made once, since that takes milliseconds. */
export class ScramPasswords {
  /** Salt of all passwords. */
  readonly salt: Uint8Array<ArrayBuffer>;
  /** Iterations of all keys. */
  readonly iterations = ITERATIONS;
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
    const keys = makeScramKeys(password, this.salt, ITERATIONS);
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
  readonly #exchange: ScramExchange;
  #password?: string;

  /** Begins an exchange; the nonce is random unless given. */
  constructor(passwords: ScramPasswords, nonce?: string) {
    const { salt, iterations } = passwords;
    this.#exchange = new ScramExchange((user) => {
      const { password, keys } = passwords.find(user);
      this.#password = password;
      return { salt, iterations, keys };
    }, nonce);
  }

  /** Returns the challenge after the first message of a client, both in Base64; undefined when that is invalid. */
  begin(first: string): string | undefined {
    return this.#exchange.begin(first);
  }

  /** Judges the last message of a client, in Base64. */
  finish(text: string): ScramOutcome {
    const proof = this.#exchange.finish(text);
    if (proof.kind !== "good") return proof;
    const password = this.#password;
    return password === undefined ? { kind: "wrong", user: proof.user } : { ...proof, password };
  }
}
