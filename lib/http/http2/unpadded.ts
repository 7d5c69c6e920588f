import { violation } from "../codec/http2/errors.ts";
import { FLAG, type Frame } from "../codec/http2/frame.ts";

/**
 * Returns the payload of DATA or HEADERS without its padding.
 *
 * @throws {Http2Error} `PROTOCOL_ERROR` for padding that is larger than the payload.
 */
export function unpadded({ flags, payload }: Frame): Uint8Array {
  if (!(flags & FLAG.PADDED)) return payload;
  const padding = payload[0];
  if (padding === undefined || padding >= payload.length) throw violation("the padding is larger than the frame");
  return payload.subarray(1, payload.length - padding);
}
