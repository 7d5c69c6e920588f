import { NetworkError } from "../../core/mod.ts";
import type { HttpResponse } from "./response.ts";

/** What {@link decodedBody} can decode, for Accept-Encoding. */
export const ACCEPT_ENCODING = "gzip, deflate";

/** Decoders by content coding (RFC 9110 §8.4.1); `deflate` is the zlib format. */
const DECODERS: Readonly<Record<string, "gzip" | "deflate">> = {
  "gzip": "gzip",
  "x-gzip": "gzip",
  "deflate": "deflate",
};

/**
 * The body of a response without its content coding, at most `limit` bytes of it: a small body may decode to a huge one.
 * Never use it with ranges or to resume: those count encoded bytes.
 *
 * @throws {NetworkError} `too-large` beyond the limit, `unsupported-encoding` for a coding not known here, `invalid-encoding` for a body that does not decode, or not to its end.
 * @example
 * ```ts
 * import { decodedBody, request, serveHttp } from "../../../mod.ts";
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
export async function* decodedBody(
  response: Pick<HttpResponse, "headers" | "body" | "close">,
  limit: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const codings = (response.headers.get("content-encoding") ?? "").toLowerCase().split(",")
    .map((coding) => coding.trim()).filter((coding) => coding !== "" && coding !== "identity");
  if (codings.length > 2) throw unsupported(codings.join(", "));
  const decoders = codings.reverse().map((coding) => {
    if (!Object.hasOwn(DECODERS, coding)) throw unsupported(coding);
    return DECODERS[coding];
  });
  let failure: unknown;
  const guarded = async function* () {
    try {
      yield* response.body;
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  let stream: ReadableStream<Uint8Array<ArrayBuffer>> = ReadableStream.from(guarded());
  for (const decoder of decoders) stream = stream.pipeThrough(new DecompressionStream(decoder));
  let size = 0;
  try {
    for await (const piece of stream) {
      size += piece.length;
      if (size > limit) throw new NetworkError(`the body has more than ${limit} bytes`, { code: "too-large" });
      yield piece;
    }
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (error instanceof NetworkError) throw error;
    throw new NetworkError("the body is not encoded as its head says", { code: "invalid-encoding", cause: error });
  } finally {
    response.close();
  }
}

function unsupported(coding: string): NetworkError {
  return new NetworkError(`the content coding ${JSON.stringify(coding)} is not known here`, {
    code: "unsupported-encoding",
  });
}
