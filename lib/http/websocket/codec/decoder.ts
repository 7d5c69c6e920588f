import { NetworkError } from "../../../core/errors/errors.ts";
import { concat } from "../../../deps/std/bytes.ts";
import { applyMask, CLOSE_CODES, OPCODES } from "./frame.ts";

/** Events of a WebSocket. */
export type WebSocketEvent =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "binary" | "ping" | "pong"; readonly bytes: Uint8Array }
  | { readonly kind: "close"; readonly code?: number; readonly reason: string };

/**
 * A violation of RFC 6455 by the peer; `closeCode` is sent to it.
 *
 * @example Recognise a protocol error
 * ```ts
 * import { WebSocketError } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new WebSocketError("too large", "websocket-too-large", 1009);
 * assertEquals(error.closeCode, 1009);
 * ```
 */
export class WebSocketError extends NetworkError {
  /** The name of the class. */
  override readonly name: string = "WebSocketError";
  /** The status of the close frame. */
  readonly closeCode: number;

  /** Creates an error. */
  constructor(message: string, code: string, closeCode: number) {
    super(message, { code: `websocket-${code}`, operation: "websocket" });
    this.closeCode = closeCode;
  }
}

/** Options of {@link WebSocketDecoder}. */
export interface WebSocketDecoderOptions {
  /** Bytes of a whole message. @default 65536 */
  readonly limit?: number;
  /** Whether frames have to be masked: a client's are, a server's must not be. @default true */
  readonly masked?: boolean;
}

interface Head {
  readonly fin: boolean;
  readonly opcode: number;
  readonly size: number;
  readonly length: number;
  readonly mask?: Uint8Array;
}

/**
 * Reads frames as they come, cut anywhere; joins the fragments of a message. Extensions are not spoken. What breaks a
 * rule throws, and nothing can be read after that.
 */
export class WebSocketDecoder {
  readonly #limit: number;
  readonly #masked: boolean;
  #held: Uint8Array = new Uint8Array();
  #fragments: Uint8Array[] = [];
  #fragmented?: "text" | "binary";
  #size = 0;

  /** Makes a decoder. */
  constructor(options: WebSocketDecoderOptions = {}) {
    this.#limit = options.limit ?? 65_536;
    this.#masked = options.masked ?? true;
  }

  /**
   * Takes the next bytes and returns what they complete.
   *
   * @throws {WebSocketError} `websocket-protocol`, `websocket-too-large`, `websocket-not-utf8`.
   */
  push(bytes: Uint8Array): WebSocketEvent[] {
    const events: WebSocketEvent[] = [];
    let rest = this.#held.length === 0 ? bytes : concat([this.#held, bytes]);
    for (let head = this.#head(rest); head && rest.length >= head.size + head.length; head = this.#head(rest)) {
      const payload = rest.slice(head.size, head.size + head.length);
      if (head.mask) applyMask(payload, head.mask);
      const event = this.#frame(head, payload);
      if (event) events.push(event);
      rest = rest.subarray(head.size + head.length);
    }
    this.#held = rest.slice();
    return events;
  }

  /** The head of the next frame, checked; nothing while it is incomplete. */
  #head(bytes: Uint8Array): Head | undefined {
    const [first, second] = bytes;
    if (first === undefined || second === undefined) return undefined;
    const [fin, opcode, masked, short] = [first >= 0x80, first & 15, second >= 0x80, second & 0x7f];
    if (first & 0x70) throw broken("a reserved bit is set");
    if (!Object.values<number>(OPCODES).includes(opcode)) throw broken(`there is no opcode ${opcode}`);
    if (masked !== this.#masked) throw broken(masked ? "a server's frame is masked" : "a client's frame is not masked");
    if (opcode >= 8 && (!fin || short > 125)) throw broken("a control frame is fragmented or has more than 125 bytes");
    const wide = short < 126 ? 0 : short === 126 ? 2 : 8;
    const size = 2 + wide + (masked ? 4 : 0);
    if (bytes.length < 2 + wide) return undefined;
    const length = wide === 0 ? short : readLength(bytes.subarray(2, 2 + wide));
    // Looked at before the bytes have come: a peer must not make us wait for, or hold, what will be refused.
    if (length + (opcode < 8 ? this.#size : 0) > this.#limit) {
      throw new WebSocketError(`a message has more than ${this.#limit} bytes`, "too-large", CLOSE_CODES.tooLarge);
    }
    if (bytes.length < size) return undefined;
    return { fin, opcode, size, length, mask: masked ? bytes.slice(2 + wide, size) : undefined };
  }

  #frame({ fin, opcode }: Head, payload: Uint8Array): WebSocketEvent | undefined {
    if (opcode === OPCODES.close) return readClose(payload);
    if (opcode === OPCODES.ping) return { kind: "ping", bytes: payload };
    if (opcode === OPCODES.pong) return { kind: "pong", bytes: payload };
    const first = opcode !== OPCODES.continuation;
    if (first === (this.#fragmented !== undefined)) {
      throw broken(first ? "a message begins within another" : "a continuation continues nothing");
    }
    const kind = this.#fragmented ?? (opcode === OPCODES.text ? "text" : "binary");
    if (first && fin) return whole(kind, payload);
    this.#fragmented = kind;
    this.#fragments.push(payload);
    this.#size += payload.length;
    // Empty fragments cost memory too, and take no room in the limit.
    if (this.#fragments.length > 1024) throw broken("a message has more than 1024 fragments");
    if (!fin) return undefined;
    const message = concat(this.#fragments);
    this.#fragments = [];
    this.#fragmented = undefined;
    this.#size = 0;
    return whole(kind, message);
  }
}

function readLength(bytes: Uint8Array): number {
  const length = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  if (length < (bytes.length === 2 ? 126 : 0x10000)) throw broken("a length is not written in its shortest form");
  if ((bytes.length === 8 ? bytes[0] ?? 0 : 0) >= 0x80) throw broken("a length is negative");
  return length;
}

function whole(kind: "text" | "binary", bytes: Uint8Array): WebSocketEvent {
  return kind === "text" ? { kind, text: decode(bytes) } : { kind, bytes };
}

function readClose(payload: Uint8Array): WebSocketEvent {
  if (payload.length === 0) return { kind: "close", reason: "" };
  const [high = 0, low] = payload;
  if (low === undefined) throw broken("a close frame has half a status");
  const code = high * 256 + low;
  const known = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
  if (!known) throw broken(`a close frame has the status ${code}`);
  return { kind: "close", code, reason: decode(payload.subarray(2)) };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new WebSocketError("a text is not UTF-8", "not-utf8", CLOSE_CODES.invalidData);
  }
}

function broken(why: string): WebSocketError {
  return new WebSocketError(why, "protocol", CLOSE_CODES.protocolError);
}
