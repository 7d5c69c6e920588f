import { UsageError } from "../../../core/errors/errors.ts";
import { Fields } from "../fields/fields.ts";
import { allIn, AUTHORITY, encodeOctets, isToken, TARGET } from "../octets.ts";
import { violation } from "./errors.ts";
import type { HeaderField } from "./static_table.ts";

/** The head of a request over HTTP/2 (RFC 9113 §8.3.1). */
export interface Http2RequestHead {
  /** The method. */
  readonly method: string;
  /** Path and query, or `*`; for CONNECT empty. */
  readonly target: string;
  /** Host and port that the client asks for; empty if it does not tell. */
  readonly authority: string;
  /** The fields, without the pseudo-header fields; names in lower case. */
  readonly headers: Fields;
  /** Content-Length, if there is one. */
  readonly contentLength?: number;
}

const PSEUDO = new Set([":method", ":scheme", ":path", ":authority"]);
/** Fields of one connection, which HTTP/2 does not have (RFC 9113 §8.2.2). */
const OF_CONNECTION = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]);

/**
 * Reads the head of a request from its fields.
 *
 * @throws {Http2Error} `PROTOCOL_ERROR` of the stream, for a malformed request (RFC 9113 §8.1.1).
 */
export function readRequestHead(fields: readonly HeaderField[], stream: number): Http2RequestHead {
  const pseudo = new Map<string, string>();
  const regular: HeaderField[] = [];
  const cookies: string[] = [];
  for (const [name, value] of fields) {
    if (name.startsWith(":")) {
      if (!PSEUDO.has(name)) throw violation("there is an unknown pseudo-header field", stream);
      if (regular.length + cookies.length > 0) throw violation("a pseudo-header field follows a field", stream);
      if (pseudo.has(name)) throw violation(`there is more than one ${name}`, stream);
      pseudo.set(name, value);
    } else if (name === "cookie") cookies.push(value);
    else regular.push([checkedName(name, value, stream), value]);
  }
  // One cookie field may come in parts (RFC 9113 §8.2.3).
  if (cookies.length > 0) regular.push(["cookie", cookies.join("; ")]);
  const headers = fieldsOf(regular, stream);
  const method = pseudo.get(":method") ?? "";
  if (!isToken(method)) throw violation("there is no valid :method", stream);
  const authority = authorityOf(pseudo.get(":authority"), headers, stream);
  return {
    method,
    target: targetOf(method, pseudo, stream),
    authority,
    headers,
    contentLength: lengthOf(headers, stream),
  };
}

/**
 * Checks the trailers of a request.
 *
 * @throws {Http2Error} `PROTOCOL_ERROR` of the stream.
 */
export function readTrailers(fields: readonly HeaderField[], stream: number): Fields {
  return fieldsOf(
    fields.map(([name, value]) => {
      if (name.startsWith(":")) throw violation("there is a pseudo-header field in trailers", stream);
      return [checkedName(name, value, stream), value] as const;
    }),
    stream,
  );
}

function checkedName(name: string, value: string, stream: number): string {
  if (/[A-Z]/.test(name)) throw violation("the name of a field has a capital letter", stream);
  if (OF_CONNECTION.has(name)) throw violation(`HTTP/2 has no field "${name}"`, stream);
  if (name === "te" && value !== "trailers") {
    throw violation('the field "te" has a value other than "trailers"', stream);
  }
  return name;
}

function fieldsOf(fields: readonly HeaderField[], stream: number): Fields {
  try {
    return new Fields(fields);
  } catch (error) {
    if (error instanceof UsageError) throw violation("a field has an invalid name or value", stream);
    throw error;
  }
}

function targetOf(method: string, pseudo: ReadonlyMap<string, string>, stream: number): string {
  const scheme = pseudo.get(":scheme");
  const path = pseudo.get(":path");
  if (method === "CONNECT") {
    if (scheme !== undefined || path !== undefined || !pseudo.get(":authority")) {
      throw violation("invalid CONNECT", stream);
    }
    return "";
  }
  if (scheme === undefined || !/^[a-z][a-z0-9+.-]*$/i.test(scheme)) {
    throw violation("there is no valid :scheme", stream);
  }
  const octets = encodeOctets(path ?? "");
  const valid = path?.startsWith("/") || (path === "*" && method === "OPTIONS");
  if (!valid || !allIn(TARGET, octets, 0, octets.length)) throw violation("there is no valid :path", stream);
  return (path ?? "").replace(/[\x80-\xff]/g, (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The authority, which Host may repeat and must not contradict. */
function authorityOf(authority: string | undefined, headers: Fields, stream: number): string {
  const host = headers.get("host");
  if (authority !== undefined && host !== undefined && authority.toLowerCase() !== host.toLowerCase()) {
    throw violation("Host contradicts :authority", stream);
  }
  const named = authority ?? host ?? "";
  const octets = encodeOctets(named);
  if (!allIn(AUTHORITY, octets, 0, octets.length)) throw violation("invalid :authority", stream);
  return named;
}

function lengthOf(headers: Fields, stream: number): number | undefined {
  const text = headers.get("content-length");
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw violation("invalid content-length", stream);
  return Number(text);
}
