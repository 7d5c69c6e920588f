import { type HostPort, UsageError } from "../../core/mod.ts";
import { pathProblem } from "../codec/path_text.ts";
import { FTP_PORT, FTPS_PORT } from "./connect.ts";

/** Parts of an `ftp:` or `ftps:` URL. */
export interface FtpTarget {
  /** Address of the server. */
  readonly address: HostPort;
  /** Security: implicit TLS for `ftps:`. */
  readonly security: "none" | "implicit";
  /** User name, if the URL has one. */
  readonly user?: string;
  /** Password, if the URL has one. */
  readonly password?: string;
  /** Path, relative to the folder after the login unless it begins with `/`; empty for that folder. */
  readonly path: string;
  /** Whether the URL names a folder: it ends with `/`, has no path, or `;type=d`. */
  readonly folder: boolean;
  /** Type of the transfer, if the URL has one: `a` for text, `i` for bytes, `d` for a listing. */
  readonly typecode?: "a" | "i" | "d";
}

const PORTS: Readonly<Record<string, number>> = { "ftp:": FTP_PORT, "ftps:": FTPS_PORT };

/**
 * Parses an `ftp:` or `ftps:` URL (RFC 1738 §3.2): the path is relative to the folder after the login; with `%2F` at its beginning, or a second
 * slash, it is absolute.
 *
 * @param url The URL.
 * @returns Its parts, decoded.
 * @throws {UsageError} `invalid-url` for another URL, one with a fragment, or one whose path or user contains CR, LF or NUL.
 * @example Parse a URL
 * ```ts
 * import { readFtpUrl } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { address, path, folder } = readFtpUrl("ftp://ftp.example.com/pub/a%20b.txt");
 * assertEquals([address.host, address.port, path, folder], ["ftp.example.com", 21, "pub/a b.txt", false]);
 * assertEquals(readFtpUrl("ftp://ftp.example.com/%2Fetc/motd").path, "/etc/motd");
 * ```
 */
export function readFtpUrl(url: string | URL): FtpTarget {
  const parsed = URL.parse(url);
  const standard = PORTS[parsed?.protocol ?? ""];
  if (!parsed || standard === undefined || parsed.hostname === "") {
    throw invalid("use ftp://HOST/PATH or ftps://HOST/PATH");
  }
  if (parsed.href.includes("#")) throw invalid("it has a fragment", "write %23 for a # in a name");
  // A question mark has no meaning in such a URL.
  const raw = parsed.pathname.replace(/^\//, "") + parsed.search;
  const [, rawPath = "", type] = /^(.*?)(?:;type=([aid]))?$/is.exec(raw) ?? [];
  const path = decode(rawPath);
  const user = decode(parsed.username);
  const password = decode(parsed.password);
  const problem = [path, user, password].map((text) => text === "" ? undefined : pathProblem(text)).find(Boolean);
  if (problem) throw invalid(problem);
  // Without a user name the login is anonymous, and the password would be dropped.
  if (user === "" && password !== "") throw invalid("a password requires a user name");
  const typecode = isTypecode(type?.toLowerCase());
  return {
    address: {
      transport: "ip",
      host: decode(parsed.hostname).replace(/^\[|\]$/g, ""),
      port: parsed.port === "" ? standard : Number(parsed.port),
    },
    security: parsed.protocol === "ftps:" ? "implicit" : "none",
    ...(user !== "" && { user }),
    ...(parsed.password !== "" && { password }),
    path,
    folder: path === "" || path.endsWith("/") || typecode === "d",
    ...(typecode && { typecode }),
  };
}

function isTypecode(type: string | undefined): FtpTarget["typecode"] {
  return type === "a" || type === "i" || type === "d" ? type : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid("percent-encoding that is not UTF-8");
  }
}

function invalid(problem: string, hint?: string): UsageError {
  // The URL may contain a password: it is not repeated.
  return new UsageError(`invalid FTP URL: ${problem}`, { code: "invalid-url", hint });
}
