import { UsageError } from "./errors/errors.ts";

/**
 * Returns the value of an environment variable, or undefined if it is not set. Requires the env permission for its name.
 *
 * @throws {UsageError} `invalid-variable` when the value is not UTF-8. The value may be a password and is not shown.
 */
export function readVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.InvalidData)) throw error;
    throw new UsageError(`invalid environment variable ${name}: not UTF-8`, { code: "invalid-variable" });
  }
}

/**
 * Returns the value of an environment variable as {@link readVariable} does, or undefined where the permission for it is missing.
 *
 * @throws {UsageError} `invalid-variable`.
 */
export function readAllowedVariable(name: string): string | undefined {
  try {
    return readVariable(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}
