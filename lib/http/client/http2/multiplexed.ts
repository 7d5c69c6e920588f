import { type Connection, fromSystem, NetworkError } from "../../../core/mod.ts";
import { ERROR_CODES, errorCodeName, Http2Error, violation } from "../../codec/http2/errors.ts";
import {
  encodeGoAway,
  encodeHeaders,
  encodeReset,
  encodeSettings,
  FLAG,
  FRAME,
  type Frame,
  INITIAL_WINDOW,
  PREFACE,
} from "../../codec/http2/frame.ts";
import { RESPONSE_LIMITS } from "../../codec/limits.ts";
import { encodeOctets } from "../../codec/octets.ts";
import { ControlFrames, resetCode } from "../../http2/control_frames.ts";
import { FloodGuard } from "../../http2/flood_guard.ts";
import { FrameInput } from "../../http2/frame_input.ts";
import { FrameWriter } from "../../http2/frame_writer.ts";
import { HeaderBlocks, type ReceivedHeaders } from "../../http2/header_blocks.ts";
import { ReceiveWindow } from "../../http2/receive_window.ts";
import { ConnectionWindow } from "../../http2/send_window.ts";
import { unpadded } from "../../http2/unpadded.ts";
import { Input } from "../../input.ts";
import { type RequestEnd, SmallRequest } from "./small_request.ts";

/** Requests at once until the server has told its limit. */
const ASSUMED_STREAMS = 100;
const RECEIVE_WINDOW = 1 << 24;
const LAST_STREAM = 0x7fffffff;

/**
 * A connection over HTTP/2 for many small requests at once (RFC 9113): bodies of requests are at hand, those of responses are read
 * whole, up to a limit. It costs a fraction of a `fetch` for each.
 */
export class MultiplexedConnection {
  /** Whether it takes no more requests. */
  ended = false;
  /** Number of requests that the server lets be open at once. */
  maxStreams: number = ASSUMED_STREAMS;
  readonly #connection: Connection;
  readonly #maxBody: number;
  readonly #writer: FrameWriter;
  readonly #receiving: ReceiveWindow;
  readonly #blocks = new HeaderBlocks({ size: RESPONSE_LIMITS.head, fields: RESPONSE_LIMITS.fields });
  readonly #control: ControlFrames;
  readonly #flood = new FloodGuard();
  readonly #window = new ConnectionWindow();
  readonly #open = new Map<number, SmallRequest>();
  #next = 1;

  /** Speaks over a connection on which `h2` was negotiated; `maxBody` limits the bodies of responses, in bytes. */
  constructor(connection: Connection, maxBody: number) {
    this.#connection = connection;
    this.#maxBody = maxBody;
    this.#writer = new FrameWriter(connection, (error) => this.close(error));
    this.#receiving = new ReceiveWindow(0, RECEIVE_WINDOW, this.#writer);
    this.#control = new ControlFrames({
      ...{ writer: this.#writer, flood: this.#flood, window: this.#window },
      streamWindow: (id) => this.#open.get(id)?.window,
      settings: ({ maxStreams = this.maxStreams }) => void (this.maxStreams = maxStreams),
      goAway: (last, code) => this.#goAway(last, code),
    });
    this.#writer.add(encodeOctets(PREFACE));
    this.#writer.add(encodeSettings({
      ENABLE_PUSH: 0,
      INITIAL_WINDOW_SIZE: maxBody + INITIAL_WINDOW,
      MAX_HEADER_LIST_SIZE: RESPONSE_LIMITS.head,
    }));
    this.#receiving.announce();
    void this.#read();
  }

  /** Number of open requests. */
  get open(): number {
    return this.#open.size;
  }

  /** Sends a request, whose header block is encoded already, and returns its stream. */
  request(block: Uint8Array, body: Uint8Array = NO_BODY, end: RequestEnd): number {
    const id = this.#next;
    this.#next += 2;
    this.#flood.request();
    if (this.#next > LAST_STREAM) this.ended = true;
    const parts = { writer: this.#writer, flood: this.#flood, window: this.#window.open() };
    const request = new SmallRequest(id, end, parts);
    this.#open.set(id, request);
    for (const frame of encodeHeaders(id, block, body.length === 0)) this.#writer.add(frame);
    request.send(body);
    return id;
  }

  /** Ends a request without a response. */
  cancel(id: number): void {
    if (this.#forget(id)) this.#writer.add(encodeReset(id, "CANCEL"));
  }

  /** Closes the connection; open requests fail. */
  close(reason: unknown, unprocessedAfter: number = LAST_STREAM): void {
    this.ended = true;
    this.#writer.close();
    this.#connection.close();
    for (const id of [...this.#open.keys()]) this.#fail(id, reason, id > unprocessedAfter);
  }

  #forget(id: number): SmallRequest | undefined {
    const request = this.#open.get(id);
    if (!request) return undefined;
    this.#open.delete(id);
    request.window.close(GONE);
    if (this.ended && this.#open.size === 0) this.#writer.flushed().then(() => this.#connection.close());
    return request;
  }

  #fail(id: number, error: unknown, unprocessed: boolean = false): void {
    this.#forget(id)?.end.failed(error, unprocessed);
  }

  async #read(): Promise<void> {
    const input = new Input(this.#connection);
    const frames = new FrameInput(input);
    try {
      while (true) {
        const count = await this.#connection.read(input.room());
        if (count === null) break;
        input.end += count;
        for (let frame = frames.take(); frame; frame = frames.take()) this.#take(frame);
        await this.#writer.room();
      }
      this.close(this.#cut());
    } catch (error) {
      if (error instanceof Http2Error) {
        this.#writer.add(encodeGoAway(0, error.http2Code, error.message));
        await this.#writer.flushed();
      }
      this.close(error instanceof Http2Error ? error : this.#cut(error));
    }
  }

  #cut(cause?: unknown): NetworkError {
    const { peer } = this.#connection;
    const known = cause === undefined ? undefined : fromSystem(cause, { doing: "read from", what: peer });
    return new NetworkError(`${peer} closed the connection`, { code: "connection-cut", peer, cause: known });
  }

  #take(frame: Frame): void {
    this.#blocks.checkOrder(frame);
    try {
      this.#process(frame);
    } catch (error) {
      if (!(error instanceof Http2Error) || error.stream === undefined) throw error;
      this.#writer.add(encodeReset(error.stream, error.http2Code));
      this.#fail(error.stream, error);
    }
  }

  #process(frame: Frame): void {
    switch (frame.type) {
      case FRAME.DATA:
        return this.#data(frame);
      case FRAME.HEADERS:
        return this.#headers(this.#blocks.begin(frame));
      case FRAME.CONTINUATION:
        return this.#headers(this.#blocks.continue(frame));
      case FRAME.PUSH_PROMISE:
        throw violation("the server pushes although that was turned off");
      case FRAME.RST_STREAM:
        return this.#reset(frame.stream, resetCode(frame));
    }
    this.#control.take(frame);
  }

  #data(frame: Frame): void {
    const { stream: id, flags, payload } = frame;
    this.#receiving.came(payload.length);
    this.#receiving.acknowledge(payload.length);
    const ends = (flags & FLAG.END_STREAM) !== 0;
    if (payload.length === 0 && !ends) this.#flood.control();
    const request = this.#open.get(id);
    if (!request) return;
    try {
      request.data(unpadded(frame), this.#maxBody);
    } catch (error) {
      if (error instanceof Http2Error) throw error;
      return this.#cancelFor(id, error);
    }
    if (ends) this.#answered(id, request);
  }

  #headers(block: ReceivedHeaders | undefined): void {
    const request = block && this.#open.get(block.stream);
    if (!request) return;
    const { stream: id, endStream, fields, tooLarge } = block;
    if (tooLarge) {
      return this.#cancelFor(id, new NetworkError("the head of the response is too large", { code: "too-large" }));
    }
    request.headers(fields, endStream);
    if (endStream) this.#answered(id, request);
  }

  #cancelFor(id: number, error: unknown): void {
    this.#writer.add(encodeReset(id, "CANCEL"));
    this.#fail(id, error);
  }

  #answered(id: number, request: SmallRequest): void {
    const response = request.response();
    // A response may come before the end of its request (RFC 9113 §8.1), of which the rest is not sent.
    if (!request.sent) this.#writer.add(encodeReset(id, "CANCEL"));
    this.#forget(id);
    request.end.answered(response);
  }

  #reset(id: number, code: number): void {
    const { peer } = this.#connection;
    const error = new NetworkError(`${peer} rejected the request: ${errorCodeName(code)}`, {
      code: "stream-reset",
      peer,
    });
    this.#fail(id, error, code === ERROR_CODES.REFUSED_STREAM);
  }

  /** The server takes no more requests, and has not begun with those after the last one that it names. */
  #goAway(last: number, code: number): void {
    this.ended = true;
    const { peer } = this.#connection;
    const error = new NetworkError(`${peer} closes the connection: ${errorCodeName(code)}`, {
      code: "connection-cut",
      peer,
    });
    if (code !== ERROR_CODES.NO_ERROR) return this.close(error, last);
    for (const id of [...this.#open.keys()]) if (id > last) this.#fail(id, error, true);
    if (this.#open.size === 0) this.close(error);
  }
}

const NO_BODY = new Uint8Array();
const GONE = new NetworkError("the request is over", { code: "request-over" });
