import { SystemError } from "../../errors/errors.ts";
import { fromSystem } from "../../errors/system_error.ts";
import { certificatesOf } from "./pem.ts";

const LIMIT = 16 << 20;

/**
 * Reads a file with the certificates of authorities, as PEM.
 *
 * Needs read permission for the file.
 *
 * @throws {SystemError} When it cannot be read, or holds no certificate.
 */
export async function readCaFile(path: string): Promise<string[]> {
  let text: string;
  try {
    if ((await Deno.stat(path)).size > LIMIT) {
      throw new SystemError(`${path} is larger than ${LIMIT} bytes`, { code: "file-too-large" });
    }
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  }
  return certificatesOf(text, path);
}
