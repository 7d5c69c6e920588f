import type { Http2ErrorName } from "../../codec/http2/errors.ts";
import { encodeFrame, encodeHeaders, encodeReset, FLAG, FRAME } from "../../codec/http2/frame.ts";
import { encodeHeaderBlock } from "../../codec/http2/hpack_encoder.ts";
import type { Http2RequestHead } from "../../codec/http2/request_head.ts";
import type { HeaderField } from "../../codec/http2/static_table.ts";
import { decodeOctets } from "../../codec/octets.ts";
import type { Guard } from "../guard.ts";
import { dateLine } from "../response/date_line.ts";
import type { FrameWriter } from "../../http2/frame_writer.ts";
import type { ReceiveWindow } from "../../http2/receive_window.ts";
import type { ResponseSink } from "./send_response.ts";
import type { StreamWindow } from "../../http2/send_window.ts";
import type { StreamBody } from "./stream_body.ts";

/** Parts of a connection that a stream uses. */
export interface StreamParts {
  /** Sends frames. */
  readonly writer: FrameWriter;
  /** Flow-control window of the response. */
  readonly window: StreamWindow;
  /** Flow-control window of the request. */
  readonly receiving: ReceiveWindow;
  /** The body of the request. */
  readonly body: StreamBody;
  /** Times how long the client takes to send the body. */
  readonly reading: Guard;
  /** Times how long the client takes to let data be sent. */
  readonly sending: Guard;
  /** Told of each frame of data that was sent. */
  readonly sentData: () => void;
}

/** A request and its response on a connection. */
export class ServedStream implements ResponseSink {
  /** Stream identifier. */
  readonly id: number;
  /** Head of the request. */
  readonly request: Http2RequestHead;
  /** Bytes of the body that came. */
  received = 0;
  /** Bytes of the response's body that were sent. */
  sent = 0;
  /** Status of the response, once its head was sent. */
  status = 0;
  readonly #parts: StreamParts;
  readonly #gone = Promise.withResolvers<void>();
  #error?: unknown;

  /** Opens a stream. */
  constructor(id: number, request: Http2RequestHead, parts: StreamParts) {
    this.id = id;
    this.request = request;
    this.#parts = parts;
  }

  /** The body of the request. */
  get body(): StreamBody {
    return this.#parts.body;
  }

  /** Flow-control window of the response. */
  get window(): StreamWindow {
    return this.#parts.window;
  }

  /**
   * Counts bytes that came.
   *
   * @throws {Http2Error} `FLOW_CONTROL_ERROR` of the connection.
   */
  came(count: number): void {
    this.#parts.receiving.came(count);
  }

  /** Lets the client send as many bytes again, as long as it may send any. */
  acknowledge(count: number): void {
    if (this.#error === undefined && !this.body.ended) this.#parts.receiving.acknowledge(count);
  }

  /** Why it has ended before its response was complete, if so. */
  get error(): unknown {
    return this.#error;
  }

  /** Resolves when the client has reset the stream, or closed the connection. */
  gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** Sends the head of a response that is not final. */
  interim(status: number): void {
    this.#send([[":status", String(status)]], false);
  }

  /** Sends the head of the response. */
  head(fields: readonly HeaderField[], end: boolean): void {
    this.#send([...fields, ["date", decodeOctets(dateLine()).slice(6, -2)]], end);
    this.status = Number(fields[0]?.[1]);
  }

  #send(fields: readonly HeaderField[], end: boolean): void {
    if (this.#error !== undefined) throw this.#error;
    for (const frame of encodeHeaders(this.id, encodeHeaderBlock(fields), end)) this.#parts.writer.add(frame);
  }

  /** Sends data, as the windows and the connection allow. */
  async data(bytes: Uint8Array, last: boolean = false): Promise<void> {
    const { writer, window, sending, sentData } = this.#parts;
    for (let done = 0; done < bytes.length;) {
      await writer.room();
      const count = await window.take(
        bytes.length - done,
        (begins) => begins ? sending.wait("write") : sending.came(0),
      );
      const ends = last && done + count === bytes.length;
      writer.add(encodeFrame(FRAME.DATA, ends ? FLAG.END_STREAM : 0, this.id, bytes.subarray(done, done + count)));
      sentData();
      done += count;
      this.sent += count;
    }
  }

  /** Ends the response. */
  end(): void {
    if (this.#error !== undefined) throw this.#error;
    this.#parts.writer.add(encodeFrame(FRAME.DATA, FLAG.END_STREAM, this.id));
  }

  /** Tells the client that the response is complete without the rest of its request (RFC 9113 §8.1). */
  refuseRest(): void {
    if (this.#error === undefined && !this.body.ended) this.#parts.writer.add(encodeReset(this.id, "NO_ERROR"));
  }

  /** Resets the stream; its handler may go on until it notices. */
  reset(code: Http2ErrorName, error: unknown): void {
    if (this.#error !== undefined) return;
    this.#parts.writer.add(encodeReset(this.id, code));
    this.fail(error);
  }

  /** Ends the stream: what waits for it is rejected. */
  fail(error: unknown): void {
    this.#error ??= error;
    this.#parts.body.fail(error);
    this.#parts.window.close(error);
    this.#gone.resolve();
  }

  /** Ends it when the client is too slow. A handler that reads the body answers with 408. */
  checkTimeouts(now: number, peer: string): void {
    const slow = this.#parts.reading.tooLate(now, peer);
    if (slow) return this.body.fail(slow);
    const stuck = this.#parts.sending.tooLate(now, peer);
    if (stuck) this.reset("CANCEL", stuck);
  }
}
