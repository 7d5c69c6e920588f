import { InvalidUrlError } from "./error.ts";
import { domainToAscii } from "./idna.ts";
import { percentDecode } from "./percent.ts";
import { pythonSplit, PythonValueError } from "./models/python/urlsplit.ts";
import { normalHost } from "./models/rfc3986/normal.ts";
import { defaultPort } from "./schemes.ts";
import { type Part, PARTS } from "./split.ts";
import { Url } from "./url.ts";

/** The parts of a URL as one parser reads them: decoded, so that what means the same is the same; empty for none. */
export type Reading = Readonly<Record<Part, string>>;

/** The three parsers; undefined where one rejects the text. */
export const READERS = {
  whatwg: readAsBrowser,
  rfc3986: readAsGrammar,
  python: readAsPython,
} as const satisfies Readonly<Record<string, (text: string) => Reading | undefined>>;

function readAsBrowser(text: string): Reading | undefined {
  const record = parsed(text, "whatwg")?.record;
  if (!record) return undefined;
  const { scheme, username, password, host, port, path, query, fragment } = record;
  return {
    scheme,
    user: percentDecode(username),
    password: percentDecode(password),
    host: hostKey(host ?? "", scheme),
    port: portKey(port, scheme, host),
    path: pathKey(path, scheme, host),
    query: percentDecode(query ?? ""),
    fragment: percentDecode(fragment ?? ""),
  };
}

function readAsGrammar(text: string): Reading | undefined {
  const url = parsed(text, "rfc3986");
  if (!url) return undefined;
  const { host } = url;
  const scheme = url.scheme ?? "";
  const given = (part: Part) => percentDecode(url.given(part) ?? "");
  return {
    scheme,
    user: given("user"),
    password: given("password"),
    host: hostKey(host ?? "", scheme),
    port: portKey(url.portGiven ? Number(url.given("port")) : null, scheme, host),
    path: pathKey(url.path, scheme, host),
    query: given("query"),
    fragment: given("fragment"),
  };
}

function readAsPython(text: string): Reading | undefined {
  try {
    const { scheme, netloc, hostname, port, portError, path, query, fragment } = pythonSplit(text);
    if (portError !== undefined) return undefined;
    const info = netloc.slice(0, Math.max(0, netloc.lastIndexOf("@")));
    const [user = "", password = ""] = /^([^:]*):?(.*)$/s.exec(info)?.slice(1) ?? [];
    return {
      scheme,
      user: percentDecode(user),
      password: percentDecode(password),
      host: hostKey(netloc.includes("[") ? `[${hostname}]` : hostname ?? "", scheme),
      port: portKey(port, scheme, hostname),
      path: pathKey(path, scheme, hostname),
      query: percentDecode(query),
      fragment: percentDecode(fragment),
    };
  } catch (error) {
    if (error instanceof PythonValueError) return undefined;
    throw error;
  }
}

function parsed(text: string, rules: "whatwg" | "rfc3986"): Url | undefined {
  try {
    return Url.parse(text, rules, false);
  } catch (error) {
    if (error instanceof InvalidUrlError) return undefined;
    throw error;
  }
}

/** A host in one form for all parsers; an IPv4 address stays as each has it. */
export function hostKey(host: string, scheme?: string): string {
  const key = host.startsWith("[") ? normalHost(host) : domainToAscii(percentDecode(host)) ?? host.toLowerCase();
  // In the URL of a file it is the same as none (RFC 8089 §2).
  return scheme === "file" && key === "localhost" ? "" : key;
}

function portKey(port: number | null, scheme: string, host: string | null): string {
  return `${port ?? (host ? defaultPort(scheme) : null) ?? ""}`;
}

function pathKey(path: string, scheme: string, host: string | null): string {
  return path === "" && (host || scheme === "file") ? "/" : percentDecode(path);
}

/** A part of this URL as it is read when this text stands there. */
export function readPart({ scheme, host }: Pick<Reading, "scheme" | "host">, part: Part, text: string): string {
  switch (part) {
    case "scheme":
      return text.toLowerCase();
    case "host":
      return hostKey(text, scheme);
    case "port":
      return portKey(text === "" ? null : Number(text), scheme, host);
    case "path":
      return pathKey(text, scheme, host);
    default:
      return percentDecode(text);
  }
}

/** Parts that an edit of another part must not change. */
const ORIGIN = ["scheme", "user", "password", "host", "port"] as const;

/**
 * The first part that a parser reads otherwise after an edit than before, or, if it is the edited one, otherwise than
 * `expected` says. A parser that took the text for another URL before the edit, or for none, is not asked.
 */
export function misread(
  before: Url,
  after: Url,
  part: Part,
  expected: (was: Reading) => string,
): Part | undefined {
  // Spaces around a URL and line ends within it are what they were.
  const meant = READERS[before.rules](before.cleanText);
  for (const read of Object.values(READERS)) {
    const was = read(before.cleanText);
    if (!was || !meant || ORIGIN.some((name) => was[name] !== meant[name])) continue;
    const is = read(after.cleanText);
    if (!is) return part;
    const wanted: Reading = { ...was, [part]: expected(was) };
    const odd = PARTS.find((name) => is[name] !== wanted[name] && !(name === "port" && movesPort(was, is)));
    if (odd !== undefined) return odd;
  }
  return undefined;
}

/** Whether the port is still that of the scheme, which has become another one. */
function movesPort(was: Reading, is: Reading): boolean {
  const own = ({ scheme }: Reading) => `${defaultPort(scheme) ?? ""}`;
  return was.scheme !== is.scheme && was.port === own(was) && is.port === own(is);
}
