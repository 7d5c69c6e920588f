import { isWindows, type Os } from "./os.ts";

/**
 * Returns the permission bits of a file, without its type. Undefined on Windows, where access is a matter of lists: the bits that
 * the runtime returns there (666 or 444) only tell whether the file is read-only, and must not be sent, compared or restored.
 */
export function permissionBits({ mode }: Pick<Deno.FileInfo, "mode">, os?: Os): number | undefined {
  return mode === null || isWindows(os) ? undefined : mode & 0o7777;
}

/** Returns whether users other than the owner have one of these permissions; false where files have no such bits. */
export function othersMay(info: Pick<Deno.FileInfo, "mode">, bits: number, os?: Os): boolean {
  return ((permissionBits(info, os) ?? 0) & bits & 0o077) !== 0;
}
