import { concat, fromSystem, UsageError } from "../../../core/mod.ts";

/** Spelling of stdin as a body. */
export const STDIN_BODY = "@-";

/** Returns the path of the file that a part of a request body names with `@`; undefined for a text, and for stdin. */
export function bodyPath(part: string): string | undefined {
  return part.startsWith("@") && part !== STDIN_BODY ? part.slice(1) : undefined;
}

/**
 * Checks a part of a request body as it stands on a command line.
 *
 * @throws {UsageError} `invalid-body` for an `@` without a path.
 */
export function parseBodyPart(part: string): string {
  if (part === "@") throw new UsageError("the path is missing", { code: "invalid-body" });
  return part;
}

/**
 * Reads a request body as it stands on a command line: each part is a text, or with `@` in front the path of a file, `@-` for
 * what `stdin` returns. Several are joined by `&`, as the fields of a form are. Bytes are sent as they are.
 *
 * Needs read permission for the files.
 *
 * @throws {SystemError} When a file cannot be read.
 */
export async function readRequestBody(
  parts: readonly string[],
  stdin: () => Promise<Uint8Array>,
): Promise<Uint8Array<ArrayBuffer>> {
  const read: Uint8Array[] = [];
  for (const [index, part] of parts.entries()) {
    if (index > 0) read.push(new TextEncoder().encode("&"));
    read.push(part === STDIN_BODY ? await stdin() : await readPart(part));
  }
  return concat(read);
}

async function readPart(part: string): Promise<Uint8Array> {
  const path = bodyPath(part);
  if (path === undefined) return new TextEncoder().encode(part);
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  }
}
