/** Version of TLS that the runtime supports. */
export type TlsVersion = "TLSv1.2" | "TLSv1.3";

const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
const SERVER_HELLO = 2;
const SUPPORTED_VERSIONS = 43;
const HEADER_SIZE = 5;
/** Maximum number of bytes of a ServerHello that are parsed: its extensions are few and small. */
const MAX_HELLO_BYTES = 1024;
/** AEAD cipher suites of TLS 1.2 with an implicit nonce (RFC 7905). */
const CHACHA20_SUITES = [0xcca8, 0xcca9, 0xccaa];

/** Parameters that a ServerHello determines. */
export interface Negotiated {
  /** Version of TLS. */
  readonly version: TlsVersion;
  /** Overhead of a record of application data in bytes. */
  readonly overhead: number;
}

/**
 * Parses the records of one direction of a TLS connection as far as possible without keys (RFC 8446 §5.1): the
 * ServerHello, and the number of bytes of application data. Encrypted handshake messages of TLS 1.3 cannot be told
 * from data and are included.
 */
export class RecordMeter {
  /** Number of bytes of application data in complete records. */
  data = 0;
  /** Parameters of the ServerHello, once it is complete; may be set on the meter of the other direction. */
  negotiated?: Negotiated;
  readonly #header = new Uint8Array(HEADER_SIZE);
  #filled = 0;
  #type = 0;
  #length = 0;
  #left = 0;
  #hello?: number[] = [];

  /** Parses the next bytes of the direction. */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#left === 0) {
        this.#header[this.#filled++] = bytes[at++] ?? 0;
        if (this.#filled < HEADER_SIZE) continue;
        this.#filled = 0;
        [this.#type = 0] = this.#header;
        this.#length = this.#left = (this.#header[3] ?? 0) << 8 | (this.#header[4] ?? 0);
        continue;
      }
      const count = Math.min(this.#left, bytes.length - at);
      if (this.#hello && this.#type === HANDSHAKE) this.#look(bytes.subarray(at, at + count));
      at += count;
      this.#left -= count;
      if (this.#left === 0 && this.#type === APPLICATION_DATA) {
        this.data += Math.max(0, this.#length - (this.negotiated?.overhead ?? 0));
      }
    }
  }

  #look(bytes: Uint8Array): void {
    const hello = this.#hello ?? [];
    for (const byte of bytes.subarray(0, MAX_HELLO_BYTES - hello.length)) hello.push(byte);
    const negotiated = parseServerHello(hello);
    if (negotiated === "incomplete" && hello.length < MAX_HELLO_BYTES) return;
    if (typeof negotiated === "object") this.negotiated = negotiated;
    this.#hello = undefined;
  }
}

/** Parses a handshake message as a ServerHello (RFC 8446 §4.1.3); undefined for another message. */
export function parseServerHello(message: ArrayLike<number>): Negotiated | "incomplete" | undefined {
  const byte = (at: number) => message[at] ?? 0;
  const word = (at: number) => byte(at) << 8 | byte(at + 1);
  if (message.length < 4) return "incomplete";
  if (byte(0) !== SERVER_HELLO) return undefined;
  const end = 4 + (byte(1) << 16 | word(2));
  if (message.length < end) return "incomplete";
  const suite = 4 + 2 + 32 + 1 + byte(38);
  let version: TlsVersion = "TLSv1.2";
  for (let at = suite + 5; at + 4 <= end; at += 4 + word(at + 2)) {
    if (word(at) === SUPPORTED_VERSIONS && word(at + 4) === 0x0304) version = "TLSv1.3";
  }
  // TLS 1.3: content type and tag; TLS 1.2: tag, and with GCM the explicit nonce (RFC 5288).
  const overhead = version === "TLSv1.3" ? 17 : CHACHA20_SUITES.includes(word(suite)) ? 16 : 24;
  return { version, overhead };
}

/**
 * Returns whether a client's first bytes are a complete ClientHello (RFC 8446 §4.1.2), which may be split over several records,
 * or cannot be the beginning of one.
 */
export function isWholeClientHello(bytes: Uint8Array): boolean {
  let held = 0;
  let needed = 4;
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] !== HANDSHAKE) return true;
    if (at + HEADER_SIZE > bytes.length) return false;
    const length = (bytes[at + 3] ?? 0) << 8 | (bytes[at + 4] ?? 0);
    // The first record has the length of the message; a record shorter than its header is not sent by any client.
    if (at === 0) {
      if (length < 4) return true;
      if (bytes.length < HEADER_SIZE + 4) return false;
      needed = 4 + ((bytes[6] ?? 0) << 16 | (bytes[7] ?? 0) << 8 | (bytes[8] ?? 0));
    }
    at += HEADER_SIZE + length;
    held += length;
    if (held >= needed) return at <= bytes.length;
  }
  return false;
}
