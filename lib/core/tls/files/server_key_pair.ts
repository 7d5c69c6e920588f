import { type KeyPair, selfSigned } from "../certificate/certificate.ts";
import { UsageError } from "../../errors/errors.ts";
import { storedKeyPair } from "./stored_key_pair.ts";
import { certificatesOf, pinOfPem, privateKeyOf } from "./pem.ts";
import { readText } from "./read_text.ts";

/** Source of a server's certificate. By default it is created in memory. */
export interface KeyPairSource {
  /** Path of the certificate, or the chain with the server's own first, as PEM. */
  readonly certFile?: string;
  /** Path of its private key, as PEM. */
  readonly keyFile?: string;
  /** Folder of a self-signed certificate that is kept over restarts. */
  readonly directory?: string;
  /** Names and addresses of a self-signed certificate. @default localhost, 127.0.0.1, ::1 */
  readonly names?: readonly string[];
}

/**
 * Returns the certificate of a server: from files, from a folder, or created in memory.
 *
 * Permissions: `--allow-read=FILE` for each file; for a folder `--allow-read=FOLDER`, and `--allow-write=FOLDER` when
 * nothing is in it yet.
 *
 * @param source The files of certificate and key, or the folder of a self-signed one.
 * @returns Certificate and key as PEM, and the pin.
 * @throws {UsageError} When only one of the two files is given, or both files and a folder.
 * @throws {SystemError} When a file cannot be read, contains no certificate or no key, or an encrypted one; `not-a-file`
 * and `not-owner` for a key in the
 * folder that may be of another user.
 * @example Create a certificate in memory
 * ```ts
 * import { serverKeyPair } from "../../public.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const { cert } = await serverKeyPair({ names: ["localhost"] });
 * assertStringIncludes(cert, "BEGIN CERTIFICATE");
 * ```
 */
export function serverKeyPair(source?: KeyPairSource): Promise<KeyPair>;
export async function serverKeyPair(source: KeyPairSource = {}): Promise<KeyPair> {
  const { certFile, keyFile, directory, names } = source;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new UsageError("a server requires both a certificate and its private key", { reason: "key-pair" });
  }
  if (certFile !== undefined && keyFile !== undefined) {
    if (directory !== undefined) {
      throw new UsageError("certificate files cannot be combined with a folder for a certificate");
    }
    return await keyPairFrom(certFile, keyFile);
  }
  return directory === undefined ? await selfSigned(names) : await storedKeyPair(directory, names);
}

/** Reads a certificate and its key from files. */
export async function keyPairFrom(certFile: string, keyFile: string): Promise<KeyPair> {
  const [certText = "", keyText = ""] = await Promise.all([certFile, keyFile].map(readText));
  const cert = certificatesOf(certText, certFile).join("");
  return { cert, key: privateKeyOf(keyText, keyFile), pin: await pinOfPem(cert, certFile) };
}
