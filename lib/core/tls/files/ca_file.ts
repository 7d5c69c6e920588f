import { SystemError } from "../../errors/errors.ts";
import { fromSystem } from "../../errors/system_error.ts";
import { certificatesOf } from "./pem.ts";
import { readText } from "./read_text.ts";

const MAX_FILE_BYTES = 16 << 20;

/**
 * Reads a file with certificates of authorities, as PEM.
 *
 * Requires read permission for the file.
 *
 * @throws {SystemError} When it cannot be read, or contains no certificate.
 */
export async function readCaFile(path: string): Promise<string[]> {
  let text: string;
  try {
    if ((await Deno.stat(path)).size > MAX_FILE_BYTES) {
      throw new SystemError(`${path} is larger than ${MAX_FILE_BYTES} bytes`, { code: "file-too-large" });
    }
    text = await readText(path);
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  }
  return certificatesOf(text, path);
}
