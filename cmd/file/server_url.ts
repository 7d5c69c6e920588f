import { type HostPort, UsageError } from "../../lib/core/mod.ts";
import { hostPortOf, readUrl } from "../../lib/http/internal.ts";

/** Schemes of URLs of file servers. */
const SCHEMES: readonly string[] = ["http", "https", "ftp", "ftps"];
/** Beginnings of their URLs, for hints. */
const USABLE = "http://, https://, ftp:// or ftps://";
const FTP_PORTS: Readonly<Record<string, number>> = { "ftp:": 21, "ftps:": 990 };

/**
 * Reads the URL of a file server; without a scheme it is one for http:.
 *
 * @throws {UsageError} `invalid-url`, `unsupported-scheme`, `invalid-port` for port 0.
 */
export function readServerUrl(text: string): URL {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && !SCHEMES.includes(scheme)) {
    throw new UsageError(`unsupported URL scheme "${scheme}" (supported: ${SCHEMES.join(", ")})`, {
      code: "unsupported-scheme",
    });
  }
  if (!scheme?.startsWith("ftp")) return readUrl(text, USABLE);
  const url = URL.parse(text);
  if (!url || url.hostname === "") throw new UsageError("invalid URL", { code: "invalid-url" });
  if (url.port === "0") {
    throw new UsageError("invalid port 0 in the URL: a port is a number from 1 to 65535", { code: "invalid-port" });
  }
  return url;
}

/** Returns the host and port of a server. */
export function serverOf(url: URL): HostPort {
  const port = FTP_PORTS[url.protocol];
  return port === undefined || url.port !== "" ? hostPortOf(url) : { ...hostPortOf(url), port };
}
