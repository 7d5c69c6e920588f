import { asciiHostName, formatAddress, ipVersion, parseAddress, UsageError } from "../../core/mod.ts";
import { factsOf, isScheme, type Scheme, schemeOfPort } from "./scheme.ts";

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
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (trimmed === "" || trimmed.length > MAX_TARGET_LENGTH || /[\u0000-\u0020\u007f]/.test(trimmed)) {
    throw invalid(text);
  }
  const mail = /^mail(?:to)?:(?!\/\/)(.+)$/i.exec(trimmed)?.[1] ??
    (/^[^/:@]+@[^/:@]+$/.test(trimmed) ? trimmed : undefined);
  if (mail !== undefined) return mailTarget(text, mail);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1]?.toLowerCase();
  return scheme === undefined ? bare(text, trimmed) : fromUrl(text, trimmed, scheme);
}

function mailTarget(text: string, mail: string): MailDomainTarget {
  const at = mail.lastIndexOf("@");
  const domain = nameOf(text, mail.slice(at + 1));
  if (ipVersion(domain)) throw invalid(text, "mail is for a domain, not for an address");
  return { kind: "mail", text, domain, local: at < 0 ? undefined : mail.slice(0, at) };
}

function bare(text: string, trimmed: string): ServiceTarget {
  const literal = ipVersion(trimmed) ?? ipVersion(trimmed.replace(/^\[(.*)\]$/, "$1"));
  if (literal || !/:\d*$/.test(trimmed)) {
    const host = trimmed.replace(/^\[(.*)\]$/, "$1");
    return service(text, "https", "host", host, 443, "/");
  }
  const address = parsed(text, trimmed);
  const scheme = schemeOfPort(address.port);
  return service(text, scheme ?? "tcp", scheme ? "port" : "scheme", address.host, address.port, "/");
}

function fromUrl(text: string, trimmed: string, scheme: string): ServiceTarget {
  if (!isScheme(scheme)) throw invalid(text, `unknown scheme ${scheme}`);
  const [, authority = "", path = ""] = /^[^/]*\/\/([^/?#]*)([^#]*)/.exec(trimmed) ?? [];
  const hostPort = authority.slice(authority.lastIndexOf("@") + 1);
  const { port } = factsOf(scheme);
  const [, host = "", given] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(hostPort) ?? [];
  const chosen = given ? parsed(text, `${host}:${given}`).port : port;
  if (chosen === undefined) throw invalid(text, `${scheme} needs a port`);
  return service(
    text,
    scheme,
    "scheme",
    host.replace(/^\[(.*)\]$/, "$1"),
    chosen,
    path.startsWith("/") ? path : `/${path}`,
  );
}

function service(
  text: string,
  scheme: Scheme,
  by: ServiceTarget["by"],
  host: string,
  port: number,
  path: string,
): ServiceTarget {
  const name = nameOf(text, host);
  // deno-lint-ignore no-control-regex -- all of ASCII
  const unicodeHost = /^[\u0000-\u007f]*$/.test(host) ? undefined : host;
  return { kind: "service", text, scheme, by, host: name, unicodeHost, port, path };
}

function nameOf(text: string, name: string): string {
  if (ipVersion(name)) return name;
  try {
    return asciiHostName(name);
  } catch (error) {
    throw invalid(text, error instanceof Error ? error.message : undefined);
  }
}

function parsed(text: string, address: string): { readonly host: string; readonly port: number } {
  try {
    const found = parseAddress(address);
    if (found.transport === "ip" && found.port > 0) return found;
  } catch {
    // Said below.
  }
  throw invalid(text);
}

function invalid(text: string, why?: string): UsageError {
  const shown = JSON.stringify(text.slice(0, 80));
  return new UsageError(`invalid target ${shown}: ${why ?? `must be ${ACCEPTED}`}`, { code: "invalid-target" });
}

/** Returns host and port of a service as they are written. */
export function addressOf({ host, port }: ServiceTarget): string {
  return formatAddress({ transport: "ip", host, port });
}
