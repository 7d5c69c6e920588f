import { NetworkError } from "../../../core/mod.ts";
import { Http2Error, violation } from "../../codec/http2/errors.ts";
import { encodeReset, FLAG, type Frame } from "../../codec/http2/frame.ts";
import { readRequestHead, readTrailers } from "../../codec/http2/request_head.ts";
import type { FloodGuard } from "../../http2/flood_guard.ts";
import type { FrameWriter } from "../../http2/frame_writer.ts";
import type { ReceivedHeaders } from "../../http2/header_blocks.ts";
import { ReceiveWindow } from "../../http2/receive_window.ts";
import type { ConnectionWindow, StreamWindow } from "../../http2/send_window.ts";
import { unpadded } from "../../http2/unpadded.ts";
import type { ConnectionContext } from "../connection.ts";
import { Guard } from "../guard.ts";
import type { Arrival } from "../request/arrival.ts";
import { answerRequest, TOO_LARGE } from "./answer_request.ts";
import { ServedStream } from "./served_stream.ts";
import { StreamBody } from "./stream_body.ts";

/** Requests of one client that are in work at once, also those that it has reset. */
export const MAX_STREAMS = 100;
/** Flow-control windows of what comes: of a stream, and of all of a connection. */
export const STREAM_WINDOW: number = 1 << 18;
const CONNECTION_WINDOW = 1 << 20;
/** Data in a frame below which it counts as tiny. */
const TINY_BYTES = 256;

/** Parts of a connection that its streams use. */
export interface ServedStreamsParts {
  /** Sends frames. */
  readonly writer: FrameWriter;
  /** Bounds frames without a request. */
  readonly flood: FloodGuard;
  /** Flow-control windows of what is sent. */
  readonly window: ConnectionWindow;
  /** State of the server. */
  readonly context: ConnectionContext;
  /** The client. */
  readonly arrival: Arrival;
  /** Called when no request is in work any more. */
  readonly idle: () => void;
}

/** The requests of one client: takes the frames that belong to them, and has them answered at the same time. */
export class ServedStreams {
  /** Stream of the newest request. */
  last = 0;
  /** Whether no other request may begin. */
  stopping = false;
  readonly #parts: ServedStreamsParts;
  readonly #receiving: ReceiveWindow;
  readonly #byId = new Map<number, ServedStream>();
  readonly #tasks = new Set<Promise<void>>();

  /** Creates them for a connection. */
  constructor(parts: ServedStreamsParts) {
    this.#parts = parts;
    this.#receiving = new ReceiveWindow(0, CONNECTION_WINDOW, parts.writer);
  }

  /** Number of requests in work. */
  get busy(): number {
    return this.#tasks.size;
  }

  /** Tells the client how much it may send. */
  announce(): void {
    this.#receiving.announce();
  }

  /** Returns the window of a response; undefined if the stream is over. */
  windowOf(id: number): StreamWindow | undefined {
    return this.#opened(id)?.window;
  }

  /** Returns a stream that is not over; rejects the frame if it was never opened. */
  #opened(id: number): ServedStream | undefined {
    if (id === 0 || id % 2 === 0 || id > this.last) throw violation("a frame is on a stream that is not open");
    return this.#byId.get(id);
  }

  /**
   * Begins a request, or takes the trailers of one.
   *
   * @throws {Http2Error} Of the connection or of the stream.
   */
  headers(block: ReceivedHeaders): void {
    const { stream: id, endStream, fields, tooLarge } = block;
    const known = this.#byId.get(id);
    if (known) return trailers(known, block);
    if (id <= this.last) throw new Http2Error("STREAM_CLOSED", "HEADERS on a stream that is closed");
    if (this.stopping) return this.#parts.writer.add(encodeReset(id, "REFUSED_STREAM"));
    this.last = id;
    if (this.busy >= MAX_STREAMS) throw new Http2Error("REFUSED_STREAM", "too many requests at once", id);
    this.#parts.flood.request();
    const head = tooLarge ? TOO_LARGE : readRequestHead(fields, id);
    if (endStream && head.contentLength) throw violation("there is a content-length, and no body", id);
    this.#start(id, head, endStream);
  }

  #start(id: number, head: ServedStream["request"], ended: boolean): void {
    const { writer, window, flood, context, arrival, idle } = this.#parts;
    const { timeouts, progress } = context;
    const [reading, sending] = [new Guard(timeouts, progress), new Guard(timeouts, progress)];
    const receiving = new ReceiveWindow(id, STREAM_WINDOW, writer);
    const body = new StreamBody(reading, (count) => this.#acknowledge(count, stream));
    const sentData = () => flood.sentData();
    const parts = { writer, window: window.open(), receiving, body, reading, sending, sentData };
    const stream = new ServedStream(id, head, parts);
    if (ended) body.end();
    this.#byId.set(id, stream);
    const task = answerRequest(stream, context, arrival).catch(() => {}).finally(() => {
      this.#byId.delete(id);
      stream.fail(new NetworkError("the request was answered", { code: "body-closed", operation: "read" }));
      this.#tasks.delete(task);
      if (this.busy === 0) idle();
    });
    this.#tasks.add(task);
  }

  /**
   * Takes DATA.
   *
   * @throws {Http2Error} Of the connection or of the stream.
   */
  data(frame: Frame): void {
    const { stream: id, flags, payload } = frame;
    const stream = this.#opened(id);
    this.#receiving.came(payload.length);
    const ends = (flags & FLAG.END_STREAM) !== 0;
    if (payload.length < TINY_BYTES && !ends) this.#parts.flood.control();
    const data = unpadded(frame);
    stream?.came(payload.length);
    this.#acknowledge(payload.length - data.length, stream);
    // The response is complete already, or the stream was reset: what was on its way is dropped.
    if (!stream) return this.#acknowledge(data.length);
    try {
      checkData(stream, data.length, ends);
    } catch (error) {
      this.#acknowledge(data.length);
      throw error;
    }
    if (data.length > 0) stream.body.push(data);
    if (ends) stream.body.end();
  }

  #acknowledge(count: number, stream?: ServedStream): void {
    if (count === 0) return;
    this.#receiving.acknowledge(count);
    stream?.acknowledge(count);
  }

  /** Ends a request that the client has reset. */
  resetByClient(id: number): void {
    const stream = this.#opened(id);
    this.#parts.flood.reset();
    const { peer } = this.#parts.arrival;
    stream?.fail(new NetworkError(`${peer} has reset the request`, { code: "stream-reset", peer }));
  }

  /** Resets the stream that an error belongs to. */
  reset(id: number, error: Http2Error): void {
    this.#parts.flood.reset();
    const stream = this.#byId.get(id);
    if (stream) stream.reset(error.http2Code, error);
    else this.#parts.writer.add(encodeReset(id, error.http2Code));
  }

  /** Ends the requests whose client is too slow. */
  checkTimeouts(now: number): void {
    for (const stream of this.#byId.values()) stream.checkTimeouts(now, this.#parts.arrival.peer);
  }

  /** Ends all requests. */
  failAll(error: unknown): void {
    for (const stream of this.#byId.values()) stream.fail(error);
  }

  /** Resolves when all handlers have returned. */
  async finished(): Promise<void> {
    await Promise.all(this.#tasks);
  }
}

function trailers({ body, request, received }: ServedStream, block: ReceivedHeaders): void {
  const { stream: id, endStream, fields, tooLarge } = block;
  if (body.ended) throw new Http2Error("STREAM_CLOSED", "HEADERS behind the end of a stream", id);
  if (!endStream) throw violation("trailers do not end their stream", id);
  if (!tooLarge) readTrailers(fields, id);
  const { contentLength } = request;
  if (contentLength !== undefined && contentLength !== received) throw wrongLength(id);
  body.end();
}

/** Counts data of a request, and checks that they may come. */
function checkData(stream: ServedStream, count: number, ends: boolean): void {
  const { id, body, request: { contentLength } } = stream;
  if (body.ended) throw new Http2Error("STREAM_CLOSED", "there is data behind the end of a stream", id);
  stream.received += count;
  if (contentLength === undefined) return;
  if (ends ? stream.received !== contentLength : stream.received > contentLength) throw wrongLength(id);
}

function wrongLength(id: number): Http2Error {
  return violation("the length of the body does not match its content-length", id);
}
