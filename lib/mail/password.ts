import { fromSystem, SystemError, UsageError } from "../core/mod.ts";

const LIMIT = 64 * 1024;

/**
 * Reads a password or token from a file: its first line.
 *
 * Needs read permission for the file.
 *
 * @throws {SystemError} When it cannot be read, or has none.
 */
export async function readPassword(path: string): Promise<string> {
  try {
    using file = await Deno.open(path);
    const buffer = new Uint8Array(LIMIT);
    const count = await file.read(buffer) ?? 0;
    const [line = ""] = new TextDecoder().decode(buffer.subarray(0, count)).split(/\r?\n/);
    if (line !== "") return line;
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  }
  throw new SystemError(`${path} has no password in its first line`, { code: "no-password", peer: path });
}

/**
 * The password: from the file where one is named, otherwise from where `variable` finds it.
 *
 * Needs read permission for the file.
 *
 * @throws {SystemError} What {@link readPassword} throws.
 * @throws {UsageError} `no-password` when there is none.
 */
export async function passwordFrom(file: string | undefined, variable: () => string | undefined): Promise<string> {
  const found = file === undefined ? variable() : await readPassword(file);
  if (found) return found;
  throw new UsageError("a user needs a password", {
    code: "no-password",
    hint: "give --password-file, or set TOUCAN_PASSWORD",
  });
}
