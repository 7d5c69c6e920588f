import { UsageError } from "../errors/errors.ts";
import { isWindows, type Os } from "./os.ts";

/** Maximum length of the path of a socket in bytes: 108 on Linux and Windows, 104 on macOS and BSD, with a final NUL (unix(7)). */
export function maxSocketPath(os: Os = Deno.build.os): number {
  return (os === "linux" || os === "android" || os === "windows" ? 108 : 104) - 1;
}

/**
 * Throws on Windows, where the runtime has no unix sockets: it would fail with a TypeError.
 *
 * @throws {UsageError} `unix-sockets-missing`
 */
export function requireUnixSockets(path: string, os?: Os): void {
  if (!isWindows(os)) return;
  throw new UsageError(`cannot use unix:${path}: unix sockets are not supported on Windows`, {
    code: "unix-sockets-missing",
  });
}
