/** A value in DER: its tag, its content, and all of it. */
export interface DerValue {
  readonly tag: number;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly whole: Uint8Array<ArrayBuffer>;
}

/** Tags of the types that are read here. */
export const DER = { integer: 0x02, bits: 0x03, octets: 0x04, enumerated: 0x0a, sequence: 0x30, time: 0x18 } as const;

/** Returns the values in a body, up to the first that is incomplete. */
export function valuesOf(bytes: Uint8Array<ArrayBuffer> = new Uint8Array()): DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const first = bytes[at + 1] ?? 0;
    const size = first < 0x80 ? 0 : first & 0x7f;
    if (size > 3) break;
    let length = size === 0 ? first : 0;
    for (let i = 0; i < size; i++) length = length << 8 | (bytes[at + 2 + i] ?? 0);
    const start = at + 2 + size;
    const end = start + length;
    if (end > bytes.length) break;
    values.push({ tag: bytes[at] ?? 0, body: bytes.slice(start, end), whole: bytes.slice(at, end) });
    at = end;
  }
  return values;
}

/** Returns the time of a GeneralizedTime in UTC. */
export function timeOf(value: DerValue | undefined): Date | undefined {
  if (value?.tag !== DER.time) return undefined;
  const text = new TextDecoder("latin1").decode(value.body);
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(text) ??
    [];
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Returns the bytes of a BIT STRING without unused bits. */
export function bitsOf(value: DerValue | undefined): Uint8Array<ArrayBuffer> | undefined {
  return value?.tag === DER.bits && value.body[0] === 0 ? value.body.slice(1) : undefined;
}
