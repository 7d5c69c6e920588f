import { NetworkError } from "../../core/errors/errors.ts";

/**
 * A message is not HTTP/1.1, or passes a limit. The `code` says what is wrong: `http-invalid-…`, `http-too-large-…` or
 * `http-unsupported-…`.
 *
 * @example Recognise an invalid response
 * ```ts
 * import { HttpMessageError, request } from "../mod.ts";
 *
 * try {
 *   await request("http://127.0.0.1:1/");
 * } catch (error) {
 *   if (error instanceof HttpMessageError) console.log(error.code);
 * }
 * ```
 */
export class HttpMessageError extends NetworkError {
  /** The name of the class. */
  override readonly name: string = "HttpMessageError";
  /** The status with which a server answers a request like this: 400, 413, 414, 431, 501 or 505. */
  readonly status: number;

  /** Makes an error; what the message says comes from us, never from the peer. */
  constructor(status: number, code: string, message: string) {
    super(message, { code, operation: "read" });
    this.status = status;
  }
}

/** Returns the error for a violation of RFC 9112. */
export function invalid(what: string, message: string): HttpMessageError {
  return new HttpMessageError(400, `http-invalid-${what}`, message);
}

/** Returns the error for an exceeded limit. */
export function tooLarge(status: 413 | 414 | 431, what: string, message: string): HttpMessageError {
  return new HttpMessageError(status, `http-too-large-${what}`, message);
}

/** Returns the error for a valid feature that is not supported. */
export function unsupported(status: 501 | 505, what: string, message: string): HttpMessageError {
  return new HttpMessageError(status, `http-unsupported-${what}`, message);
}

/** Adds the server to what is said of its response; an error of any other kind is returned as it is. */
export function ofResponse(error: unknown, peer: string): unknown {
  if (!(error instanceof HttpMessageError)) return error;
  return new HttpMessageError(error.status, error.code, `invalid response from ${peer}: ${error.message}`);
}
