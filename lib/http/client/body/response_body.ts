import { NetworkError, readAll, UsageError } from "../../../core/mod.ts";
import { decodedBody } from "./decode.ts";
import type { HttpResponse } from "../response.ts";

/** Bytes of a body that are held in memory, where the caller gives no limit. */
export const MAX_BODY_BYTES: number = 64 << 20;

type WholeBody = Pick<HttpResponse, "bytes" | "text" | "json">;

/** Adds the methods that read a whole body, its content coding removed. */
export function withWholeBody(response: Omit<HttpResponse, keyof WholeBody>): HttpResponse {
  const { body, url } = response;
  const bytes = async (limit = MAX_BODY_BYTES) => {
    // An empty text would look like the answer.
    if (body.ended && body.received > 0) throw new UsageError(`the body from ${url.host} was read already`);
    return await readAll(decodedBody(response, limit), limit);
  };
  const text = async (limit?: number) => decoderOf(response).decode(await bytes(limit));
  const json = async (limit?: number) => parseJson(await text(limit), response.url.host);
  return { ...response, bytes, text, json };
}

function decoderOf({ headers }: Pick<HttpResponse, "headers">): TextDecoder {
  const charset = /;[\t ]*charset[\t ]*=[\t ]*"?([^\s;"]+)/i.exec(headers.get("content-type") ?? "")?.[1];
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

function parseJson(text: string, peer: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (cause) {
    throw new NetworkError(`cannot read the body from ${peer} as JSON`, {
      code: "invalid-json",
      operation: "read",
      peer,
      cause,
    });
  }
}
