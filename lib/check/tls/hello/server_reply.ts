import { concat } from "../../../deps/std/bytes.ts";
import { TLS_VERSIONS } from "./names.ts";

/** Reply of a server to a hello, as far as it is unencrypted. */
export type ServerReply = HelloReply | AlertReply | PlainReply | InvalidReply;

/** The server goes on with the handshake. */
export interface HelloReply {
  readonly kind: "hello";
  /** Version that it chooses. */
  readonly version: number;
  /** Cipher suite that it chooses. */
  readonly suite: number;
  /** Application protocol that it chooses; encrypted in TLS 1.3. */
  readonly alpn?: string;
  /** Whether it offers to resume the session: by an identifier or a ticket; encrypted in TLS 1.3. */
  readonly resumption?: "ticket" | "identifier";
  /** Its certificates (DER, its own first), unverified; encrypted in TLS 1.3. */
  readonly certificates: readonly Uint8Array<ArrayBuffer>[];
  /** Stapled OCSP response (DER). */
  readonly ocsp?: Uint8Array<ArrayBuffer>;
  /** Whether it asks for a certificate of the client. */
  readonly wantsCertificate: boolean;
}

/** The server ends the handshake. */
export interface AlertReply {
  readonly kind: "alert";
  /** Description of the alert (RFC 8446 §6). */
  readonly description: number;
}

/** The server does not speak TLS. */
export interface PlainReply {
  readonly kind: "plain";
  /** First bytes of what it says. */
  readonly said: Uint8Array<ArrayBuffer>;
}

/** The server begins as TLS does, and does not go on like that. */
export interface InvalidReply {
  readonly kind: "invalid";
  /** Whether it is more than a client reads, such as a chain of a thousand certificates. */
  readonly tooLarge: boolean;
}

/** Maximum number of bytes of a reply: chains of ten large certificates are below it. */
export const REPLY_LIMIT = 1 << 18;

const [FIRST_TYPE, ALERT, HANDSHAKE, LAST_TYPE] = [20, 21, 22, 24] as const;
const INVALID: InvalidReply = { kind: "invalid", tooLarge: false };
const TOO_LARGE: InvalidReply = { kind: "invalid", tooLarge: true };
/** Records of a reply: without this limit, empty ones would cost the more the more there are. */
const RECORDS_LIMIT = 512;
const RECORD_LIMIT = (1 << 14) + 2048;
const SAID_BYTES = 200;
const CERTIFICATE_LIMIT = 20;

/** Types of handshake messages (RFC 5246 §7.4, RFC 6066 §8). */
const MESSAGES = { hello: 2, certificate: 11, request: 13, done: 14, status: 22 } as const;

/**
 * Parses what a server has sent so far after a hello: "incomplete" if more must follow. Before TLS 1.3 a reply is complete with
 * ServerHelloDone; with TLS 1.3, and with `helloOnly`, with the ServerHello. Anything that does not begin as TLS is a plain reply.
 */
export function parseServerReply(
  bytes: Uint8Array<ArrayBuffer>,
  { helloOnly = false }: { readonly helloOnly?: boolean } = {},
): ServerReply | "incomplete" {
  const plain: PlainReply = { kind: "plain", said: bytes.slice(0, SAID_BYTES) };
  const fragments: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < bytes.length;) {
    const [kind = 0, major = 3] = bytes.subarray(at, at + 2);
    if ((kind !== HANDSHAKE && kind !== ALERT) || major !== 3) {
      if (at === 0) return kind >= FIRST_TYPE && kind <= LAST_TYPE && major === 3 ? INVALID : plain;
      const before = reply(fragments, helloOnly);
      return before === "incomplete" ? INVALID : before;
    }
    if (at + 5 > bytes.length) break;
    const length = number16(bytes, at + 3);
    if (length > RECORD_LIMIT) return at === 0 ? plain : INVALID;
    if (fragments.length >= RECORDS_LIMIT) return TOO_LARGE;
    const body = bytes.slice(at + 5, at + 5 + length);
    if (kind === ALERT) {
      if (body.length < 2) break;
      const before = reply(fragments, true);
      return before === "incomplete" ? { kind: "alert", description: body[1] ?? 0 } : before;
    }
    fragments.push(body);
    if (body.length < length) break;
    at += 5 + length;
  }
  return reply(fragments, helloOnly);
}

/** Parses handshake messages. */
function reply(fragments: readonly Uint8Array<ArrayBuffer>[], helloOnly: boolean): ServerReply | "incomplete" {
  const bytes = concat([...fragments]);
  let hello: HelloReply | undefined;
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = at + 4 + ((bytes[at + 1] ?? 0) << 16 | number16(bytes, at + 2));
    if (end - at > REPLY_LIMIT) return TOO_LARGE;
    if (end > bytes.length) return "incomplete";
    const body = bytes.slice(at + 4, end);
    const type = bytes[at];
    if (!hello) {
      hello = type === MESSAGES.hello ? readHello(body) : undefined;
      if (!hello) return INVALID;
      if (helloOnly || hello.version === TLS_VERSIONS["TLS 1.3"]) return hello;
    } else if (type === MESSAGES.certificate) hello = { ...hello, certificates: readCertificates(body) };
    else if (type === MESSAGES.status && body[0] === 1) {
      hello = { ...hello, ocsp: body.slice(4, 4 + number24(body, 1)) };
    } else if (type === MESSAGES.request) hello = { ...hello, wantsCertificate: true };
    else if (type === MESSAGES.done) return hello;
    at = end;
  }
  return "incomplete";
}

/** Parses a ServerHello (RFC 8446 §4.1.3). */
function readHello(body: Uint8Array<ArrayBuffer>): HelloReply | undefined {
  const idLength = body[34] ?? 0;
  const suiteAt = 35 + idLength;
  if (idLength > 32 || body.length < suiteAt + 3) return undefined;
  let version = number16(body, 0);
  let alpn: string | undefined;
  let ticket = false;
  for (let at = suiteAt + 5; at + 4 <= body.length;) {
    const type = number16(body, at);
    const end = at + 4 + number16(body, at + 2);
    const data = body.subarray(at + 4, end);
    if (type === 43 && data.length === 2) version = number16(data, 0);
    if (type === 16) alpn = new TextDecoder("latin1").decode(data.subarray(3, 3 + (data[2] ?? 0)));
    if (type === 35) ticket = true;
    at = end;
  }
  const resumption = version === TLS_VERSIONS["TLS 1.3"]
    ? undefined
    : ticket
    ? "ticket"
    : idLength > 0
    ? "identifier"
    : undefined;
  return {
    kind: "hello",
    version,
    suite: number16(body, suiteAt),
    ...(alpn === undefined ? {} : { alpn }),
    ...(resumption === undefined ? {} : { resumption }),
    certificates: [],
    wantsCertificate: false,
  };
}

/** Parses the list of a Certificate message (RFC 5246 §7.4.2); what is incomplete is left out. */
function readCertificates(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const list: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 3; at + 3 <= body.length && list.length < CERTIFICATE_LIMIT;) {
    const end = at + 3 + number24(body, at);
    if (end > body.length) break;
    list.push(body.slice(at + 3, end));
    at = end;
  }
  return list;
}

function number16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) << 8 | (bytes[at + 1] ?? 0);
}

function number24(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) << 16 | number16(bytes, at + 1);
}
