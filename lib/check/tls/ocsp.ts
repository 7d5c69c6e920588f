import { certificateFacts } from "../../core/mod.ts";
import { bitsOf, DER, valuesOf } from "./hello/der.ts";
import { type OcspCertId, type OcspResponse, type OcspSingle, parseOcsp } from "./hello/ocsp.ts";
import { isSignedBy } from "./signature.ts";

/** Status of a certificate by a stapled OCSP response (RFC 6960), as far as it is proved. */
export interface OcspAnswer {
  /** Status of the certificate; `error` if the responder gave none. */
  readonly status: OcspSingle["status"] | "error";
  /** Why the response proves nothing: it is signed by another, or about another certificate. */
  readonly problem?: string;
  /** Why its signature could not be verified here. */
  readonly unverified?: string;
  /** When the response was made. */
  readonly produced?: Date;
  /** When the status was known. */
  readonly thisUpdate?: Date;
  /** Until when it holds. */
  readonly nextUpdate?: Date;
}

type Der = Uint8Array<ArrayBuffer>;

/** Purpose of a certificate that may sign OCSP responses for its issuer (id-kp-OCSPSigning), as certificates are read here. */
const OCSP_SIGNING = "OCSPSigning";
/** Hashes of certificate identifiers, by the bytes of their object identifiers. */
const HASHES: Readonly<Record<string, string>> = {
  "2b0e03021a": "SHA-1",
  "608648016503040201": "SHA-256",
  "608648016503040202": "SHA-384",
  "608648016503040203": "SHA-512",
};

/**
 * Reads a stapled OCSP response, and verifies that it is about a certificate, and signed by the issuer of that or by a responder that
 * the issuer authorised (RFC 6960 §3.2, §4.2.2.2).
 *
 * @param others Certificates among which the issuer may be: those that the server sends, and authorities.
 */
export async function readOcsp(der: Der, certificate: Der, others: readonly Der[], now: Date): Promise<OcspAnswer> {
  const response = parseOcsp(der);
  if (response === undefined) return { status: "error", problem: "it cannot be read" };
  if (response === "error") return { status: "error" };
  const { produced, singles: [first] } = response;
  const leaf = partsOf(certificate);
  const issuer = await issuerOf(certificate, others);
  const own = await ownStatus(response, leaf, issuer);
  const { status, thisUpdate, nextUpdate }: Partial<OcspSingle> = own ?? first ?? {};
  const answer: OcspAnswer = {
    ...{ status: status ?? "error", ...(produced && { produced }) },
    ...{ ...(thisUpdate && { thisUpdate }), ...(nextUpdate && { nextUpdate }) },
  };
  if (!own) return { ...answer, problem: "it is about another certificate" };
  if (!issuer) {
    return { ...answer, unverified: "the certificate of the issuer is not among those that the server sends" };
  }
  return { ...answer, ...await proofOf(response, issuer, now) };
}

async function proofOf(
  response: OcspResponse,
  issuer: Der,
  now: Date,
): Promise<Pick<OcspAnswer, "problem" | "unverified">> {
  const byIssuer = await isSignedBy(response, issuer);
  if (byIssuer) return {};
  for (const responder of response.certificates) {
    const signed = await isSignedBy(response, responder);
    if (!signed) continue;
    const problem = await faultOf(responder, issuer, now);
    return problem === undefined ? {} : { problem };
  }
  if (byIssuer === undefined) return { unverified: "its signature is of a kind that is not supported here" };
  const { certificates: [responder] } = response;
  return { problem: responder ? "its signature is not valid" : "it is not signed by the issuer of the certificate" };
}

/** Returns why a responder that signed may not do so for an issuer. */
async function faultOf(responder: Der, issuer: Der, now: Date): Promise<string | undefined> {
  if (responder.toHex() === issuer.toHex()) return undefined;
  if (!await isIssuedBy(responder, issuer)) return "its signer has no certificate of the issuer";
  const facts = await certificateFacts(responder).catch(() => undefined);
  if (!facts) return "the certificate of its signer cannot be read";
  const { purposes = [], notBefore, notAfter } = facts;
  if (!purposes.includes(OCSP_SIGNING)) return "the certificate of its signer is not for OCSP";
  return now < notBefore || now > notAfter ? "the certificate of its signer is not valid now" : undefined;
}

/** Returns the status of a certificate in a response. Without the issuer only the serial number can tell. */
async function ownStatus(
  { singles }: OcspResponse,
  leaf: CertificateParts | undefined,
  issuer: Der | undefined,
): Promise<OcspSingle | undefined> {
  const parts = issuer && partsOf(issuer);
  for (const single of singles) {
    if (!leaf || single.id.serial !== leaf.serial) continue;
    if (!issuer || (parts && await isOfIssuer(single.id, leaf, parts))) return single;
  }
  return undefined;
}

async function isOfIssuer(id: OcspCertId, leaf: CertificateParts, issuer: CertificateParts): Promise<boolean> {
  const hash = HASHES[id.hash];
  if (hash === undefined) return false;
  const [name, key] = await Promise.all([leaf.issuer, issuer.key].map((bytes) => crypto.subtle.digest(hash, bytes)));
  return [name, key].every((digest, index) =>
    digest !== undefined && new Uint8Array(digest).toHex() === (index === 0 ? id.issuerName : id.issuerKey)
  );
}

async function issuerOf(certificate: Der, others: readonly Der[]): Promise<Der | undefined> {
  for (const other of [...others, certificate]) if (await isIssuedBy(certificate, other)) return other;
  return undefined;
}

async function isIssuedBy(certificate: Der, issuer: Der): Promise<boolean> {
  const [issued, by] = [partsOf(certificate), partsOf(issuer)];
  if (!issued || !by || issued.issuer.toHex() !== by.subject.toHex()) return false;
  return await isSignedBy(issued, issuer) === true;
}

/** Parts of a certificate (RFC 5280 §4.1). */
interface CertificateParts {
  readonly signed: Der;
  readonly algorithm: string;
  readonly signature: Der;
  /** Serial number, as hexadecimal text. */
  readonly serial: string;
  /** Names (DER). */
  readonly issuer: Der;
  readonly subject: Der;
  /** The key itself, of which identifiers have a hash. */
  readonly key: Der;
}

function partsOf(certificate: Der): CertificateParts | undefined {
  const [outer] = valuesOf(certificate);
  const [signed, algorithm, bits] = valuesOf(outer?.body);
  const fields = valuesOf(signed?.body);
  // Version 1 leaves its number out.
  const [serial, , issuer, , subject, info] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields;
  const [signature, key] = [bitsOf(bits), bitsOf(valuesOf(info?.body)[1])];
  if (!signed || !signature || !key || serial?.tag !== DER.integer || !issuer || !subject) return undefined;
  return {
    ...{ signed: signed.whole, signature, key, issuer: issuer.whole, subject: subject.whole },
    ...{ serial: serial.body.toHex(), algorithm: valuesOf(algorithm?.body)[0]?.body.toHex() ?? "" },
  };
}
