import { type HostPort, UsageError } from "../../core/mod.ts";

/** Returns whether a text names a scheme. What a port follows is a host: `localhost:8080`; so is what `@` follows behind a colon: `user:password@host`. */
export function hasScheme(text: string): boolean {
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(text) ?? [];
  if (scheme === "" || /^\d+(?:[/?#]|$)/.test(rest)) return false;
  return rest.startsWith("//") || NAMED_ALONE.test(scheme) || !/^[^/?#]*@/.test(rest);
}

/** Schemes whose URLs may have an `@` without a `//` before it. */
const NAMED_ALONE = /^(?:https?|ftps?|file|mailto|data|javascript|about|blob|urn|sips?|tel|news|wss?)$/i;

/**
 * Completes a URL as it is typed: without a scheme it is one for http:, as in curl. What cannot begin with a host is
 * returned as it is.
 */
export function completeUrl(text: string): string {
  const trimmed = text.trim();
  if (hasScheme(trimmed) || !/^[^/?#:.\\]/.test(trimmed) || /^https?\/\//i.test(trimmed)) return text;
  return `http://${trimmed}`;
}

/**
 * Reads a URL that HTTP can be spoken with; without a scheme it is one for http:.
 *
 * @param input The URL.
 * @param usable What URLs of the caller begin with, for the hint.
 * @throws {UsageError} `invalid-url`, `unsupported-scheme`, `invalid-port` for port 0.
 */
export function readUrl(input: string | URL, usable = "http:// or https://"): URL {
  const url = URL.parse(completeUrl(String(input)));
  if (!url) throw new UsageError("invalid URL", { code: "invalid-url", hint: `use a URL with ${usable}` });
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new UsageError(`unsupported URL scheme "${url.protocol.slice(0, -1)}" (supported: http, https)`, {
      code: "unsupported-scheme",
    });
  }
  if (url.port === "0") {
    throw new UsageError("invalid port 0 in the URL: a port is a number from 1 to 65535", { code: "invalid-port" });
  }
  return url;
}

/** Returns where the server of a URL is: its host without brackets, and its port or that of its scheme. */
export function hostPortOf(url: URL): HostPort {
  const usual = url.protocol === "https:" ? 443 : 80;
  return {
    transport: "ip",
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? usual : Number(url.port),
  };
}
