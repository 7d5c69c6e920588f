import { SystemError } from "./errors/errors.ts";

/**
 * Checks that an API of the runtime is there that only exists with its flag.
 *
 * @throws {SystemError} `unstable-missing`, and says which flag.
 */
export function requireUnstable(api: unknown, name: string): void {
  if (api === undefined) {
    throw new SystemError(`this Deno runs without ${name}`, {
      code: "unstable-missing",
      hint: "run it with --unstable-net",
    });
  }
}
