import { SystemError } from "../../errors.ts";
import { fromSystem } from "../../system_error.ts";

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
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (!found) throw new SystemError(`${path} holds no certificate`, { code: "tls-bad-certificate" });
  return found.map((pem) => `${pem}\n`);
}
