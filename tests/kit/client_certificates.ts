import { ExtendedKeyUsage } from "../../lib/deps/x509.ts";
import { makeCertificate } from "./certificates.ts";
import { mismatchedKey } from "./mismatched_key.ts";
import { asVersion1 } from "./version1.ts";

/** A client certificate, and the expected result. */
export interface ClientCase {
  /** Description. */
  readonly name: string;
  /** The certificate with its key and the certificates that the client sends, as PEM; no certificate if omitted. */
  readonly shows?: { readonly cert: string; readonly key: string; readonly chain?: string };
  /** Error code at the server; accepted if omitted. */
  readonly code?: string;
}

/** Returns client certificates, and the authorities (PEM) of the server. */
export async function clientCases(): Promise<{ readonly authorities: string; readonly cases: readonly ClientCase[] }> {
  const authority = { authority: true, names: [] };
  const [ca, other] = await Promise.all([
    makeCertificate({ ...authority, commonName: "Client CA" }),
    makeCertificate({ ...authority, commonName: "Other CA" }),
  ]);
  const middle = await makeCertificate({ ...authority, commonName: "Middle CA", issuer: ca });
  const leaf = { issuer: ca, names: [], purposes: [ExtendedKeyUsage.clientAuth], commonName: "client" };
  const valid = await makeCertificate(leaf);
  const deep = await makeCertificate({ ...leaf, issuer: middle });
  const own = await makeCertificate({ names: [], commonName: "own" });
  const ownAuthority = await makeCertificate({ ...authority, commonName: "own authority" });
  const stolen = { cert: valid.cert, key: await mismatchedKey(valid) };
  const cases: readonly ClientCase[] = [
    { name: "valid", shows: valid },
    { name: "for any purpose", shows: await makeCertificate({ ...leaf, purposes: undefined }) },
    { name: "none", code: "tls-client-certificate-missing" },
    { name: "of another authority", shows: await makeCertificate({ ...leaf, issuer: other }), code: UNKNOWN },
    {
      name: "of an authority with the name of the trusted one",
      shows: await makeCertificate({
        ...leaf,
        issuer: await makeCertificate({ ...authority, commonName: "Client CA" }),
      }),
      code: UNKNOWN,
    },
    { name: "expired", shows: await makeCertificate({ ...leaf, days: [-9, -1] }), code: "tls-client-expired" },
    {
      name: "not yet valid",
      shows: await makeCertificate({ ...leaf, days: [1, 9] }),
      code: "tls-client-not-yet-valid",
    },
    {
      name: "for servers only",
      shows: await makeCertificate({ ...leaf, purposes: [ExtendedKeyUsage.serverAuth] }),
      code: "tls-client-bad-purpose",
    },
    { name: "self-signed, listed", shows: own },
    { name: "self-signed authority, listed", shows: ownAuthority },
    {
      name: "self-signed, not listed",
      shows: await makeCertificate({ names: [], commonName: "unlisted" }),
      code: UNKNOWN,
    },
    { name: "with its intermediate", shows: { ...deep, chain: middle.cert } },
    { name: "without its intermediate", shows: deep, code: UNKNOWN },
    { name: "version 1", shows: { cert: asVersion1(valid.cert), key: valid.key }, code: "tls-client-unverifiable-key" },
    { name: "valid, with another key", shows: stolen, code: "tls-client-unproved" },
    {
      name: "listed, with another key",
      shows: { cert: own.cert, key: await mismatchedKey(own) },
      code: "tls-client-unproved",
    },
    {
      name: "version 1, with another key",
      shows: { cert: asVersion1(valid.cert), key: stolen.key },
      code: "tls-client-unverifiable-key",
    },
  ];
  return { authorities: ca.cert + own.cert + ownAuthority.cert, cases };
}

const UNKNOWN = "tls-client-unknown-issuer";
