import { certificateFacts } from "../certificate/certificate.ts";
import { SystemError } from "../../errors/errors.ts";

/**
 * Returns the certificates of a PEM text, without its other content: keys, comments, a byte order mark.
 *
 * @throws {SystemError} `tls-bad-certificate` when it has none.
 */
export function certificatesOf(text: string, file: string): string[] {
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (!found) throw noCertificate(file);
  return found.map((pem) => `${pem}\n`);
}

/**
 * Returns the pin of a certificate in PEM.
 *
 * @throws {SystemError} `tls-bad-certificate` when it cannot be parsed.
 */
export async function pinOfPem(cert: string, file: string): Promise<string> {
  try {
    return (await certificateFacts(cert)).pin;
  } catch (cause) {
    throw noCertificate(file, cause);
  }
}

function noCertificate(file: string, cause?: unknown): SystemError {
  return new SystemError(`cannot use ${file}: no certificate found`, { code: "tls-bad-certificate", cause });
}

/**
 * Returns the private key of a PEM text.
 *
 * @throws {SystemError} `tls-bad-key` when it has none, or an encrypted one.
 */
export function privateKeyOf(text: string, file: string): string {
  if (/-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(text)) {
    throw new SystemError(`cannot use ${file}: the private key is encrypted`, {
      code: "tls-bad-key",
      hint: "decrypt it with openssl pkey",
    });
  }
  const [key] = /-----BEGIN (?:\w+ )?PRIVATE KEY-----[^-]+-----END (?:\w+ )?PRIVATE KEY-----/.exec(text) ?? [];
  if (key !== undefined) return `${key}\n`;
  throw new SystemError(`cannot use ${file}: no private key found`, { code: "tls-bad-key" });
}
