import { concat } from "../../../deps/std/bytes.ts";

/** Opcodes of frames (RFC 6455, section 5.2). */
export const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** The name of a kind of frame. */
export type Opcode = keyof typeof OPCODES;

/** Why a connection is closed (RFC 6455, section 7.4.1), as far as this end says so. */
export const CLOSE_CODES = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  invalidData: 1007,
  policy: 1008,
  tooLarge: 1009,
  internal: 1011,
} as const;

/** Options of {@link encodeFrame}. */
export interface FrameOptions {
  /** Whether more of the same message follows. */
  readonly more?: boolean;
  /** Four bytes to mask it with, as a client has to. */
  readonly mask?: Uint8Array;
}

/**
 * Writes one frame. A server's is not masked, so that the same bytes can go to many.
 *
 * @example
 * ```ts
 * import { encodeFrame } from "../../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...encodeFrame("text", new TextEncoder().encode("Hi"))], [0x81, 2, 0x48, 0x69]);
 * ```
 */
export function encodeFrame(opcode: Opcode, payload: Uint8Array, options: FrameOptions = {}): Uint8Array<ArrayBuffer> {
  const { more = false, mask } = options;
  const { length } = payload;
  const size = length < 126 ? 2 : length < 0x10000 ? 4 : 10;
  const frame = new Uint8Array(size + (mask ? 4 : 0) + length);
  const view = new DataView(frame.buffer);
  frame[0] = (more ? 0 : 0x80) | OPCODES[opcode];
  frame[1] = (mask ? 0x80 : 0) | (size === 2 ? length : size === 4 ? 126 : 127);
  if (size === 4) view.setUint16(2, length);
  if (size === 10) view.setBigUint64(2, BigInt(length));
  const start = frame.length - length;
  frame.set(payload, start);
  if (mask) {
    frame.set(mask.subarray(0, 4), size);
    applyMask(frame.subarray(start), mask);
  }
  return frame;
}

/** Writes the frame that closes a connection; the reason is cut to what fits. */
export function encodeClose(code: number, reason = ""): Uint8Array<ArrayBuffer> {
  const text = new Uint8Array(123);
  const { written } = new TextEncoder().encodeInto(reason, text);
  return encodeFrame("close", concat([Uint8Array.of(code >> 8, code & 0xff), text.subarray(0, written)]));
}

/** Masks, or unmasks, in place (RFC 6455, section 5.3). */
export function applyMask(bytes: Uint8Array, mask: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) bytes[i] = (bytes[i] ?? 0) ^ (mask[i & 3] ?? 0);
}
