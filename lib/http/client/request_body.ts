import { fromSystem } from "../../core/mod.ts";

/**
 * A request body as it stands on a command line: a text, or with `@` in front the path of a file, which is read.
 *
 * Needs read permission for the file.
 *
 * @throws {SystemError} When the file cannot be read.
 */
export async function readRequestBody(text: string): Promise<Uint8Array<ArrayBuffer>> {
  if (!text.startsWith("@")) return new TextEncoder().encode(text);
  const path = text.slice(1);
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  }
}
