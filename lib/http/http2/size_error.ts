import { Http2Error } from "../codec/http2/errors.ts";

/** Returns the error for a frame whose payload cannot have its size. */
export function sizeError(type: string, stream?: number): Http2Error {
  return new Http2Error("FRAME_SIZE_ERROR", `${type} has a wrong size`, stream);
}
