import { type Address, type AddressInput, parseAddress, toAddress, UsageError } from "../../core/mod.ts";
import type { MailTls } from "./options.ts";

/** The ports of submission, by STARTTLS and by TLS from the first byte (RFC 8314). */
const SUBMISSION_PORT = 587;
const SUBMISSIONS_PORT = 465;

/** A mail server as people name it. */
export interface MailServer {
  /** Where it is. */
  readonly address: Address;
  /** Whether the URL asks for TLS from the first byte. */
  readonly implicitTls: boolean;
  /** User, and password behind a colon, as the URL has them. */
  readonly user?: string;
}

/**
 * Reads `HOST[:PORT]`, `unix:/path`, `smtp://[USER[:PASSWORD]@]HOST[:PORT]` or `smtps://…`. The port is 587 unless given, with
 * implicit TLS 465.
 *
 * @throws {UsageError} `unsupported-scheme`; when it is invalid, or `smtps:` is combined with another kind of TLS.
 */
export function parseMailServer(server: AddressInput, tls?: MailTls): MailServer {
  const url = typeof server === "string" ? /^(smtps?|submissions?):\/\/(.*)$/is.exec(server) : null;
  const other = typeof server === "string" ? /^([a-z][a-z0-9+.-]*):\/\//i.exec(server)?.[1] : undefined;
  if (other !== undefined && !url) {
    throw new UsageError(`unsupported URL scheme "${other}" (supported: smtp, smtps)`, { code: "unsupported-scheme" });
  }
  const port = tls === "implicit" ? SUBMISSIONS_PORT : SUBMISSION_PORT;
  if (!url) return { address: toAddress(server, { port }), implicitTls: false };
  const [, scheme = "", rest = ""] = url;
  const [, user, authority = ""] = /^(?:([^/?#]*)@)?([^/?#@]*)\/?$/.exec(rest) ?? [];
  if (authority === "") throw new UsageError(`invalid URL "${scheme}://…": use ${scheme}://HOST[:PORT]`);
  const implicitTls = /s$/i.test(scheme);
  if (implicitTls && tls !== undefined && tls !== "implicit") {
    throw new UsageError(`${scheme}:// requires implicit TLS, not ${tls}`);
  }
  const address = parseAddress(authority, { port: implicitTls ? SUBMISSIONS_PORT : port });
  if (user === undefined) return { address, implicitTls };
  try {
    return { address, implicitTls, user: user.split(":").map(decodeURIComponent).join(":") };
  } catch {
    throw new UsageError(`invalid percent-encoding in the user of ${scheme}://…@${authority}`);
  }
}
