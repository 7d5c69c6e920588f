import { type ByteSource, type SharedSource, toSource } from "../../../core/mod.ts";
import type { BodySource, RequestOptions } from "../request_options.ts";

/** A body as it is sent: bytes, or a source of them. */
export function sentBody(body: RequestOptions["body"]): Uint8Array | BodySource | undefined {
  if (body === undefined || body instanceof Uint8Array) return body;
  if (typeof body === "string") return new TextEncoder().encode(body);
  return "read" in body ? body : bytesOf(toSource(body));
}

/** Reads a source of pieces in arrays of the reader's. */
function bytesOf(source: SharedSource): ByteSource {
  let piece: Uint8Array = new Uint8Array();
  return {
    async read(into) {
      while (piece.length === 0) {
        const next = await source.next();
        if (next === null) return null;
        piece = next;
      }
      const count = Math.min(into.length, piece.length);
      into.set(piece.subarray(0, count));
      piece = piece.subarray(count);
      return count;
    },
  };
}
