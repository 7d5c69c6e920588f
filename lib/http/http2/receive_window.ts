import { Http2Error } from "../codec/http2/errors.ts";
import { encodeWindowUpdate, INITIAL_WINDOW } from "../codec/http2/frame.ts";
import type { FrameWriter } from "./frame_writer.ts";

/** Flow-control window of what a peer sends (RFC 9113 §6.9): on a stream, or on all of a connection. */
export class ReceiveWindow {
  readonly #stream: number;
  readonly #size: number;
  readonly #writer: FrameWriter;
  #credit: number;
  #unacknowledged = 0;

  /** Creates the window of a stream, or with 0 that of the connection, with `size` bytes. */
  constructor(stream: number, size: number, writer: FrameWriter) {
    this.#stream = stream;
    this.#size = this.#credit = size;
    this.#writer = writer;
  }

  /** Tells the peer how large the window of the connection is; those of streams are in the settings. */
  announce(): void {
    this.#writer.add(encodeWindowUpdate(this.#stream, this.#size - INITIAL_WINDOW));
  }

  /**
   * Counts bytes that came.
   *
   * @throws {Http2Error} `FLOW_CONTROL_ERROR` of the connection, for more than the peer may send.
   */
  came(count: number): void {
    this.#credit -= count;
    if (this.#credit < 0) throw new Http2Error("FLOW_CONTROL_ERROR", "the peer sends more than it may");
  }

  /** Lets the peer send as many bytes again, in updates of half a window. */
  acknowledge(count: number): void {
    this.#unacknowledged += count;
    if (this.#unacknowledged < this.#size / 2) return;
    this.#credit += this.#unacknowledged;
    this.#writer.add(encodeWindowUpdate(this.#stream, this.#unacknowledged));
    this.#unacknowledged = 0;
  }
}
