import { type Connection, fromSystem, NetworkError } from "../../../core/mod.ts";
import { ByteSink } from "../../codec/http2/byte_sink.ts";
import { ERROR_CODES, Http2Error, type Http2ErrorName, violation } from "../../codec/http2/errors.ts";
import {
  encodeFrame,
  encodeGoAway,
  encodeHeaders,
  encodeReset,
  encodeSettings,
  encodeWindowUpdate,
  FLAG,
  FRAME,
  type Frame,
  FRAME_HEAD_BYTES,
  INITIAL_WINDOW,
  MAX_WINDOW,
  PREFACE,
  readU32,
  scanFrame,
} from "../../codec/http2/frame.ts";
import { HpackDecoder } from "../../codec/http2/hpack_decoder.ts";
import type { HeaderField } from "../../codec/http2/static_table.ts";
import { RESPONSE_LIMITS } from "../../codec/limits.ts";
import { encodeOctets } from "../../codec/octets.ts";
import { FloodGuard } from "../../http2/flood_guard.ts";
import { FrameWriter } from "../../http2/frame_writer.ts";
import { applySettings } from "../../http2/peer_settings.ts";
import { ConnectionWindow, type StreamWindow } from "../../http2/send_window.ts";
import { unpadded } from "../../http2/unpadded.ts";
import { Input } from "../../input.ts";

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

interface OpenRequest {
  readonly end: RequestEnd;
  readonly window: StreamWindow;
  readonly body: ByteSink;
  status: number;
  fields: readonly HeaderField[];
}

interface OpenBlock {
  readonly id: number;
  readonly ends: boolean;
  readonly sink: ByteSink;
  frames: number;
}

/** Requests at once until the server has told its limit. */
const ASSUMED_STREAMS = 100;
const RECEIVE_WINDOW = 1 << 24;
const MAX_BLOCK_FRAMES = 64;
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
  readonly #decoder = new HpackDecoder();
  readonly #flood = new FloodGuard();
  readonly #window = new ConnectionWindow(INITIAL_WINDOW);
  readonly #open = new Map<number, OpenRequest>();
  #peerWindow = INITIAL_WINDOW;
  #unacknowledged = 0;
  #next = 1;
  #block?: OpenBlock;
  #settled = false;

  /** Speaks over a connection on which `h2` was negotiated; `maxBody` limits the bodies of responses, in bytes. */
  constructor(connection: Connection, maxBody: number) {
    this.#connection = connection;
    this.#maxBody = maxBody;
    this.#writer = new FrameWriter(connection, (error) => this.close(error));
    this.#writer.add(encodeOctets(PREFACE));
    this.#writer.add(encodeSettings({
      ENABLE_PUSH: 0,
      INITIAL_WINDOW_SIZE: maxBody + INITIAL_WINDOW,
      MAX_HEADER_LIST_SIZE: RESPONSE_LIMITS.head,
    }));
    this.#writer.add(encodeWindowUpdate(0, RECEIVE_WINDOW - INITIAL_WINDOW));
    void this.#read();
  }

  /** Number of open requests. */
  get open(): number {
    return this.#open.size;
  }

  /** Sends a request, whose header block is encoded already, and returns its stream. */
  request(block: Uint8Array, body: Uint8Array | undefined, end: RequestEnd): number {
    const id = this.#next;
    this.#next += 2;
    this.#flood.request();
    if (this.#next > LAST_STREAM) this.ended = true;
    const window = this.#window.open(this.#peerWindow);
    this.#open.set(id, { end, window, body: new ByteSink(0), status: 0, fields: [] });
    for (const frame of encodeHeaders(id, block, body === undefined)) this.#writer.add(frame);
    if (body) this.#sendBody(id, window, body, 0);
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

  #sendBody(id: number, window: StreamWindow, body: Uint8Array, start: number): void {
    let done = start;
    while (done < body.length) {
      const count = window.tryTake(body.length - done);
      if (count === 0) {
        const rest = done;
        window.wait().then(() => this.#sendBody(id, window, body, rest), () => {});
        return;
      }
      const last = done + count === body.length ? FLAG.END_STREAM : 0;
      this.#writer.add(encodeFrame(FRAME.DATA, last, id, body.subarray(done, done + count)));
      this.#flood.sentData();
      done += count;
    }
  }

  #forget(id: number): OpenRequest | undefined {
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
    try {
      while (true) {
        const count = await this.#connection.read(input.room());
        if (count === null) break;
        input.end += count;
        for (let frame = take(input); frame; frame = take(input)) this.#take(frame);
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
    const { type, flags, stream, payload } = frame;
    if (!this.#settled && type !== FRAME.SETTINGS) throw violation("the first frame is not SETTINGS");
    this.#settled = true;
    if (this.#block && (type !== FRAME.CONTINUATION || stream !== this.#block.id)) {
      throw violation("a frame interrupts a header block");
    }
    switch (type) {
      case FRAME.DATA:
        return this.#data(frame);
      case FRAME.HEADERS: {
        const block = flags & FLAG.PRIORITY ? unpadded(frame).subarray(5) : unpadded(frame);
        return this.#addToBlock(
          { id: stream, ends: (flags & FLAG.END_STREAM) !== 0, sink: new ByteSink(block.length), frames: 0 },
          block,
          flags,
        );
      }
      case FRAME.CONTINUATION:
        if (!this.#block) throw violation("CONTINUATION without HEADERS");
        return this.#addToBlock(this.#block, payload, flags);
      case FRAME.PUSH_PROMISE:
        throw violation("the server pushes although that was turned off");
      case FRAME.RST_STREAM:
        return this.#reset(stream, payload);
    }
    this.#flood.control();
    switch (type) {
      case FRAME.SETTINGS:
        return this.#settings(flags, payload);
      case FRAME.PING:
        if (!(flags & FLAG.ACK)) this.#writer.add(encodeFrame(FRAME.PING, FLAG.ACK, 0, payload));
        return;
      case FRAME.WINDOW_UPDATE:
        return this.#windowUpdate(stream, payload);
      case FRAME.GOAWAY:
        return this.#goAway(payload);
    }
  }

  #settings(flags: number, payload: Uint8Array): void {
    if (flags & FLAG.ACK) return;
    const { window, maxStreams } = applySettings(payload);
    if (window !== undefined) {
      if (!this.#window.addToStreams(window - this.#peerWindow)) throw windowTooLarge();
      this.#peerWindow = window;
    }
    if (maxStreams !== undefined) this.maxStreams = maxStreams;
    this.#writer.add(encodeFrame(FRAME.SETTINGS, FLAG.ACK, 0));
  }

  #windowUpdate(id: number, payload: Uint8Array): void {
    if (payload.length !== 4) throw new Http2Error("FRAME_SIZE_ERROR", "WINDOW_UPDATE has a wrong size");
    const increment = readU32(payload, 0) & MAX_WINDOW;
    const fits = id === 0 ? this.#window.add(increment) : this.#open.get(id)?.window.add(increment) ?? true;
    if (!fits) throw windowTooLarge();
  }

  #data(frame: Frame): void {
    const { stream: id, flags, payload } = frame;
    this.#unacknowledged += payload.length;
    if (this.#unacknowledged > RECEIVE_WINDOW / 2) {
      this.#writer.add(encodeWindowUpdate(0, this.#unacknowledged));
      this.#unacknowledged = 0;
    }
    const ends = (flags & FLAG.END_STREAM) !== 0;
    if (payload.length === 0 && !ends) this.#flood.control();
    const request = this.#open.get(id);
    if (!request) return;
    if (request.status === 0) throw violation("there is data before the head of a response");
    const data = unpadded(frame);
    if (request.body.length + data.length > this.#maxBody) {
      this.#writer.add(encodeReset(id, "CANCEL"));
      return this.#fail(
        id,
        new NetworkError(`the body has more than ${this.#maxBody} bytes`, { code: "too-large", operation: "read" }),
      );
    }
    request.body.add(data);
    if (ends) this.#answered(id);
  }

  #addToBlock(block: OpenBlock, piece: Uint8Array, flags: number): void {
    if (block.sink.length + piece.length > RESPONSE_LIMITS.head || block.frames++ >= MAX_BLOCK_FRAMES) {
      throw new Http2Error("ENHANCE_YOUR_CALM", "a header block is too large");
    }
    this.#block = block;
    block.sink.add(piece);
    if (!(flags & FLAG.END_HEADERS)) return;
    this.#block = undefined;
    const { head: size, fields } = RESPONSE_LIMITS;
    const decoded = this.#decoder.decode(block.sink.bytes(), { size, fields });
    const request = this.#open.get(block.id);
    if (!request) return;
    if (decoded.tooLarge) {
      this.#writer.add(encodeReset(block.id, "CANCEL"));
      return this.#fail(block.id, new NetworkError("the head of the response is too large", { code: "too-large" }));
    }
    if (request.status === 0) this.#head(request, decoded.fields);
    else if (!block.ends) throw violation("trailers do not end their stream");
    if (block.ends) this.#answered(block.id);
  }

  #head(request: OpenRequest, fields: readonly HeaderField[]): void {
    const [first, ...rest] = fields;
    if (first?.[0] !== ":status" || !/^[1-9]\d\d$/.test(first[1])) throw violation("a response has no valid status");
    const status = Number(first[1]);
    if (status < 200) return;
    request.status = status;
    request.fields = rest;
  }

  #answered(id: number): void {
    const request = this.#open.get(id);
    if (request?.status === 0) throw violation("a response ends before its head");
    this.#forget(id);
    if (request) request.end.answered({ status: request.status, fields: request.fields, body: request.body.bytes() });
  }

  #reset(id: number, payload: Uint8Array): void {
    if (payload.length !== 4) throw new Http2Error("FRAME_SIZE_ERROR", "RST_STREAM has a wrong size");
    const code = readU32(payload, 0);
    const { peer } = this.#connection;
    const error = new NetworkError(`${peer} rejected the request: ${errorName(code)}`, { code: "stream-reset", peer });
    this.#fail(id, error, code === ERROR_CODES.REFUSED_STREAM);
  }

  /** The server takes no more requests, and has not begun with those after the last one that it names. */
  #goAway(payload: Uint8Array): void {
    if (payload.length < 8) throw new Http2Error("FRAME_SIZE_ERROR", "GOAWAY has a wrong size");
    this.ended = true;
    const last = readU32(payload, 0) & MAX_WINDOW;
    const code = readU32(payload, 4);
    const { peer } = this.#connection;
    const error = new NetworkError(`${peer} closes the connection: ${errorName(code)}`, {
      code: "connection-cut",
      peer,
    });
    if (code !== ERROR_CODES.NO_ERROR) return this.close(error, last);
    for (const id of [...this.#open.keys()]) if (id > last) this.#fail(id, error, true);
    if (this.#open.size === 0) this.close(error);
  }
}

const GONE = new NetworkError("the request is over", { code: "request-over" });

function take(input: Input): Frame | undefined {
  const frame = scanFrame(input.bytes, input.start, input.end);
  if (frame) input.start += FRAME_HEAD_BYTES + frame.payload.length;
  return frame;
}

function windowTooLarge(): Http2Error {
  return new Http2Error("FLOW_CONTROL_ERROR", "a flow-control window is too large");
}

const NAMES = Object.keys(ERROR_CODES) as readonly Http2ErrorName[];

function errorName(code: number): string {
  return NAMES.find((name) => ERROR_CODES[name] === code) ?? `error ${code}`;
}
