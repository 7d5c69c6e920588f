import { UsageError } from "../../core/errors/errors.ts";
import { fromBase64, type SentCredentials, toBase64 } from "../../core/sasl/plain.ts";

/** Mechanisms of AUTH that clients know here, the one to prefer first. */
export const AUTH_MECHANISMS = ["OAUTHBEARER", "XOAUTH2", "SCRAM-SHA-256", "CRAM-MD5", "PLAIN", "LOGIN"] as const;

/** Mechanism of a client. */
export type AuthMechanism = (typeof AUTH_MECHANISMS)[number];

/** Mechanisms of a sink, the one to prefer first. One that accepts all passwords cannot prove that it knows them, and offers no SCRAM. */
export const SINK_MECHANISMS = [
  "XOAUTH2",
  "SCRAM-SHA-256",
  "CRAM-MD5",
  "PLAIN",
  "LOGIN",
] as const satisfies readonly AuthMechanism[];

/** Mechanism of a sink. */
export type SinkMechanism = (typeof SINK_MECHANISMS)[number];

/** The message of XOAUTH2, as Google and Microsoft describe it. */
export function xoauth2Message(user: string, token: string): string {
  // deno-lint-ignore no-control-regex -- ^A stands between the fields
  if (/[\x00-\x1f\x7f]/.test(user + token)) throw new UsageError("a user or token has a control character");
  return toBase64(`user=${user}\x01auth=Bearer ${token}\x01\x01`);
}

/**
 * Returns the message of OAUTHBEARER (RFC 7628 §3.1).
 *
 * @throws {UsageError} When the user or the token has a control character.
 */
export function oauthBearerMessage(
  user: string,
  token: string,
  { host, port }: { host: string; port: number },
): string {
  // deno-lint-ignore no-control-regex -- ^A stands between the fields
  if (/[\x00-\x1f\x7f]/.test(user + token)) throw new UsageError("a user or token has a control character");
  const name = user.replaceAll("=", "=3D").replaceAll(",", "=2C");
  return toBase64(`n,a=${name},\x01host=${host}\x01port=${port}\x01auth=Bearer ${token}\x01\x01`);
}

/** The answer of CRAM-MD5 (RFC 2195) from the digest of the challenge, in hex. */
export function cramMd5Message(user: string, digest: string): string {
  noNul(user);
  return toBase64(`${user} ${digest}`);
}

/** Parses an XOAUTH2 message; undefined when it is invalid. */
export function parseXoauth2(base64: string): SentCredentials | undefined {
  // deno-lint-ignore no-control-regex -- ^A stands between the fields
  const [, user, secret] = /^user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01\x01$/.exec(fromBase64(base64) ?? "") ?? [];
  return user !== undefined && secret !== undefined ? { user, secret } : undefined;
}

/** Parses a CRAM-MD5 response (RFC 2195): the user, and the digest as its secret; undefined when it is invalid. */
export function parseCramMd5(base64: string): SentCredentials | undefined {
  const [, user, secret] = /^(.+) ([0-9a-f]{32})$/s.exec(fromBase64(base64) ?? "") ?? [];
  return user !== undefined && secret !== undefined ? { user, secret } : undefined;
}

function noNul(...texts: readonly string[]): void {
  if (texts.some((text) => text.includes("\0"))) throw new UsageError("a user or password has a NUL in it");
}
