import { NetworkError } from "../../../core/mod.ts";
import { ByteSink } from "../../codec/http2/byte_sink.ts";
import { violation } from "../../codec/http2/errors.ts";
import { encodeFrame, FLAG, FRAME } from "../../codec/http2/frame.ts";
import type { HeaderField } from "../../codec/http2/static_table.ts";
import type { FloodGuard } from "../../http2/flood_guard.ts";
import type { FrameWriter } from "../../http2/frame_writer.ts";
import type { StreamWindow } from "../../http2/send_window.ts";

/** A whole response, which is small. */
export interface SmallResponse {
  /** The status. */
  readonly status: number;
  /** The fields, in order, without pseudo-header fields; names in lower case. */
  readonly fields: readonly HeaderField[];
  /** The body. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Takes the end of a request. */
export interface RequestEnd {
  /** Takes the response. */
  answered(response: SmallResponse): void;
  /** Takes the reason why there is none; `unprocessed` if the server has not begun with it. */
  failed(error: unknown, unprocessed: boolean): void;
}

/** Parts of a connection that a request uses. */
export interface SmallRequestParts {
  /** Sends frames. */
  readonly writer: FrameWriter;
  /** Bounds what the server makes a client do. */
  readonly flood: FloodGuard;
  /** Flow-control window of the request. */
  readonly window: StreamWindow;
}

/** A request whose body is at hand, and as much of its response as has come. */
export class SmallRequest {
  /** Takes the response. */
  readonly end: RequestEnd;
  /** Whether the whole request was sent. */
  sent = false;
  readonly #id: number;
  readonly #parts: SmallRequestParts;
  readonly #body = new ByteSink(0);
  #status = 0;
  #fields: readonly HeaderField[] = [];

  /** Opens a stream. */
  constructor(id: number, end: RequestEnd, parts: SmallRequestParts) {
    this.#id = id;
    this.end = end;
    this.#parts = parts;
  }

  /** Flow-control window of the request. */
  get window(): StreamWindow {
    return this.#parts.window;
  }

  /** Sends a body from `start` on, as the windows allow, until the request is over. */
  send(body: Uint8Array, start: number = 0): void {
    const { writer, flood, window } = this.#parts;
    for (let done = start; done < body.length;) {
      const count = window.tryTake(body.length - done);
      if (count === 0) return void window.wait().then(() => this.send(body, done), () => {});
      const last = done + count === body.length ? FLAG.END_STREAM : 0;
      writer.add(encodeFrame(FRAME.DATA, last, this.#id, body.subarray(done, done + count)));
      flood.sentData();
      done += count;
    }
    this.sent = true;
  }

  /**
   * Takes the head of a response, or the trailers behind one.
   *
   * @throws {Http2Error} `PROTOCOL_ERROR`.
   */
  headers([first, ...rest]: readonly HeaderField[], ends: boolean): void {
    if (this.#status !== 0) {
      if (!ends) throw violation("trailers do not end their stream");
      return;
    }
    if (first?.[0] !== ":status" || !/^[1-9]\d\d$/.test(first[1])) throw violation("a response has no valid status");
    const status = Number(first[1]);
    if (status < 200) return;
    this.#status = status;
    this.#fields = rest;
  }

  /**
   * Adds data to the response, whose body has at most `limit` bytes.
   *
   * @throws {Http2Error} `PROTOCOL_ERROR`.
   * @throws {NetworkError} `too-large`.
   */
  data(bytes: Uint8Array, limit: number): void {
    if (this.#status === 0) throw violation("there is data before the head of a response");
    if (this.#body.length + bytes.length > limit) {
      throw new NetworkError(`the body has more than ${limit} bytes`, { code: "too-large", operation: "read" });
    }
    this.#body.add(bytes);
  }

  /**
   * Returns the response, as it has ended.
   *
   * @throws {Http2Error} `PROTOCOL_ERROR`.
   */
  response(): SmallResponse {
    if (this.#status === 0) throw violation("a response ends before its head");
    return { status: this.#status, fields: this.#fields, body: this.#body.bytes() };
  }
}
