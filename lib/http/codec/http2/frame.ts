import { ERROR_CODES, Http2Error, type Http2ErrorName } from "./errors.ts";

/** Types of frames (RFC 9113 §6). */
export const FRAME = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

/** Flags of frames. ACK has the value of END_STREAM, in other types of frames. */
export const FLAG = { END_STREAM: 1, ACK: 1, END_HEADERS: 4, PADDED: 8, PRIORITY: 32 } as const;

/** Settings of a connection (RFC 9113 §6.5.2). */
export const SETTING = {
  HEADER_TABLE_SIZE: 1,
  ENABLE_PUSH: 2,
  MAX_CONCURRENT_STREAMS: 3,
  INITIAL_WINDOW_SIZE: 4,
  MAX_FRAME_SIZE: 5,
  MAX_HEADER_LIST_SIZE: 6,
} as const;

/** First bytes of a client's connection (RFC 9113 §3.4). */
export const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/** Size of the head of a frame. */
export const FRAME_HEAD_BYTES = 9;
/** Largest payload of a frame unless another was agreed: none is here. */
export const MAX_PAYLOAD_BYTES = 16_384;
/** Flow-control window unless another was agreed. */
export const INITIAL_WINDOW = 65_535;
/** Largest flow-control window. */
export const MAX_WINDOW = 0x7fffffff;

/** A frame. */
export interface Frame {
  /** Type; unknown ones are to be ignored. */
  readonly type: number;
  /** Flags. */
  readonly flags: number;
  /** Stream; 0 for the connection. */
  readonly stream: number;
  /** Payload: a view of the bytes that were scanned. */
  readonly payload: Uint8Array;
}

/**
 * Returns the frame that begins at `start`, or undefined while it is not whole.
 *
 * @throws {Http2Error} `FRAME_SIZE_ERROR` for a payload above {@link MAX_PAYLOAD_BYTES}, once its head is there.
 */
export function scanFrame(bytes: Uint8Array, start: number, end: number): Frame | undefined {
  if (end - start < FRAME_HEAD_BYTES) return undefined;
  const length = bytes[start] << 16 | bytes[start + 1] << 8 | bytes[start + 2];
  if (length > MAX_PAYLOAD_BYTES) {
    throw new Http2Error("FRAME_SIZE_ERROR", `a frame has ${length} bytes, the limit is ${MAX_PAYLOAD_BYTES}`);
  }
  const payload = start + FRAME_HEAD_BYTES;
  if (end - payload < length) return undefined;
  return {
    type: bytes[start + 3],
    flags: bytes[start + 4],
    stream: readU32(bytes, start + 5) & MAX_WINDOW,
    payload: bytes.subarray(payload, payload + length),
  };
}

/** Returns the 32 bits at a place. */
export function readU32(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;
}

function u32(value: number): readonly number[] {
  return [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255];
}

/** Writes a frame. */
export function encodeFrame(
  type: number,
  flags: number,
  stream: number,
  payload: ArrayLike<number> = [],
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(FRAME_HEAD_BYTES + payload.length);
  const { length } = payload;
  bytes.set([length >> 16, length >> 8 & 255, length & 255, type, flags, ...u32(stream)]);
  bytes.set(payload, FRAME_HEAD_BYTES);
  return bytes;
}

/** Writes SETTINGS. */
export function encodeSettings(
  settings: Readonly<Partial<Record<keyof typeof SETTING, number>>>,
): Uint8Array<ArrayBuffer> {
  const payload = Object.entries(SETTING).flatMap(([name, id]) => {
    const value = settings[name as keyof typeof SETTING];
    return value === undefined ? [] : [0, id, ...u32(value)];
  });
  return encodeFrame(FRAME.SETTINGS, 0, 0, payload);
}

/** Writes WINDOW_UPDATE. */
export function encodeWindowUpdate(stream: number, increment: number): Uint8Array<ArrayBuffer> {
  return encodeFrame(FRAME.WINDOW_UPDATE, 0, stream, u32(increment));
}

/** Writes RST_STREAM. */
export function encodeReset(stream: number, code: Http2ErrorName): Uint8Array<ArrayBuffer> {
  return encodeFrame(FRAME.RST_STREAM, 0, stream, u32(ERROR_CODES[code]));
}

/** Writes GOAWAY with the last stream that is processed, and a text for people. */
export function encodeGoAway(last: number, code: Http2ErrorName, text: string = ""): Uint8Array<ArrayBuffer> {
  const words = new TextEncoder().encode(text);
  return encodeFrame(FRAME.GOAWAY, 0, 0, [...u32(last), ...u32(ERROR_CODES[code]), ...words]);
}

/** Writes a header block as HEADERS and CONTINUATION. */
export function encodeHeaders(stream: number, block: Uint8Array, endStream: boolean): Uint8Array<ArrayBuffer>[] {
  const frames: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at === 0 || at < block.length; at += MAX_PAYLOAD_BYTES) {
    const piece = block.subarray(at, at + MAX_PAYLOAD_BYTES);
    const last = at + MAX_PAYLOAD_BYTES >= block.length ? FLAG.END_HEADERS : 0;
    const end = at === 0 && endStream ? FLAG.END_STREAM : 0;
    frames.push(encodeFrame(at === 0 ? FRAME.HEADERS : FRAME.CONTINUATION, last | end, stream, piece));
  }
  return frames;
}
