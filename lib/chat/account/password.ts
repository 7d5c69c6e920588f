import { sameSecretBytes } from "../../core/mod.ts";
import { type ScramCredentials, scramKeysOf } from "../../core/sasl/scram_server.ts";
import { saslPrep } from "../../core/sasl/scram_messages.ts";
import { type ScryptCost, scryptKey } from "../../deps/node/scrypt.ts";

/** Cost of a password's keys. */
export interface PasswordCost {
  /** Parameters of scrypt. */
  readonly scrypt: ScryptCost;
  /** Iterations of PBKDF2 for SCRAM. */
  readonly iterations: number;
}

/**
 * Cost of new passwords. scrypt takes 32 MiB and about 0.1 s of a processor (the parameters that its author recommends
 * for logins, doubled twice): a memory-hard function, so that hardware for guessing gains little, from the runtime
 * itself, off the main thread; argon2 would be a package of WebAssembly that blocks it. The hash names its parameters:
 * they can be raised later.
 *
 * The keys for SCRAM are a second way to guess from a stolen file, by PBKDF2, which needs no memory. Its iterations
 * are those that OWASP recommends for PBKDF2 alone; a client computes them at each login.
 */
export const PASSWORD_COST: PasswordCost = {
  scrypt: { log2N: 15, blockSize: 8, parallelization: 1 },
  iterations: 600_000,
};

/** Highest parameters of a stored hash that are computed: 128 MiB. */
const MAX_MEMORY = 2 ** 17 * 8;

/** Hashes of a password, as they are stored. */
export interface StoredPassword {
  /** PHC string of scrypt. */
  readonly password: string;
  /** Keys for SCRAM (RFC 5803). */
  readonly scram: string;
}

/** Makes the hashes of a password. */
export async function hashPassword(password: string, cost: PasswordCost = PASSWORD_COST): Promise<StoredPassword> {
  const prepared = saslPrep(password);
  const { scrypt: { log2N, blockSize, parallelization }, iterations } = cost;
  const [salt, scramSalt] = [0, 1].map(() => crypto.getRandomValues(new Uint8Array(16)));
  if (!salt || !scramSalt) throw new Error("unreachable");
  const hash = await scryptKey(prepared, salt, cost.scrypt);
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(prepared), "PBKDF2", false, ["deriveBits"]);
  const params = { name: "PBKDF2", hash: "SHA-256", salt: scramSalt, iterations };
  const keys = scramKeysOf(new Uint8Array(await crypto.subtle.deriveBits(params, key, 256)));
  return {
    password: `$scrypt$ln=${log2N},r=${blockSize},p=${parallelization}$${unpadded(salt)}$${unpadded(hash)}`,
    scram: `SCRAM-SHA-256$${iterations}:${scramSalt.toBase64()}$${keys.stored.toBase64()}:${keys.server.toBase64()}`,
  };
}

/** Returns whether a password is that of a stored hash; false for a hash that is damaged. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [, ln = "", r = "", p = "", salt = "", hash = ""] =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored) ?? [];
  const cost: ScryptCost = { log2N: Number(ln), blockSize: Number(r), parallelization: Number(p) };
  const valid = cost.log2N > 0 && cost.blockSize > 0 && cost.parallelization > 0;
  if (!valid || 2 ** cost.log2N * cost.blockSize > MAX_MEMORY) return false;
  const given = await scryptKey(saslPrep(password), Uint8Array.fromBase64(salt), cost);
  return sameSecretBytes(given, Uint8Array.fromBase64(hash));
}

/** Parses stored keys for SCRAM; undefined when they are damaged. */
export function readScram(stored: string | undefined): ScramCredentials | undefined {
  const [, count = "", salt = "", storedKey = "", server = ""] =
    /^SCRAM-SHA-256\$(\d{1,9}):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/.exec(stored ?? "") ?? [];
  if (count === "") return undefined;
  const keys = { stored: Uint8Array.fromBase64(storedKey), server: Uint8Array.fromBase64(server) };
  return { iterations: Number(count), salt: Uint8Array.fromBase64(salt), keys };
}

function unpadded(bytes: Uint8Array): string {
  return bytes.toBase64({ omitPadding: true });
}
