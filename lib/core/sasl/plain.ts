import { UsageError } from "../errors/errors.ts";

const encoder = new TextEncoder();

/** Returns text as UTF-8 in Base64, which SASL exchanges carry in most protocols. */
export function toBase64(text: string): string {
  return encoder.encode(text).toBase64();
}

/** Decodes Base64 as UTF-8 text; undefined when either is invalid. */
export function fromBase64(base64: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.fromBase64(base64));
  } catch {
    return undefined;
  }
}

/** Credentials that a client sent. */
export interface SentCredentials {
  /** User to act for, if the client named one. */
  readonly as?: string;
  /** User. */
  readonly user: string;
  /** Password, or token. */
  readonly secret: string;
}

/**
 * Returns the message of PLAIN (RFC 4616) in Base64.
 *
 * @throws {UsageError} When the user or the password has a NUL.
 */
export function plainMessage(user: string, password: string): string {
  if (`${user}${password}`.includes("\0")) throw new UsageError("a user or password has a NUL in it");
  return toBase64(`\0${user}\0${password}`);
}

/** Parses a PLAIN message (RFC 4616) in Base64; undefined when it is invalid. */
export function parsePlain(base64: string): SentCredentials | undefined {
  const parts = fromBase64(base64)?.split("\0");
  const [as, user, secret] = parts ?? [];
  if (parts?.length !== 3 || user === undefined || secret === undefined) return undefined;
  return { user, secret, ...(as ? { as } : {}) };
}
