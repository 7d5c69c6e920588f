import { NetworkError } from "../../../core/mod.ts";
import { Fields } from "../../codec/fields/fields.ts";
import type { Framing } from "../../codec/head.ts";
import { invalid, tooLarge } from "../../codec/invalid.ts";
import type { HttpLimits } from "../../codec/limits.ts";
import { trimBlanks } from "../../codec/octets.ts";
import { mayHaveContent } from "../../codec/response.ts";
import type { PreparedHttp2 } from "./prepare.ts";

/** The head of an answer, as far as `fetch` shows it. */
export interface Http2Head {
  /** The fields: names in lower case and in their order, several of a name as one. */
  readonly headers: Fields;
  /** Content-Length, where it is about the bytes that are given. */
  readonly contentLength?: number;
  /** Where the body ends. */
  readonly framing: Framing;
}

/** Versions of the runtime that decompress unrequested compression, and hide it. */
const DECOMPRESSES = /^2\.[0-8]\./.test(Deno.version.deno);
/** Codings that `fetch` takes off. */
const TAKEN_OFF = ["gzip", "br"];

/**
 * Reads the head of a response of `fetch`. Its fields are about the bytes that are given: of a coding that was taken off
 * they say nothing.
 *
 * @throws {HttpMessageError} `http-invalid-content-length`, `http-too-large-fields`.
 * @throws {NetworkError} `unasked-encoding` where it cannot be known whether they are the server's bytes.
 */
export function readHttp2Head(response: Response, asked: PreparedHttp2, limits: HttpLimits): Http2Head {
  const headers = new Fields(Array.from(response.headers, ([name, value]) => [name, trimBlanks(value)] as const));
  if (headers.size > limits.fields) {
    throw tooLarge(431, "fields", `there are more than ${limits.fields} fields`);
  }
  if (!mayHaveContent(asked.method, response.status)) {
    return { headers, contentLength: lengthOf(headers), framing: { kind: "none" } };
  }
  // Of no content, there is no coding to take off: `fetch` would fail at it.
  if (lengthOf(headers) === 0) return { headers, contentLength: 0, framing: { kind: "none" } };
  // With Range, and where none is asked for, codings stay.
  const codings = asked.headers.get("accept-encoding") !== "identity" && !asked.headers.has("range");
  if (codings && TAKEN_OFF.includes(headers.get("content-encoding") ?? "")) {
    headers.delete("content-encoding");
    headers.delete("content-length");
  }
  const contentLength = lengthOf(headers);
  if (DECOMPRESSES && response.ok && !codings && contentLength === undefined && isStored(headers)) {
    throw unclear(asked.url.host);
  }
  return {
    headers,
    contentLength,
    framing: contentLength === undefined ? { kind: "close" } : { kind: "length", length: contentLength },
  };
}

/** A server that stores an entity knows its length. */
function isStored(headers: Fields): boolean {
  return headers.get("accept-ranges") === "bytes" || headers.get("etag")?.startsWith('"') === true;
}

function unclear(host: string): NetworkError {
  return new NetworkError(`${host} may have sent it compressed, and this Deno would hide that it decompressed it`, {
    code: "unasked-encoding",
    operation: "read",
    peer: host,
    hint: "ask for a compressed body, or take HTTP/1.1",
  });
}

function lengthOf(headers: Fields): number | undefined {
  const text = headers.get("content-length");
  if (text === undefined) return undefined;
  // Several fields of a name come as one list; a length may be repeated (RFC 9110 §8.6).
  const [length, ...more] = new Set(
    text.split(",").map((element) => Number(/^[\t ]*(\d{1,15})[\t ]*$/.exec(element)?.[1])),
  );
  if (length === undefined || Number.isNaN(length) || more.length > 0) {
    throw invalid("content-length", "invalid Content-Length: not a single number");
  }
  return length;
}
