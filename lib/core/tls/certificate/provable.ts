/**
 * Determines whether the runtime's TLS client verifies that a server has the key of the certificate that it presents.
 *
 * `node:tls` of Deno 2.8 and later, told not to reject, still verifies the handshake's signature (RFC 8446 §4.4.3,
 * RFC 5246 §7.4.3), except where its certificate parser cannot read the certificate: of another version than 3, or not DER in
 * the parser's strict sense, it accepts any signature. An attacker who has seen a server's certificate can wrap its public
 * key into such a certificate, so a pin proves nothing there. This is that parser's grammar (RFC 5280 §4.1, X.690 §10), narrower
 * in case of doubt.
 * @module
 */

const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const SEQUENCE = 0x30;
const EXTENSIONS = 0xa3;
const VERSION_3 = [0xa0, 0x03, 0x02, 0x01, 0x02];
const MAX_BYTES = 0xffff;

/** Extensions (RFC 5280 §4.2.1) below 2.5.29 that the parser reads: each contains one sequence. */
const READ_AS_SEQUENCE = new Set([17, 19, 30, 31, 37]);
const KEY_USAGE = 15;
/** Signed certificate timestamps (RFC 6962 §3.3), which contain one octet string: 1.3.6.1.4.1.11129.2.4.2. */
const TIMESTAMPS = [0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x02];

/** Certificate that deviates from the grammar. */
class Deviation extends Error {
  override readonly name: string = "Deviation";
}

/**
 * Returns the SubjectPublicKeyInfo of a certificate (both DER), or undefined if the runtime would not verify the server's key.
 */
export function provableKey(certificate: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
  try {
    return readCertificate(certificate);
  } catch (error) {
    if (error instanceof Deviation) return undefined;
    throw error;
  }
}

function readCertificate(der: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const certificate = new Der(new Der(der).only(SEQUENCE));
  const signed = new Der(certificate.next(SEQUENCE));
  const algorithm = certificate.next(SEQUENCE);
  readBitString(certificate.next(BIT_STRING));
  certificate.end();

  signed.expect(VERSION_3);
  signed.next(INTEGER);
  if (!equal(signed.next(SEQUENCE), algorithm)) throw new Deviation("two signature algorithms");
  for (const _ of ["issuer", "validity", "subject"]) signed.next(SEQUENCE);
  const start = signed.position;
  readKey(signed.next(SEQUENCE));
  const key = signed.since(start);
  if (!signed.done) readExtensions(new Der(signed.next(EXTENSIONS)).only(SEQUENCE));
  signed.end();
  return key;
}

function readKey(body: Uint8Array<ArrayBuffer>): void {
  const key = new Der(body);
  key.next(SEQUENCE);
  readBitString(key.next(BIT_STRING));
  key.end();
}

function readExtensions(body: Uint8Array<ArrayBuffer>): void {
  for (const list = new Der(body); !list.done;) {
    const extension = new Der(list.next(SEQUENCE));
    const id = extension.next(OBJECT_IDENTIFIER);
    if (extension.tag === BOOLEAN) {
      const [value, ...more] = extension.next(BOOLEAN);
      if (more.length > 0 || (value !== 0 && value !== 0xff)) throw new Deviation("not a boolean");
    }
    const value = new Der(extension.next(OCTET_STRING));
    extension.end();
    const standard = id.length === 3 && id[0] === 0x55 && id[1] === 0x1d ? id[2] : undefined;
    if (standard !== undefined && READ_AS_SEQUENCE.has(standard)) value.only(SEQUENCE);
    else if (standard === KEY_USAGE) value.only(BIT_STRING);
    else if (equal(id, TIMESTAMPS)) value.only(OCTET_STRING);
  }
}

/** Reads a bit string of whole bytes: no key and no signature has unused bits. */
function readBitString(body: Uint8Array): void {
  if (body[0] !== 0) throw new Deviation("unused bits");
}

function equal(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  return one.length === other.length && Array.from(one).every((byte, index) => byte === other[index]);
}

/** Reads values in distinguished encoding rules (DER): a tag byte, and the shortest form of each length. */
class Der {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #at = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Tag of the next value. */
  get tag(): number | undefined {
    return this.#bytes[this.#at];
  }

  since(start: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(start, this.#at);
  }

  end(): void {
    if (!this.done) throw new Deviation("something behind the last value");
  }

  expect(bytes: readonly number[]): void {
    if (!equal(this.#bytes.subarray(this.#at, this.#at + bytes.length), bytes)) throw new Deviation("another value");
    this.#at += bytes.length;
  }

  /** Returns the body of the next value, which must have this tag and be the last one. */
  only(tag: number): Uint8Array<ArrayBuffer> {
    const body = this.next(tag);
    this.end();
    return body;
  }

  /** Returns the body of the next value, which must have this tag. */
  next(tag: number): Uint8Array<ArrayBuffer> {
    if (this.#byte() !== tag) throw new Deviation("another tag");
    const length = this.#length();
    const body = this.#bytes.subarray(this.#at, this.#at + length);
    if (body.length !== length) throw new Deviation("cut short");
    this.#at += length;
    return body;
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    if (first !== 0x81 && first !== 0x82) throw new Deviation("a length of another form");
    const length = first === 0x81 ? this.#byte() : this.#byte() << 8 | this.#byte();
    if (length < (first === 0x81 ? 0x80 : 0x100) || length >= MAX_BYTES) throw new Deviation("not the shortest length");
    return length;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Deviation("cut short");
    return byte;
  }
}
