import { createPublicKey } from "../../../deps/node/public_key.ts";
import { pinOf } from "../certificate/certificate.ts";
import { SystemError } from "../../errors/errors.ts";
import { certificatesOf, pinOfPem, privateKeyOf } from "./pem.ts";
import { readText } from "./read_text.ts";
import type { ClientCertificate } from "../client/node_client.ts";

/**
 * Reads a client certificate and its private key, both PEM; without a file of its own the key
 * is read from that of the certificate.
 *
 * Requires read permission for the files.
 *
 * @throws {SystemError} When a file cannot be read, contains no certificate or no usable key, or the key does not match the certificate.
 */
export async function readClientCertificate(certFile: string, keyFile: string = certFile): Promise<ClientCertificate> {
  const text = await readText(certFile);
  const cert = certificatesOf(text, certFile).join("");
  const key = keyFile === certFile ? text : await readText(keyFile);
  const pin = await pinOfPem(cert, certFile);
  const privateKey = privateKeyOf(key, keyFile);
  if (await pinOfKey(privateKey, keyFile) !== pin) {
    throw new SystemError(`cannot use ${keyFile}: the private key does not match the certificate in ${certFile}`, {
      code: "tls-key-mismatch",
    });
  }
  return { cert, key: privateKey };
}

async function pinOfKey(privateKey: string, file: string): Promise<string> {
  try {
    return await pinOf(new Uint8Array(createPublicKey(privateKey).export({ type: "spki", format: "der" })));
  } catch (cause) {
    throw new SystemError(`cannot use ${file}: the private key cannot be read`, { code: "tls-bad-key", cause });
  }
}
