import { NetworkError } from "../../../core/errors/errors.ts";

/** The error codes of HTTP/2 (RFC 9113 §7). */
export const ERROR_CODES = {
  NO_ERROR: 0,
  PROTOCOL_ERROR: 1,
  INTERNAL_ERROR: 2,
  FLOW_CONTROL_ERROR: 3,
  SETTINGS_TIMEOUT: 4,
  STREAM_CLOSED: 5,
  FRAME_SIZE_ERROR: 6,
  REFUSED_STREAM: 7,
  CANCEL: 8,
  COMPRESSION_ERROR: 9,
  CONNECT_ERROR: 10,
  ENHANCE_YOUR_CALM: 11,
  INADEQUATE_SECURITY: 12,
  HTTP_1_1_REQUIRED: 13,
} as const;

/** Name of an error code of HTTP/2. */
export type Http2ErrorName = keyof typeof ERROR_CODES;

const NAMES = Object.keys(ERROR_CODES) as readonly Http2ErrorName[];

/** Returns the name of an error code. */
export function errorCodeName(code: number): string {
  return NAMES.find((name) => ERROR_CODES[name] === code) ?? `error ${code}`;
}

/** A violation of HTTP/2, or an exceeded limit: of the connection, or of one stream. */
export class Http2Error extends NetworkError {
  /** The name of the class. */
  override readonly name: string = "Http2Error";
  /** Name of the error code that the peer is told. */
  readonly http2Code: Http2ErrorName;
  /** The stream, if the others are not affected. */
  readonly stream?: number;

  /** Creates an error of a connection, or of a stream. */
  constructor(http2Code: Http2ErrorName, message: string, stream?: number) {
    super(message, { code: `http2-${http2Code.toLowerCase().replaceAll("_", "-")}`, operation: "read" });
    this.http2Code = http2Code;
    this.stream = stream;
  }
}

/** Returns the error for a violation of RFC 9113. */
export function violation(message: string, stream?: number): Http2Error {
  return new Http2Error("PROTOCOL_ERROR", message, stream);
}
