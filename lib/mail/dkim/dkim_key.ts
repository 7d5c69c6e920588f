import { UsageError } from "../../core/mod.ts";
import { privateKeyOf } from "./codec/private_key.ts";

/** Shortest RSA key that receivers accept, in bits (RFC 8301 §3.2). */
const MIN_RSA_BITS = 1024;
const DOMAIN = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;
const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const ED25519 = { name: "Ed25519" };

/** A key that signs messages for a domain (RFC 6376 §3.1). */
export interface DkimKey {
  /** Domain that signs, in ASCII; that of the From field unless given. */
  readonly domain?: string;
  /** Name of the key below `_domainkey` of the domain. */
  readonly selector: string;
  /** Algorithm of the signature. */
  readonly algorithm: "rsa-sha256" | "ed25519-sha256";
  /** Returns the signature of a text. */
  sign(text: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

/**
 * Reads a key for DKIM: RSA from 1024 bits on, or Ed25519 (RFC 8463).
 *
 * @param pem Private key in PEM, PKCS#8 or PKCS#1, not encrypted.
 * @param selector Name of the key below `_domainkey` of the domain.
 * @param domain Domain that signs; that of the From field of each message unless given.
 * @returns The key.
 * @throws {UsageError} `invalid-dkim-key`, `invalid-domain`.
 * @example Sign a message
 * ```ts
 * import { buildMail, dkimKey, signMail } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const keys = await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
 * if (!("privateKey" in keys)) throw new TypeError("no key pair");
 * const der = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
 * const pem = `-----BEGIN PRIVATE KEY-----\n${der.toBase64()}\n-----END PRIVATE KEY-----\n`;
 * const key = await dkimKey(pem, "mail", "example.com");
 * const signed = await signMail(await buildMail({ from: "ada@example.com", to: "bob@example.com", text: "hello" }), [key]);
 * const [first] = await Array.fromAsync(signed.chunks());
 * assertEquals(new TextDecoder().decode(first).startsWith("DKIM-Signature: v=1; a=ed25519-sha256;"), true);
 * ```
 */
export async function dkimKey(pem: string, selector: string, domain?: string): Promise<DkimKey> {
  for (const [what, name] of [["selector", selector], ["domain", domain]] as const) {
    if (name === undefined || (name.length <= 253 && DOMAIN.test(name))) continue;
    throw new UsageError(`invalid DKIM ${what} "${name.slice(0, 60)}": use a domain name in ASCII`, {
      code: "invalid-domain",
    });
  }
  const der = privateKeyOf(pem);
  const hint = "create one with: openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048";
  if (!der) {
    throw new UsageError("the DKIM key is not a private key in PEM, or is encrypted", {
      code: "invalid-dkim-key",
      hint,
    });
  }
  const at = { domain: domain?.toLowerCase(), selector };
  const rsa = await importKey(der, RSA);
  if (rsa) {
    const bits = "modulusLength" in rsa.algorithm ? Number(rsa.algorithm.modulusLength) : 0;
    if (bits < MIN_RSA_BITS) {
      throw new UsageError(`the DKIM key has ${bits} bits: receivers require ${MIN_RSA_BITS}`, {
        code: "invalid-dkim-key",
        hint,
      });
    }
    return {
      ...at,
      algorithm: "rsa-sha256",
      sign: async (text) => new Uint8Array(await crypto.subtle.sign(RSA.name, rsa, text)),
    };
  }
  const edwards = await importKey(der, ED25519);
  if (!edwards) throw new UsageError("the DKIM key is neither RSA nor Ed25519", { code: "invalid-dkim-key", hint });
  return {
    ...at,
    algorithm: "ed25519-sha256",
    // The digest is what is signed (RFC 8463 §3).
    sign: async (text) =>
      new Uint8Array(await crypto.subtle.sign(ED25519, edwards, await crypto.subtle.digest("SHA-256", text))),
  };
}

async function importKey(
  der: Uint8Array<ArrayBuffer>,
  algorithm: typeof RSA | typeof ED25519,
): Promise<CryptoKey | undefined> {
  try {
    return await crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
  } catch {
    return undefined;
  }
}
