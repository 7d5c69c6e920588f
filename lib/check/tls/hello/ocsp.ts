import { bitsOf, DER, timeOf, valuesOf } from "./der.ts";

/** Which certificate a status is about (RFC 6960 §4.1.1); identifiers and numbers as hexadecimal text. */
export interface OcspCertId {
  /** Object identifier of the hash. */
  readonly hash: string;
  /** Hashes of the name and of the key of the issuer. */
  readonly issuerName: string;
  readonly issuerKey: string;
  /** Serial number. */
  readonly serial: string;
}

/** Status of one certificate. */
export interface OcspSingle {
  readonly id: OcspCertId;
  readonly status: "good" | "revoked" | "unknown";
  /** When the status was known. */
  readonly thisUpdate?: Date;
  /** Until when it holds. */
  readonly nextUpdate?: Date;
}

/** An OCSP response with statuses, and what proves it. */
export interface OcspResponse {
  /** When the response was made. */
  readonly produced?: Date;
  readonly singles: readonly OcspSingle[];
  /** Signed bytes. */
  readonly signed: Uint8Array<ArrayBuffer>;
  /** Object identifier of the algorithm of the signature, as hexadecimal text. */
  readonly algorithm: string;
  readonly signature: Uint8Array<ArrayBuffer>;
  /** Certificates of responders (DER). */
  readonly certificates: readonly Uint8Array<ArrayBuffer>[];
}

const STATUS = { 0x80: "good", 0xa1: "revoked", 0x82: "unknown" } as const;
/** Statuses and certificates that are read. */
const [MAX_SINGLES, MAX_CERTIFICATES] = [50, 5];

/** Parses an OCSP response (RFC 6960 §4.2.1): `error` if the responder gave none; undefined if it is invalid. */
export function parseOcsp(der: Uint8Array<ArrayBuffer>): OcspResponse | "error" | undefined {
  const [response] = valuesOf(der);
  const [status, wrapped] = valuesOf(response?.body);
  if (status?.tag !== DER.enumerated) return undefined;
  if (status.body[0] !== 0) return "error";
  const [bytes] = valuesOf(wrapped?.body);
  const basic = valuesOf(bytes?.body).find(({ tag }) => tag === DER.octets);
  const [outer] = valuesOf(basic?.body);
  const [data, algorithm, bits, extra] = valuesOf(outer?.body);
  const fields = valuesOf(data?.body);
  const signature = bitsOf(bits);
  const list = fields.find(({ tag }) => tag === DER.sequence);
  if (!data || !signature) return undefined;
  const produced = timeOf(fields.find(({ tag }) => tag === DER.time));
  const singles = valuesOf(list?.body).slice(0, MAX_SINGLES).flatMap(({ body }) => singleOf(body));
  if (singles.length === 0) return undefined;
  const [certificates] = extra?.tag === 0xa0 ? valuesOf(extra.body) : [];
  return {
    ...(produced && { produced }),
    ...{ singles, signed: data.whole, signature },
    algorithm: valuesOf(algorithm?.body)[0]?.body.toHex() ?? "",
    certificates: valuesOf(certificates?.body).slice(0, MAX_CERTIFICATES).map(({ whole }) => whole),
  };
}

function singleOf(body: Uint8Array<ArrayBuffer>): OcspSingle[] {
  const [id, state, known, ...rest] = valuesOf(body);
  const status = STATUS[state?.tag as keyof typeof STATUS];
  const [hash, issuerName, issuerKey, serial] = valuesOf(id?.body);
  if (!status || !serial) return [];
  const thisUpdate = timeOf(known);
  const nextUpdate = timeOf(valuesOf(rest.find(({ tag }) => tag === 0xa0)?.body)[0]);
  return [{
    id: {
      hash: valuesOf(hash?.body)[0]?.body.toHex() ?? "",
      issuerName: issuerName?.body.toHex() ?? "",
      issuerKey: issuerKey?.body.toHex() ?? "",
      serial: serial.body.toHex(),
    },
    ...{ status, ...(thisUpdate && { thisUpdate }), ...(nextUpdate && { nextUpdate }) },
  }];
}
