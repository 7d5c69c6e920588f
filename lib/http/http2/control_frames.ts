import { Http2Error, violation } from "../codec/http2/errors.ts";
import { encodeFrame, FLAG, FRAME, type Frame, MAX_WINDOW, readU32 } from "../codec/http2/frame.ts";
import type { FloodGuard } from "./flood_guard.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { applySettings, type PeerSettings } from "./peer_settings.ts";
import type { ConnectionWindow, StreamWindow } from "./send_window.ts";
import { sizeError } from "./size_error.ts";

/** Parts of a connection that control frames act on. */
export interface ControlParts {
  /** Sends acknowledgements. */
  readonly writer: FrameWriter;
  /** Bounds them. */
  readonly flood: FloodGuard;
  /** Flow-control windows of what is sent. */
  readonly window: ConnectionWindow;
  /** Returns the window of a stream, undefined if that is over; throws for one that was never opened. */
  streamWindow(stream: number): StreamWindow | undefined;
  /** Takes the other settings. */
  settings?(settings: PeerSettings): void;
  /** Takes the last stream that the peer processes, and the code of the reason why it takes no more. */
  goAway?(last: number, code: number): void;
}

/** Frames of a connection that carry no part of a request or response (RFC 9113 §6): what both ends do about them. */
export class ControlFrames {
  readonly #parts: ControlParts;

  /** Creates them for a connection. */
  constructor(parts: ControlParts) {
    this.#parts = parts;
  }

  /**
   * Takes a frame; those of unknown types are ignored.
   *
   * @throws {Http2Error} Of the connection or of a stream.
   */
  take(frame: Frame): void {
    const { type, flags, stream, payload } = frame;
    this.#parts.flood.control();
    switch (type) {
      case FRAME.SETTINGS:
        return this.#settings(frame);
      case FRAME.PING:
        ofConnection("PING", frame);
        if (payload.length !== 8) throw sizeError("PING");
        if (!(flags & FLAG.ACK)) this.#parts.writer.add(encodeFrame(FRAME.PING, FLAG.ACK, 0, payload));
        return;
      case FRAME.WINDOW_UPDATE:
        return this.#windowUpdate(frame);
      case FRAME.PRIORITY:
        if (stream === 0) throw violation("PRIORITY without a stream");
        if (payload.length !== 5) throw sizeError("PRIORITY", stream);
        return;
      case FRAME.GOAWAY:
        ofConnection("GOAWAY", frame);
        if (payload.length < 8) throw sizeError("GOAWAY");
        return this.#parts.goAway?.(readU32(payload, 0) & MAX_WINDOW, readU32(payload, 4));
    }
  }

  #settings(frame: Frame): void {
    const { flags, payload } = frame;
    ofConnection("SETTINGS", frame);
    if (flags & FLAG.ACK) {
      if (payload.length !== 0) throw sizeError("SETTINGS");
      return;
    }
    const settings = applySettings(payload);
    const { window } = settings;
    if (window !== undefined && !this.#parts.window.resizeStreams(window)) throw windowTooLarge();
    this.#parts.settings?.(settings);
    this.#parts.writer.add(encodeFrame(FRAME.SETTINGS, FLAG.ACK, 0));
  }

  #windowUpdate({ stream, payload }: Frame): void {
    if (payload.length !== 4) throw sizeError("WINDOW_UPDATE");
    const increment = readU32(payload, 0) & MAX_WINDOW;
    const ofStream = stream === 0 ? undefined : stream;
    const window = ofStream === undefined ? this.#parts.window : this.#parts.streamWindow(stream);
    if (!window) return;
    if (increment === 0) throw violation("WINDOW_UPDATE by 0", ofStream);
    if (!window.add(increment)) throw windowTooLarge(ofStream);
  }
}

/**
 * Returns the error code of RST_STREAM.
 *
 * @throws {Http2Error} `PROTOCOL_ERROR` or `FRAME_SIZE_ERROR`.
 */
export function resetCode({ stream, payload }: Frame): number {
  if (stream === 0) throw violation("RST_STREAM without a stream");
  if (payload.length !== 4) throw sizeError("RST_STREAM");
  return readU32(payload, 0);
}

function ofConnection(type: string, { stream }: Frame): void {
  if (stream !== 0) throw violation(`${type} on a stream`);
}

function windowTooLarge(stream?: number): Http2Error {
  return new Http2Error("FLOW_CONTROL_ERROR", "a flow-control window is too large", stream);
}
