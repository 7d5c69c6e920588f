import { type CertificateFacts, certificateFacts } from "./certificate.ts";

/** Reads certificates; invalid ones are omitted. */
export async function readCertificates(
  certificates: readonly (Uint8Array<ArrayBuffer> | string)[],
): Promise<CertificateFacts[]> {
  const read = await Promise.allSettled(certificates.map((certificate) => certificateFacts(certificate)));
  return read.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
}

/** Whether a PEM text contains exactly this certificate (DER). */
export function isSamePem(pem: string, der: Uint8Array): boolean {
  return pem.replace(/-----[^-]+-----|\s/g, "") === der.toBase64();
}
