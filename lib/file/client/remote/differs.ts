import { NetworkError } from "../../../core/mod.ts";

/** Returns the error for a digest that differs from the expected one. */
export function differs(path: string): NetworkError {
  return new NetworkError(`the SHA-256 of ${path} differs from the server's`, {
    code: "digest-mismatch",
    operation: "verify",
  });
}

/** Returns the error for a file whose size on the server is not the number of bytes that were sent. */
export function sizeDiffers(path: string, there: number | string, sent: number): NetworkError {
  return new NetworkError(`${path} has ${there} bytes on the server, ${sent} were sent`, {
    code: "size-mismatch",
    operation: "verify",
  });
}
