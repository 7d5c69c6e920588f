import { parseIPv4, parseIPv6 } from "../../../core/address/ip.ts";

/** Result of Python's `urlsplit()`, with its attributes `hostname` and `port`. */
export interface PythonSplit {
  /** In lower case; empty when there is none. */
  readonly scheme: string;
  /** Between `//` and the path. */
  readonly netloc: string;
  /** As it stands there. */
  readonly path: string;
  /** As it stands there; empty when there is none. */
  readonly query: string;
  /** As it stands there; empty when there is none. */
  readonly fragment: string;
  /** In lower case; null when it is empty. */
  readonly hostname: string | null;
  /** Null when there is none. */
  readonly port: number | null;
  /** Error that `port` raises. */
  readonly portError?: string;
}

/** Error of Python's parser: a `ValueError`. */
export class PythonValueError extends Error {
  /** The name of the class. */
  override readonly name: string = "PythonValueError";
}

const LEADING = /^[\0-\x20]+/;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*(?=:)/;

/** The version of CPython whose parser {@link pythonSplit} is a model of. */
export const PYTHON_VERSION = "3.14";

/**
 * Splits a text as Python's `urllib.parse.urlsplit` does: a model of the one in CPython 3.14. Older ones with all their
 * security fixes (3.11.12, 3.12.9, 3.13.2) differ only in `[V1.x]`, which they refuse. It removes control characters and
 * spaces in front (CVE-2023-24329) and tabs and line ends
 * anywhere, and looks into brackets (CVE-2024-11168, CVE-2025-0938).
 *
 * @param text The URL as text.
 * @returns The parts as Python's `urlsplit()` returns them.
 * @throws {PythonValueError} Where Python raises a `ValueError`.
 * @example Split a URL like Python
 * ```ts
 * import { pythonSplit } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(pythonSplit("http://A:80/b").hostname, "a");
 * ```
 */
export function pythonSplit(text: string): PythonSplit {
  let rest = text.replace(LEADING, "").replace(/[\t\r\n]/g, "");
  const given = SCHEME.exec(rest)?.[0];
  if (given !== undefined) rest = rest.slice(given.length + 1);
  let netloc = "";
  if (rest.startsWith("//")) {
    const end = rest.slice(2).search(/[/?#]/);
    netloc = end < 0 ? rest.slice(2) : rest.slice(2, end + 2);
    rest = rest.slice(2 + netloc.length);
    checkBrackets(netloc);
  }
  const [beforeFragment, fragment] = cut(rest, "#");
  const [path, query] = cut(beforeFragment, "?");
  checkNetloc(netloc);
  return { scheme: given?.toLowerCase() ?? "", netloc, path, query, fragment, ...hostAndPort(netloc) };
}

function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function checkBrackets(netloc: string): void {
  const open = netloc.includes("[");
  if (open !== netloc.includes("]")) throw new PythonValueError("Invalid IPv6 URL");
  if (!open) return;
  const hostAndPort = netloc.slice(netloc.lastIndexOf("@") + 1);
  if (!hostAndPort.includes("[")) return checkBracketed(cut(hostAndPort, ":")[0]);
  const [before, bracketed] = cut(hostAndPort, "[");
  const [host, port] = cut(bracketed, "]");
  if (before !== "" || (port !== "" && !port.startsWith(":"))) throw new PythonValueError("Invalid IPv6 URL");
  checkBracketed(host);
}

function checkBracketed(host: string): void {
  if (/^v/i.test(host)) {
    if (!/^v[a-f0-9]+\..+$/i.test(host)) throw new PythonValueError("IPvFuture address is invalid");
    return;
  }
  if (parseIPv4(host)) throw new PythonValueError("An IPv4 address cannot be in brackets");
  const [, address = "", zone] = /^([^%]*)(?:%([^%]+))?$/s.exec(host) ?? [];
  if (parseIPv6(address)) return;
  throw new PythonValueError(`'${host}${zone === "" ? "%" : ""}' does not appear to be an IPv4 or IPv6 address`);
}

/** A netloc outside ASCII must not turn into another under NFKC. */
function checkNetloc(netloc: string): void {
  // deno-lint-ignore no-control-regex -- the range is all of ASCII
  if (/^[\x00-\x7f]*$/.test(netloc)) return;
  const bare = netloc.replace(/[@:#?]/g, "");
  const normal = bare.normalize("NFKC");
  if (normal !== bare && /[/?#@:]/.test(normal)) {
    throw new PythonValueError(`netloc '${netloc}' contains invalid characters under NFKC normalization`);
  }
}

function hostAndPort(netloc: string): Pick<PythonSplit, "hostname" | "port" | "portError"> {
  const info = netloc.slice(netloc.lastIndexOf("@") + 1);
  const bracketed = info.includes("[");
  const [host, behind] = bracketed ? cut(cut(info, "[")[1], "]") : cut(info, ":");
  const port = bracketed ? cut(behind, ":")[1] : behind;
  const percent = host.indexOf("%");
  // A zone keeps its case.
  const name = percent < 0 ? host.toLowerCase() : host.slice(0, percent).toLowerCase() + host.slice(percent);
  const hostname = host === "" ? null : name;
  if (port === "") return { hostname, port: null };
  if (!/^[0-9]+$/.test(port)) {
    return { hostname, port: null, portError: `Port could not be cast to integer value as '${port}'` };
  }
  if (Number(port) > 65535) return { hostname, port: null, portError: "Port out of range 0-65535" };
  return { hostname, port: Number(port) };
}
