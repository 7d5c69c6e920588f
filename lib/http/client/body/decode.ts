import { NetworkError } from "../../../core/mod.ts";
import type { Fields } from "../../codec/fields/fields.ts";
import { trimBlanks } from "../../codec/octets.ts";
import { ACCEPT_ENCODING, type ContentCoding, contentCoding } from "./content_coding.ts";
import { decompress } from "./decompress.ts";
import type { HttpBody, HttpResponse } from "../response.ts";

/** Content codings of one body, at most; curl has the same limit. */
const MAX_CODINGS = 5;
/** Values of Content-Encoding without a coding; some servers send `none`. */
const PLAIN = new Set(["", "identity", "none"]);
/** Bytes of a body that are read at once. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Decodes the content codings of a response's body (RFC 9110 §8.4): gzip, deflate, br and zstd, as far as the runtime
 * has decoders.
 *
 * @param response The response.
 * @param limit Maximum number of decoded bytes.
 * @returns The decoded body.
 * @throws {NetworkError} `too-large` beyond the limit, `unsupported-encoding` for a coding not known here,
 * `invalid-encoding` for a body that does not decode, or not to its end.
 * @example Decode a compressed body
 * ```ts
 * import { decodedBody, request, serveHttp } from "../../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const zipped = new Blob(["hello"]).stream().pipeThrough(new CompressionStream("gzip"));
 * const body = new Uint8Array(await new Response(zipped).arrayBuffer());
 * await using server = serveHttp("127.0.0.1:0", () => ({ headers: { "Content-Encoding": "gzip" }, body }));
 * using response = await request(server.url);
 * const text = await new Response(ReadableStream.from(decodedBody(response, 1000))).text();
 * assertEquals(text, "hello");
 * ```
 */
export function decodedBody(
  response: Pick<HttpResponse, "headers" | "body" | "close">,
  limit: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  return decoded(response, limit, false);
}

/** Parts of a response that are decoded. */
type EncodedResponse = Pick<HttpResponse, "headers" | "body" | "close">;

/** Like {@link decodedBody}, with pieces that are valid until the next one is asked for: memory stays bounded whatever comes. */
export function decodedPieces(response: EncodedResponse, limit: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  return decoded(response, limit, true);
}

async function* decoded(
  response: EncodedResponse,
  limit: number,
  reused: boolean,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  try {
    // Without content there is nothing to decode, whatever a head says about what a GET would have.
    if (response.body.ended) return;
    const codings = codingsOf(response.headers);
    let pieces = bodyPieces(response.body, reused || codings.length > 0);
    codings.forEach((coding, index) => {
      pieces = decompress(pieces, coding, reused || index < codings.length - 1);
    });
    let size = 0;
    for await (const piece of pieces) {
      size += piece.length;
      if (size > limit) throw new NetworkError(`the body has more than ${limit} bytes`, { code: "too-large" });
      yield piece;
    }
  } finally {
    response.close();
  }
}

/** Returns the codings of a body in the order of decoding: the last applied one first. */
function codingsOf(headers: Fields): ContentCoding[] {
  const names = (headers.get("content-encoding") ?? "").toLowerCase().split(",")
    .map(trimBlanks).filter((name) => !PLAIN.has(name));
  if (names.length > MAX_CODINGS) throw unsupported(names.join(", "));
  return names.reverse().map((name) => {
    const coding = contentCoding(name);
    if (!coding) throw unsupported(name);
    return coding;
  });
}

async function* bodyPieces(body: HttpBody, reused: boolean): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (!reused) return yield* body;
  const room = new Uint8Array(CHUNK_BYTES);
  for (let count = await body.read(room); count !== null; count = await body.read(room)) {
    yield room.subarray(0, count);
  }
}

function unsupported(coding: string): NetworkError {
  return new NetworkError(`unsupported content coding ${JSON.stringify(coding)} (supported: ${ACCEPT_ENCODING})`, {
    code: "unsupported-encoding",
  });
}
