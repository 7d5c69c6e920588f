import { SystemError, ToucanError } from "../core/errors.ts";
import { fromSystem } from "../core/system_error.ts";

const LIMIT = 64 * 1024;
const VARIABLE = "TOUCAN_PASSWORD";

/**
 * A secret: the first line of a file, or what TOUCAN_PASSWORD holds when no file is named.
 *
 * @throws {SystemError} When the file cannot be read, or its first line is empty.
 */
export async function secretOf(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return fromEnvironment();
  try {
    using file = await Deno.open(path);
    const buffer = new Uint8Array(LIMIT);
    const count = await file.read(buffer) ?? 0;
    const [line = ""] = new TextDecoder().decode(buffer.subarray(0, count)).split(/\r?\n/, 1);
    if (line !== "") return line;
    throw new SystemError(`${path} has no password in its first line`, { code: "no-password" });
  } catch (error) {
    throw error instanceof ToucanError ? error : fromSystem(error, { doing: "read", what: path });
  }
}

/** What the variable holds; nothing where it may not be looked at. */
function fromEnvironment(): string | undefined {
  const asked = Deno.permissions.querySync({ name: "env", variable: VARIABLE });
  return asked.state === "granted" ? Deno.env.get(VARIABLE) || undefined : undefined;
}
