import { showUntrusted } from "../../../core/untrusted.ts";
import { Fault } from "../../error.ts";
import { ENCODE_SETS, type EncodeSet, isPlain, percentEncode } from "../../percent.ts";
import { isSpecial, specialPort } from "../../schemes.ts";
import { slice, type Span, type Split, splitAuthority, splitTail } from "../../split.ts";
import { normalHost } from "./host.ts";
import { normalPathText, startsWithDrive } from "./path.ts";
import type { WhatwgRecord } from "./record.ts";

const SCHEME = /^[a-z][a-z0-9+.-]*(?=:)/i;

/** The scheme at the start of a text, as it stands there. */
export function schemeOf(text: string): string | undefined {
  return SCHEME.exec(text)?.[0];
}

/** Splits a URL with a scheme, in a text without tabs and line ends. Throws a {@link Fault} for an invalid one. */
export function split(text: string): Split {
  const scheme = schemeOf(text);
  if (scheme === undefined) throw noScheme(text);
  return splitBehind(text, scheme.length + 1, scheme.toLowerCase(), { start: 0, end: scheme.length });
}

function noScheme(text: string): Fault {
  if (text === "") return new Fault("there is nothing", 0);
  const colon = text.indexOf(":");
  const bad = text.search(/[^a-z0-9+.-]/i);
  if (/^[^a-z]/i.test(text)) return new Fault("it does not start with a scheme, such as https:", 0);
  if (colon < 0 || bad < 0) return new Fault("it has no scheme, such as https:", bad < 0 ? text.length : bad);
  return new Fault(`a scheme cannot hold "${showUntrusted(text.charAt(bad))}"`, bad);
}

/** Splits what stands behind the colon of a scheme in lower case (the states of WHATWG URL §4.4). */
export function splitBehind(text: string, from: number, name: string, scheme?: Span): Split {
  const { end, query, fragment } = splitTail(text, from);
  const special = isSpecial(name);
  const isSlash = (at: number) => at < end && (text[at] === "/" || (special && text[at] === "\\"));
  let start = from;
  if (special && name !== "file") { while (isSlash(start)) start++; }
  else if (isSlash(start) && isSlash(start + 1)) start += 2;
  else return { scheme, path: { start: from, end }, query, fragment };
  if (name === "file" && startsWithDrive(text.slice(start, start + 3))) {
    const nothing = { start, end: start };
    return { scheme, authority: nothing, host: nothing, path: { start, end }, query, fragment };
  }
  let pathStart = start;
  while (pathStart < end && !isSlash(pathStart)) pathStart++;
  const path = { start: pathStart, end };
  const { authority, user, password, host, port } = splitAuthority(text, start, pathStart);
  // A host of a file has neither user nor port: what looks like them is in the host, and forbidden there.
  if (name === "file") return { scheme, authority, host: authority, path, query, fragment };
  const empty = host === undefined || host.start === host.end;
  if (empty && (special || user || port)) throw new Fault("the host is missing", host?.start ?? start);
  if (port) checkPort(text, port);
  return { scheme, authority, user, password, host, port, path, query, fragment };
}

function checkPort(text: string, port: Span): void {
  const digits = slice(text, port);
  const bad = digits.search(/[^0-9]/);
  if (bad >= 0) throw new Fault("a port is a number", port.start + bad);
  if (Number(digits) > 65535) throw new Fault("a port is at most 65535", port.start);
}

/** Returns the normal form of a split URL. Throws a {@link Fault} for an invalid host. */
export function normal(text: string, parts: Split, scheme: string): WhatwgRecord {
  const special = isSpecial(scheme);
  const { user, password, host, port, path, query, fragment } = parts;
  const plain = isPlain(text);
  const encoded = (span: Span | undefined, set: EncodeSet) => {
    const given = span ? slice(text, span) : "";
    return plain && set !== ENCODE_SETS.userinfo ? given : percentEncode(given, set);
  };
  const number = port && port.end > port.start ? Number(slice(text, port)) : null;
  const opaque = !special && !host && text[path.start] !== "/";
  return {
    scheme,
    username: encoded(user, ENCODE_SETS.userinfo),
    password: encoded(password, ENCODE_SETS.userinfo),
    host: readHost(text, host, scheme, special),
    port: number === specialPort(scheme) ? null : number,
    path: opaque
      ? opaquePath(slice(text, path), Boolean(query || fragment))
      : normalPathText(slice(text, path), scheme, special, plain),
    opaque,
    query: query ? encoded(query, special ? ENCODE_SETS.specialQuery : ENCODE_SETS.query) : null,
    fragment: fragment ? encoded(fragment, ENCODE_SETS.fragment) : null,
  };
}

function readHost(text: string, host: Span | undefined, scheme: string, special: boolean): string | null {
  // A file always has a host, if an empty one.
  if (!host || host.start === host.end) return host || scheme === "file" ? "" : null;
  const found = normalHost(slice(text, host), special, host.start);
  return scheme === "file" && found === "localhost" ? "" : found;
}

/** A path without structure. A space at its very end would be lost without what follows it. */
function opaquePath(text: string, followed: boolean): string {
  const encoded = percentEncode(text, ENCODE_SETS.control);
  return followed ? encoded.replace(/ $/, "%20") : encoded;
}
