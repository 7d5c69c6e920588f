import { formatAddress, ipVersion, parsePort, ToucanError, UsageError } from "../../core/mod.ts";
import { readHost } from "./host.ts";
import { factsOf, isScheme, type Scheme, SCHEME_NAMES, schemeOfPort } from "./scheme.ts";

/** A service at a host and port. */
export interface ServiceTarget {
  /** Which kind of target it is. */
  readonly kind: "service";
  /** The target as it was written. */
  readonly text: string;
  /** Scheme, given or found by the port. */
  readonly scheme: Scheme;
  /** Where the scheme comes from: the target, its port, or nothing (a host alone is checked as a web site). */
  readonly by: "scheme" | "port" | "host";
  /** Name in ASCII, or address without brackets. */
  readonly host: string;
  /** Name as it was written, if it has letters beyond ASCII. */
  readonly unicodeHost?: string;
  /** Port. */
  readonly port: number;
  /** Path and query for HTTP, WebSocket and DNS over HTTPS. */
  readonly path: string;
}

/** The mail of a domain: its receiving servers, and the records that prove its senders. */
export interface MailDomainTarget {
  /** Which kind of target it is. */
  readonly kind: "mail";
  /** The target as it was written. */
  readonly text: string;
  /** Domain in ASCII. */
  readonly domain: string;
  /** Part before the `@`, if it was an address. */
  readonly local?: string;
}

/** This machine's own network. */
export interface MachineTarget {
  /** Which kind of target it is. */
  readonly kind: "machine";
  /** Always `this machine`. */
  readonly text: string;
}

/** Target of a check. */
export type Target = ServiceTarget | MailDomainTarget | MachineTarget;

/** The target without an operand. */
export const THIS_MACHINE: MachineTarget = { kind: "machine", text: "this machine" };

const ACCEPTED = "HOST, HOST:PORT, a URL, ADDRESS@DOMAIN or mail:DOMAIN";
const MAX_TARGET_LENGTH = 2000;
/** Characters of a target that an error shows. */
const MAX_SHOWN_LENGTH = 80;

/**
 * Reads a target: `host`, `host:port`, a URL of one of {@link SCHEMES}, `user@domain` or `mail:domain`.
 *
 * Permissions: none.
 *
 * @param text The target.
 * @returns Its parts.
 * @throws {UsageError} `invalid-target` when the text is not a target.
 * @example A port that is usually for a protocol, and the mail of a domain
 * ```ts
 * import { parseCheckTarget } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const target = parseCheckTarget("example.com:993");
 * assertEquals(target.kind === "service" && target.scheme, "imaps");
 * assertEquals(parseCheckTarget("ada@example.com").kind, "mail");
 * ```
 */
export function parseCheckTarget(text: string): Target {
  const trimmed = text.trim();
  if (trimmed.length > MAX_TARGET_LENGTH) throw invalid(text, `longer than ${MAX_TARGET_LENGTH} characters`);
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (trimmed === "" || /[\u0000-\u0020\u007f]/.test(trimmed)) throw invalid(text);
  const mail = /^mail(?:to)?:(?!\/\/)(.*)$/i.exec(trimmed)?.[1] ??
    (/^[^/:@]+@[^/:@]+$/.test(trimmed) ? trimmed : undefined);
  if (mail !== undefined) return mailTarget(text, mail);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1]?.toLowerCase();
  return scheme === undefined ? bare(text, trimmed) : fromUrl(text, trimmed, scheme);
}

function mailTarget(text: string, mail: string): MailDomainTarget {
  const at = mail.lastIndexOf("@");
  if (mail === "" || at === 0) throw invalid(text, "must be ADDRESS@DOMAIN or mail:DOMAIN");
  const domain = hostOf(text, mail.slice(at + 1));
  if (ipVersion(domain)) throw invalid(text, "mail is for a domain, not for an address");
  return { kind: "mail", text, domain, local: at < 0 ? undefined : mail.slice(0, at) };
}

function bare(text: string, trimmed: string): ServiceTarget {
  if (ipVersion(trimmed)) return service(text, "https", "host", trimmed, 443, "/");
  const [, begin = "", rest = ""] = /^([^/?#]*)(.*)$/.exec(trimmed) ?? [];
  const [named = ""] = begin.split(":");
  if (isScheme(named.toLowerCase()) && begin.includes(":") && !/^[^:]*:\d*$/.test(begin)) {
    throw invalid(text, `a URL begins with ${named}://`);
  }
  if (rest !== "" && begin !== "") throw invalid(text, "a path requires a scheme, such as https://HOST/PATH");
  if (begin.includes("@")) throw invalid(text);
  const { host, port } = hostAndPort(text, trimmed);
  if (port === undefined) return service(text, "https", "host", host, 443, "/");
  const scheme = schemeOfPort(port);
  return service(text, scheme ?? "tcp", scheme ? "port" : "scheme", host, port, "/");
}

function fromUrl(text: string, trimmed: string, scheme: string): ServiceTarget {
  if (!isScheme(scheme)) {
    throw invalid(
      text,
      `unknown scheme "${scheme}" (known: ${SCHEME_NAMES.join(" ")}); tcp://HOST:PORT checks any port`,
    );
  }
  const [, authority = "", path = ""] = /^[^/]*\/\/([^/?#]*)([^#]*)/.exec(trimmed) ?? [];
  if (authority.includes("@")) throw invalid(text, "a check does not log in: omit user name and password");
  const { host, port = factsOf(scheme).port } = hostAndPort(text, authority);
  if (port === undefined) throw invalid(text, `${scheme} requires a port: ${scheme}://HOST:PORT`);
  // The "%" before the zone of an address is escaped in a URL (RFC 6874).
  return service(text, scheme, "scheme", host.replace("%25", "%"), port, path.startsWith("/") ? path : `/${path}`);
}

/** Separates `HOST`, `HOST:`, `HOST:PORT`, `[V6]` and `[V6]:PORT`. */
function hostAndPort(text: string, written: string): { readonly host: string; readonly port?: number } {
  const [, bracketed, name = "", given] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(written) ?? [];
  if (bracketed !== undefined && ipVersion(bracketed) !== 6) throw invalid(text, "only IPv6 addresses have brackets");
  const host = bracketed ?? name;
  if (host === "") {
    throw invalid(text, /:.*:/.test(written) ? "an IPv6 address with a port is [ADDRESS]:PORT" : "the host is missing");
  }
  if (given === undefined) return { host };
  try {
    return { host, port: parsePort(given) };
  } catch (error) {
    throw invalid(text, error instanceof ToucanError ? error.message : undefined);
  }
}

function service(
  text: string,
  scheme: Scheme,
  by: ServiceTarget["by"],
  written: string,
  port: number,
  path: string,
): ServiceTarget {
  const host = hostOf(text, written);
  // deno-lint-ignore no-control-regex -- all of ASCII
  const unicodeHost = /^[\u0000-\u007f]*$/.test(written) ? undefined : written;
  return { kind: "service", text, scheme, by, host, unicodeHost, port, path };
}

function hostOf(text: string, written: string): string {
  const read = readHost(written);
  if ("why" in read) throw invalid(text, read.why);
  return read.host;
}

function invalid(text: string, why = `must be ${ACCEPTED}`): UsageError {
  // A password in it is not shown.
  const shown = JSON.stringify(text.replace(/(:\/\/)[^/?#]*@/, "$1***@").slice(0, MAX_SHOWN_LENGTH));
  return new UsageError(`invalid target ${shown}: ${why}`, { code: "invalid-target" });
}

/** Returns host and port of a service as they are written. */
export function addressOf({ host, port }: ServiceTarget): string {
  return formatAddress({ transport: "ip", host, port });
}
