/** Status of a certificate by a stapled OCSP response (RFC 6960 §4.2.1); its signature is not verified. */
export interface OcspAnswer {
  /** Status of the certificate; `error` if the responder gave none. */
  readonly status: "good" | "revoked" | "unknown" | "error";
  /** When the response was made. */
  readonly produced?: Date;
  /** Until when it holds. */
  readonly nextUpdate?: Date;
}

/** A value in DER: its tag, and its content. */
interface Value {
  readonly tag: number;
  readonly body: Uint8Array<ArrayBuffer>;
}

const TIME = 0x18;
const SEQUENCE = 0x30;
const OCTETS = 0x04;
const STATUS = { 0x80: "good", 0xa1: "revoked", 0x82: "unknown" } as const;

/** Parses an OCSP response; undefined if it is invalid. */
export function parseOcsp(der: Uint8Array<ArrayBuffer>): OcspAnswer | undefined {
  const [response] = valuesOf(der);
  const [status, wrapped] = valuesOf(response?.body);
  if (status?.tag !== 0x0a) return undefined;
  if (status.body[0] !== 0) return { status: "error" };
  const [bytes] = valuesOf(wrapped?.body);
  const basic = valuesOf(bytes?.body).find(({ tag }) => tag === OCTETS);
  const [outer] = valuesOf(basic?.body);
  const [signed] = valuesOf(outer?.body);
  const fields = valuesOf(signed?.body);
  const produced = timeOf(fields.find(({ tag }) => tag === TIME));
  const list = fields.find(({ tag }) => tag === SEQUENCE);
  const [single] = valuesOf(list?.body);
  const parts = valuesOf(single?.body);
  const found = parts.map(({ tag }) => STATUS[tag as keyof typeof STATUS]).find(Boolean);
  if (!found) return undefined;
  const next = parts.find(({ tag }) => tag === 0xa0);
  const nextUpdate = timeOf(valuesOf(next?.body)[0]);
  return { status: found, ...(produced && { produced }), ...(nextUpdate && { nextUpdate }) };
}

/** Returns the values in a body, up to the first that is incomplete. */
function valuesOf(bytes: Uint8Array<ArrayBuffer> = new Uint8Array()): Value[] {
  const values: Value[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const first = bytes[at + 1] ?? 0;
    const size = first < 0x80 ? 0 : first & 0x7f;
    if (size > 3) break;
    let length = size === 0 ? first : 0;
    for (let i = 0; i < size; i++) length = length << 8 | (bytes[at + 2 + i] ?? 0);
    const start = at + 2 + size;
    if (start + length > bytes.length) break;
    values.push({ tag: bytes[at] ?? 0, body: bytes.slice(start, start + length) });
    at = start + length;
  }
  return values;
}

function timeOf(value: Value | undefined): Date | undefined {
  if (value?.tag !== TIME) return undefined;
  const text = new TextDecoder("latin1").decode(value.body);
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(text) ??
    [];
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
