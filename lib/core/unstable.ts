import { SystemError } from "./errors/errors.ts";

/**
 * Checks that an API of the runtime exists that requires a flag.
 *
 * @throws {SystemError} `unstable-missing`, with the flag.
 */
export function requireUnstable(api: unknown, name: string): void {
  if (api === undefined) {
    throw new SystemError(`${name} is not available`, {
      code: "unstable-missing",
      hint: "run it with --unstable-net",
    });
  }
}
