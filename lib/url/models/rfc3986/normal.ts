import { formatIPv6, parseIPv6 } from "../../../core/address/ip.ts";
import { specialPort } from "../../schemes.ts";
import { slice, type Split } from "../../split.ts";
import { removeDotSegments } from "./dots.ts";

/** Escapes in capitals, and those of unreserved characters decoded (RFC 3986 §6.2.2.1–2). */
function normalEscapes(text: string): string {
  return text.replace(/%[0-9a-f]{2}/gi, (escaped) => {
    const char = String.fromCharCode(parseInt(escaped.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(char) ? char : escaped.toUpperCase();
  });
}

/** A host in its normal form: lower case, an IPv6 address as RFC 5952 has it. */
export function normalHost(host: string): string {
  const bytes = host.startsWith("[") ? parseIPv6(host.slice(1, -1)) : undefined;
  if (bytes) return `[${formatIPv6(bytes)}]`;
  return normalEscapes(normalEscapes(host).toLowerCase());
}

/**
 * The normal form of a URI (RFC 3986 §6.2.2, and §6.2.3 for the schemes whose port and empty path have a meaning): case,
 * escapes, dot segments; the port of the scheme and an empty one are left out. A relative reference keeps its dots.
 */
export function normalForm(text: string, parts: Split): string {
  const { scheme, authority, user, password, host, port, query, fragment } = parts;
  const name = scheme && slice(text, scheme).toLowerCase();
  let path = normalEscapes(slice(text, parts.path));
  if (name !== undefined && (authority || path.startsWith("/"))) path = removeDotSegments(path);
  if (authority && path === "" && name !== undefined && specialPort(name) !== null) path = "/";
  if (!authority && path.startsWith("//")) path = `/.${path}`;
  let result = name === undefined ? "" : `${name}:`;
  if (authority && host) {
    result += "//";
    if (user) result += normalEscapes(slice(text, user));
    if (password) result += `:${normalEscapes(slice(text, password))}`;
    if (user) result += "@";
    result += normalHost(slice(text, host));
    const number = port ? slice(text, port) : "";
    if (number !== "" && Number(number) !== specialPort(name ?? "")) result += `:${number}`;
  }
  result += path;
  if (query) result += `?${normalEscapes(slice(text, query))}`;
  if (fragment) result += `#${normalEscapes(slice(text, fragment))}`;
  return result;
}
