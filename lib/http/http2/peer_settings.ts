import { Http2Error, violation } from "../codec/http2/errors.ts";
import { MAX_PAYLOAD_BYTES, MAX_WINDOW, readU32, SETTING } from "../codec/http2/frame.ts";

const LARGEST_PAYLOAD = 2 ** 24 - 1;
const ENTRY_BYTES = 6;

/** Settings of a peer that matter here. */
export interface PeerSettings {
  /** Size of the flow-control windows of streams. */
  readonly window?: number;
  /** Number of streams that may be open at once. */
  readonly maxStreams?: number;
}

/**
 * Reads the settings of a peer. The others allow what is not used here: larger frames, a table for our own fields, pushes.
 *
 * @throws {Http2Error} For a value out of range.
 */
export function applySettings(payload: Uint8Array): PeerSettings {
  if (payload.length % ENTRY_BYTES !== 0) throw new Http2Error("FRAME_SIZE_ERROR", "SETTINGS has a wrong size");
  let window: number | undefined;
  let maxStreams: number | undefined;
  for (let at = 0; at < payload.length; at += ENTRY_BYTES) {
    const id = payload[at] << 8 | payload[at + 1];
    const value = readU32(payload, at + 2);
    if (id === SETTING.ENABLE_PUSH && value > 1) throw violation("invalid SETTINGS_ENABLE_PUSH");
    if (id === SETTING.INITIAL_WINDOW_SIZE) {
      if (value > MAX_WINDOW) throw new Http2Error("FLOW_CONTROL_ERROR", "invalid SETTINGS_INITIAL_WINDOW_SIZE");
      window = value;
    }
    if (id === SETTING.MAX_CONCURRENT_STREAMS) maxStreams = value;
    if (id === SETTING.MAX_FRAME_SIZE && (value < MAX_PAYLOAD_BYTES || value > LARGEST_PAYLOAD)) {
      throw violation("invalid SETTINGS_MAX_FRAME_SIZE");
    }
  }
  return { window, maxStreams };
}
