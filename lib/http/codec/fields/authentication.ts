import { type Credentials, sameCredentials, sameSecret } from "../../../core/credentials.ts";
import { UsageError } from "../../../core/errors/errors.ts";

export { type Credentials, sameCredentials, sameSecret };

/** Authentication scheme that a server accepts, with its parameters. */
export interface Challenge {
  /** The scheme, in lower case: `basic`, `digest`, `bearer`. */
  readonly scheme: string;
  /** Its parameters, names in lower case; untrusted text. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Token in place of parameters. */
  readonly token?: string;
}

/**
 * Formats the value of Authorization for the Basic scheme (RFC 7617).
 *
 * @returns The field value.
 * @throws {UsageError} `invalid-credentials` for a colon in the user, or a control character.
 * @example
 * ```ts
 * import { basicAuthorization, parseBasic } from "../../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const value = basicAuthorization({ user: "Aladdin", password: "open sesame" });
 * assertEquals(value, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
 * assertEquals(parseBasic(value), { user: "Aladdin", password: "open sesame" });
 * ```
 * @example Authenticate a request
 * ```ts
 * import { basicAuthorization } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(basicAuthorization({ user: "a", password: "b" }), "Basic YTpi");
 * ```
 */
export function basicAuthorization({ user, password }: Credentials): string {
  if (user.includes(":") || /\p{Cc}/u.test(user + password)) {
    throw new UsageError("a user has no colon, and neither user nor password has control characters", {
      code: "invalid-credentials",
    });
  }
  return `Basic ${new TextEncoder().encode(`${user}:${password}`).toBase64()}`;
}

/** Parses Authorization with the scheme Basic; undefined for any other value. */
export function parseBasic(authorization: string | undefined): Credentials | undefined {
  const base64 = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? "")?.[1];
  if (base64 === undefined) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.fromBase64(base64));
    const colon = text.indexOf(":");
    return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
  } catch {
    return undefined;
  }
}

const SPACE = /[\t ,]*/y;
const SCHEME = /([!#$%&'*+\-.^_`|~\w]+)(?: +|(?=,|$))/y;
const PARAMETER = /([!#$%&'*+\-.^_`|~\w]+)[\t ]*=[\t ]*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+\-.^_`|~\w]+))[\t ]*(?=,|$)/y;
const TOKEN68 = /([A-Za-z0-9\-._~+/]+=*)[\t ]*(?=,|$)/y;

/** Reads WWW-Authenticate, or Proxy-Authenticate (RFC 9110 §11.6.1); what cannot be read ends the list. */
export function parseChallenges(text: string): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string>; token?: string }[] = [];
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  while (take(SPACE), at < text.length) {
    const current = challenges.at(-1);
    const parameter = current ? take(PARAMETER) : null;
    if (current && parameter) {
      const [, name, quoted, token] = parameter;
      const value = token ?? quoted.replace(/\\(.)/g, "$1");
      // A plain assignment would take a parameter named __proto__ for more than it is.
      Object.defineProperty(current.parameters, name.toLowerCase(), { value, enumerable: true, configurable: true });
      continue;
    }
    const scheme = take(SCHEME);
    if (!scheme) break;
    const challenge: typeof challenges[number] = { scheme: scheme[1].toLowerCase(), parameters: {} };
    challenges.push(challenge);
    const before = at;
    if (take(PARAMETER)) at = before;
    else if (take(TOKEN68)) challenge.token = text.slice(before, at).trim();
  }
  return challenges;
}
