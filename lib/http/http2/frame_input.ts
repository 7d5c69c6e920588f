import { violation } from "../codec/http2/errors.ts";
import { FRAME, type Frame, FRAME_HEAD_BYTES, PREFACE, scanFrame } from "../codec/http2/frame.ts";
import { encodeOctets } from "../codec/octets.ts";
import type { Input } from "../input.ts";

const PREFACE_BYTES = encodeOctets(PREFACE);

/** The frames in what has come on a connection. */
export class FrameInput {
  readonly #input: Input;
  #settled = false;

  /** Takes frames from what has come. */
  constructor(input: Input) {
    this.#input = input;
  }

  /**
   * Takes the preface of a client (RFC 9113 §3.4); false while it is not whole.
   *
   * @throws {Http2Error} `PROTOCOL_ERROR` for anything else.
   */
  takePreface(): boolean {
    const { bytes, start, held } = this.#input;
    const count = Math.min(held, PREFACE_BYTES.length);
    for (let at = 0; at < count; at++) {
      if (bytes[start + at] !== PREFACE_BYTES[at]) throw violation("the connection does not begin with the preface");
    }
    if (count < PREFACE_BYTES.length) return false;
    this.#input.start += PREFACE_BYTES.length;
    return true;
  }

  /**
   * Takes the next frame, a view that is valid until more is read; undefined while it is not whole.
   *
   * @throws {Http2Error} For a frame that is too large, or a first one that is not SETTINGS.
   */
  take(): Frame | undefined {
    const input = this.#input;
    const frame = scanFrame(input.bytes, input.start, input.end);
    if (!frame) return undefined;
    input.start += FRAME_HEAD_BYTES + frame.payload.length;
    if (!this.#settled && frame.type !== FRAME.SETTINGS) throw violation("the first frame is not SETTINGS");
    this.#settled = true;
    return frame;
  }
}
