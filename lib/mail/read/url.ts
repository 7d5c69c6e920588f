import { type HostPort, UsageError } from "../../core/mod.ts";
import type { MailSourceProtocol } from "./source.ts";

/** Parts of the URL of a mailbox or newsgroup. */
export interface MailSourceUrl {
  /** The protocol. */
  readonly protocol: MailSourceProtocol;
  /** Address of the server. */
  readonly address: HostPort;
  /** Whether the URL requires TLS from the first byte. */
  readonly implicitTls: boolean;
  /** User name, if the URL has one. */
  readonly user?: string;
  /** Password, if the URL has one. */
  readonly password?: string;
  /** The path, decoded, without its first slash: a folder or a newsgroup; empty for the protocol's default. */
  readonly path: string;
}

interface Scheme {
  readonly protocol: MailSourceProtocol;
  readonly port: number;
  readonly implicitTls: boolean;
}

/** Schemes of URLs of mailboxes and newsgroups, with the ports that IANA has registered. */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  pop3: { protocol: "pop3", port: 110, implicitTls: false },
  pop3s: { protocol: "pop3", port: 995, implicitTls: true },
  imap: { protocol: "imap", port: 143, implicitTls: false },
  imaps: { protocol: "imap", port: 993, implicitTls: true },
  nntp: { protocol: "nntp", port: 119, implicitTls: false },
  nntps: { protocol: "nntp", port: 563, implicitTls: true },
};

/** The schemes of {@link parseMailSourceUrl}. */
export const MAIL_SOURCE_SCHEMES: readonly string[] = Object.keys(SCHEMES);

/** URLs of a server, such as `pop3://HOST`, for messages. */
const USABLE = MAIL_SOURCE_SCHEMES.map((name) => `${name}://HOST`).join(", ");

/**
 * Parses the URL of a mailbox: `pop3://[USER[:PASSWORD]@]HOST[:PORT]` or `imap://[USER[:PASSWORD]@]HOST[:PORT][/FOLDER]`; `pop3s:` and `imaps:`
 * stand for TLS from the first byte. The port is that of the protocol unless given: 110, 143, 995 or 993.
 *
 * @param text The URL.
 * @returns Its parts, decoded.
 * @throws {UsageError} `invalid-url`, `unsupported-scheme`. The message does not repeat the URL, which may contain a password.
 * @example Parse a URL
 * ```ts
 * import { parseMailSourceUrl } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { address, implicitTls, user } = parseMailSourceUrl("pop3s://ada@mail.example.com");
 * assertEquals([address.port, implicitTls, user], [995, true, "ada"]);
 * ```
 */
export function parseMailSourceUrl(text: string): MailSourceUrl {
  const [, given = "", rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text.trim()) ?? [];
  const scheme = Object.hasOwn(SCHEMES, given.toLowerCase()) ? SCHEMES[given.toLowerCase()] : undefined;
  if (!scheme) {
    if (given === "") throw invalid(`use ${USABLE}`);
    throw new UsageError(`unsupported URL scheme "${given}" (supported: ${MAIL_SOURCE_SCHEMES.join(", ")})`, {
      code: "unsupported-scheme",
    });
  }
  // Host names are read by the rules of http:; those of other schemes leave them as they are.
  const url = URL.parse(`http://${rest}`);
  if (!url || url.hostname === "") throw invalid(`use ${USABLE}`);
  if (url.search !== "" || url.hash !== "" || /[?#]/.test(rest)) throw invalid("it has a query or a fragment");
  // 80 is the port that URL leaves out of http:.
  const port = /:(\d+)$/.exec(/^[^/]*/.exec(rest)?.[0] ?? "")?.[1];
  if (Number(port) === 0) throw invalid("a port is a number from 1 to 65535");
  const [user, password, path] = [url.username, url.password, url.pathname.slice(1)].map(decode);
  if (scheme.protocol === "pop3" && path !== "") {
    throw invalid("it has a path; POP3 has one mailbox per user, and messages are named after the URL");
  }
  return {
    protocol: scheme.protocol,
    address: {
      transport: "ip",
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: port === undefined ? scheme.port : Number(port),
    },
    implicitTls: scheme.implicitTls,
    ...(user && { user }),
    ...(password && { password }),
    path: path ?? "",
  };
}

function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw invalid("percent-encoding that is not UTF-8");
  }
  // deno-lint-ignore no-control-regex -- they would end a command
  if (/[\x00-\x1f\x7f]/.test(decoded)) throw invalid("it contains control characters");
  return decoded;
}

function invalid(problem: string): UsageError {
  return new UsageError(`invalid URL: ${problem}`, { code: "invalid-url" });
}
