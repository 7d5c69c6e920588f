import { type Connection, fromSystem, NetworkError, TimeoutError, toToucanError } from "../../../core/mod.ts";
import type { ToucanError } from "../../../core/mod.ts";
import { BodyReader } from "../../body_reader.ts";
import { Http2Error, violation } from "../../codec/http2/errors.ts";
import {
  encodeFrame,
  encodeGoAway,
  encodeReset,
  encodeSettings,
  encodeWindowUpdate,
  FLAG,
  FRAME,
  type Frame,
  INITIAL_WINDOW,
  MAX_WINDOW,
  PREFACE,
  readU32,
  scanFrame,
} from "../../codec/http2/frame.ts";
import { type HeaderBlock, HpackDecoder } from "../../codec/http2/hpack_decoder.ts";
import { type Http2RequestHead, readRequestHead, readTrailers } from "../../codec/http2/request_head.ts";
import { encodeOctets } from "../../codec/octets.ts";
import { Input } from "../../input.ts";
import type { ConnectionContext } from "../connection.ts";
import { errorStatus, errorText } from "../errors.ts";
import { Guard } from "../guard.ts";
import { release } from "../request/body_parts.ts";
import type { Arrival } from "../request/request.ts";
import { IncomingBody, NO_BODY } from "../request/request_body.ts";
import { PreparedResponse } from "../response/prepared.ts";
import type { HttpAnswer } from "../types.ts";
import { FloodGuard } from "../../http2/flood_guard.ts";
import { FrameWriter } from "../../http2/frame_writer.ts";
import { applySettings } from "../../http2/peer_settings.ts";
import { Http2Request } from "./request.ts";
import { sendResponse } from "./send_response.ts";
import { ConnectionWindow } from "../../http2/send_window.ts";
import { ServedStream } from "./served_stream.ts";
import { StreamBody } from "./stream_body.ts";
import { traceHttp2Request } from "./trace.ts";
import { unpadded } from "../../http2/unpadded.ts";

/** Requests of one client that are in work at once, also those that it has reset. */
const MAX_STREAMS = 100;
/** Flow-control windows of what comes: of a stream, and of all of a connection. */
const STREAM_WINDOW = 1 << 18;
const RECEIVE_WINDOW = 1 << 20;
/** Frames of one header block. */
const MAX_BLOCK_FRAMES = 32;
/** Data in a frame below which it counts as tiny. */
const TINY_BYTES = 256;
/** Bytes that are read away after the last word to a client, so that it gets it. */
const LINGER_BYTES = 1 << 16;
const PREFACE_BYTES = encodeOctets(PREFACE);

/** A header block that is not whole. */
interface OpenBlock {
  readonly stream: number;
  readonly endStream: boolean;
  readonly pieces: Uint8Array[];
  size: number;
}

/** One client over HTTP/2 (RFC 9113): reads its frames, has its requests answered at the same time, and keeps to limits. */
export class Http2Connection {
  readonly #connection: Connection;
  readonly #context: ConnectionContext;
  readonly #arrival: Arrival;
  readonly #input: Input;
  readonly #writer: FrameWriter;
  readonly #decoder = new HpackDecoder();
  readonly #window = new ConnectionWindow(INITIAL_WINDOW);
  readonly #flood = new FloodGuard();
  readonly #guard: Guard;
  readonly #streams = new Map<number, ServedStream>();
  readonly #tasks = new Set<Promise<void>>();
  #peerWindow = INITIAL_WINDOW;
  #receiveCredit = RECEIVE_WINDOW;
  #unacknowledged = 0;
  #block?: OpenBlock;
  #begun = false;
  #greeted = false;
  #settled = false;
  #last = 0;
  #stopping = false;
  #cut?: ToucanError;

  /** Takes a connection over. */
  constructor(connection: Connection, context: ConnectionContext) {
    this.#connection = connection;
    this.#context = context;
    this.#arrival = { peer: connection.remote, secure: connection.security !== undefined };
    this.#input = new Input(connection);
    this.#guard = new Guard(context.timeouts, context.progress);
    this.#writer = new FrameWriter(connection, (error) => this.#lost(error));
  }

  /** Serves it until it is over; never rejects. */
  async run(): Promise<void> {
    try {
      await this.#read();
      // A client that has ended its side is gone: over TLS it takes no response any more.
      this.#failAll(this.#departed());
      await this.#finish("NO_ERROR");
    } catch (error) {
      await this.#refuse(error);
    } finally {
      this.#lost(this.#cut ?? this.#departed());
      await Promise.all(this.#tasks);
    }
  }

  /** Sends the settings: with the first response, not in a write before it. */
  #greet(): void {
    if (this.#greeted) return;
    this.#greeted = true;
    this.#writer.add(encodeSettings({
      MAX_CONCURRENT_STREAMS: MAX_STREAMS,
      INITIAL_WINDOW_SIZE: STREAM_WINDOW,
      MAX_HEADER_LIST_SIZE: this.#context.limits.head,
    }));
    this.#writer.add(encodeWindowUpdate(0, RECEIVE_WINDOW - INITIAL_WINDOW));
  }

  /** Lets the requests in work end, and no other begin. */
  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#greet();
    this.#writer.add(encodeGoAway(this.#last, "NO_ERROR"));
    this.#closeIfIdle();
  }

  /** Ends it at once. */
  cut(error: ToucanError): void {
    this.#cut ??= error;
    this.#lost(error);
  }

  /** Ends it, or a stream of it, when the client has taken too long. */
  checkTimeouts(now: number): void {
    const { peer } = this.#arrival;
    const { writingSince } = this.#writer;
    const { write } = this.#context.timeouts;
    if (writingSince !== undefined && now - writingSince > write) {
      return this.cut(new TimeoutError(`${peer} did not take what it was sent`, { code: "write-timeout", peer }));
    }
    const late = this.#guard.tooLate(now, peer);
    if (late?.code === "idle") return this.stop();
    if (late) return this.cut(late);
    for (const stream of this.#streams.values()) {
      const slow = stream.tooLate(now, peer);
      // A handler that reads the body answers with 408.
      if (slow?.request) stream.body.fail(slow.error);
      else if (slow) this.#reset(stream, "CANCEL", slow.error);
    }
  }

  #closeIfIdle(): void {
    if (!this.#stopping || this.#tasks.size > 0) return;
    const close = () => this.#connection.close();
    this.#writer.flushed().then(close, close);
  }

  #departed(): NetworkError {
    return new NetworkError(`${this.#arrival.peer} has disconnected`, { code: "connection-cut" });
  }

  #failAll(error: unknown): void {
    for (const stream of this.#streams.values()) stream.fail(error);
  }

  /** Ends everything, as the connection is of no use any more. */
  #lost(error: unknown): void {
    this.#failAll(error);
    this.#writer.close();
    this.#connection.close();
  }

  async #read(): Promise<void> {
    const input = this.#input;
    while (true) {
      this.#takeFrames();
      // A client that does not read what it caused is not read from.
      await this.#writer.room();
      this.#watch();
      const count = await this.#connection.read(input.room());
      if (count === null) return this.#ended();
      input.end += count;
    }
  }

  /** Begins or goes on to wait, for a request, the rest of a head, or the rest of a frame. */
  #watch(): void {
    if (!this.#begun || this.#block) this.#guard.wait("head");
    else if (this.#input.held > 0) this.#guard.wait("body");
    else if (this.#tasks.size > 0) this.#guard.rest();
    else if (this.#guard.waiting !== "request") {
      this.#guard.rest();
      this.#guard.wait("request");
      this.#input.shrink();
    }
  }

  #ended(): void {
    if (this.#input.held === 0 && !this.#block) return;
    throw new NetworkError(`${this.#arrival.peer} closed in the middle of a frame`, { code: "connection-cut" });
  }

  #takeFrames(): void {
    const input = this.#input;
    if (!this.#begun && !this.#takePreface()) return;
    while (true) {
      const frame = scanFrame(input.bytes, input.start, input.end);
      if (!frame) return;
      input.start += 9 + frame.payload.length;
      if (this.#guard.waiting === "body") this.#guard.rest();
      try {
        this.#take(frame);
      } catch (error) {
        if (!(error instanceof Http2Error) || error.stream === undefined) throw error;
        this.#flood.reset();
        const stream = this.#streams.get(error.stream);
        if (stream) this.#reset(stream, error.http2Code, error);
        else this.#writer.add(encodeReset(error.stream, error.http2Code));
      }
    }
  }

  #takePreface(): boolean {
    const { bytes, start, held } = this.#input;
    const count = Math.min(held, PREFACE_BYTES.length);
    for (let at = 0; at < count; at++) {
      if (bytes[start + at] !== PREFACE_BYTES[at]) throw violation("the connection does not begin with the preface");
    }
    if (count < PREFACE_BYTES.length) return false;
    this.#input.start += PREFACE_BYTES.length;
    this.#begun = true;
    this.#greet();
    this.#guard.rest();
    return true;
  }

  #take(frame: Frame): void {
    const { type, stream } = frame;
    if (!this.#settled && type !== FRAME.SETTINGS) throw violation("the first frame is not SETTINGS");
    this.#settled = true;
    if (this.#block && (type !== FRAME.CONTINUATION || stream !== this.#block.stream)) {
      throw violation("a frame interrupts a header block");
    }
    switch (type) {
      case FRAME.DATA:
        return this.#data(frame);
      case FRAME.HEADERS:
        return this.#headers(frame);
      case FRAME.CONTINUATION:
        return this.#continuation(frame);
      case FRAME.RST_STREAM:
        return this.#resetByClient(frame);
      case FRAME.PUSH_PROMISE:
        throw violation("a client cannot push");
    }
    this.#flood.control();
    switch (type) {
      case FRAME.SETTINGS:
        return this.#settings(frame);
      case FRAME.PING:
        if (stream !== 0) throw violation("PING on a stream");
        if (frame.payload.length !== 8) throw sizeError("PING");
        if (!(frame.flags & FLAG.ACK)) this.#writer.add(encodeFrame(FRAME.PING, FLAG.ACK, 0, frame.payload));
        return;
      case FRAME.WINDOW_UPDATE:
        return this.#windowUpdate(frame);
      case FRAME.PRIORITY:
        if (stream === 0) throw violation("PRIORITY without a stream");
        if (frame.payload.length !== 5) throw sizeError("PRIORITY", stream);
        return;
      case FRAME.GOAWAY:
        if (stream !== 0) throw violation("GOAWAY on a stream");
        if (frame.payload.length < 8) throw sizeError("GOAWAY");
    }
  }

  #settings({ flags, stream, payload }: Frame): void {
    if (stream !== 0) throw violation("SETTINGS on a stream");
    if (flags & FLAG.ACK) {
      if (payload.length !== 0) throw sizeError("SETTINGS");
      return;
    }
    const { window } = applySettings(payload);
    if (window !== undefined) {
      const fits = this.#window.addToStreams(window - this.#peerWindow);
      if (!fits) throw new Http2Error("FLOW_CONTROL_ERROR", "a flow-control window is too large");
      this.#peerWindow = window;
    }
    this.#writer.add(encodeFrame(FRAME.SETTINGS, FLAG.ACK, 0));
  }

  #windowUpdate({ stream: id, payload }: Frame): void {
    if (payload.length !== 4) throw sizeError("WINDOW_UPDATE");
    const increment = readU32(payload, 0) & MAX_WINDOW;
    if (id === 0) {
      if (increment === 0) throw violation("WINDOW_UPDATE by 0");
      if (!this.#window.add(increment)) throw new Http2Error("FLOW_CONTROL_ERROR", "the window is too large");
      return;
    }
    this.#notIdle(id);
    const stream = this.#streams.get(id);
    if (!stream) return;
    if (increment === 0) throw violation("WINDOW_UPDATE by 0", id);
    if (!stream.window.add(increment)) throw new Http2Error("FLOW_CONTROL_ERROR", "the window is too large", id);
  }

  /** Rejects a frame on a stream that was never opened. */
  #notIdle(id: number): void {
    if (id === 0 || id % 2 === 0 || id > this.#last) throw violation("a frame is on a stream that is not open");
  }

  #data(frame: Frame): void {
    const { stream: id, flags, payload } = frame;
    this.#notIdle(id);
    this.#receiveCredit -= payload.length;
    if (this.#receiveCredit < 0) throw new Http2Error("FLOW_CONTROL_ERROR", "the client sends more than it may");
    const ends = (flags & FLAG.END_STREAM) !== 0;
    if (payload.length < TINY_BYTES && !ends) this.#flood.control();
    const data = unpadded(frame);
    const stream = this.#streams.get(id);
    if (stream) stream.held += payload.length;
    if (stream && stream.held > STREAM_WINDOW) {
      throw new Http2Error("FLOW_CONTROL_ERROR", "the client sends more than it may");
    }
    this.#acknowledge(payload.length - data.length, stream);
    // The response is complete already, or the stream was reset: what was on its way is dropped.
    if (!stream) return this.#acknowledge(data.length);
    if (stream.body.ended) {
      this.#acknowledge(data.length);
      throw new Http2Error("STREAM_CLOSED", "there is data behind the end of a stream", id);
    }
    stream.received += data.length;
    const { contentLength } = stream.request;
    const wrong = contentLength !== undefined &&
      (ends ? stream.received !== contentLength : stream.received > contentLength);
    if (wrong) {
      this.#acknowledge(data.length);
      throw violation("the length of the body does not match its content-length", id);
    }
    if (data.length > 0) stream.body.push(data);
    if (ends) stream.body.end();
  }

  /** Lets the client send as many bytes again, in updates of half a window. */
  #acknowledge(count: number, stream?: ServedStream): void {
    if (count === 0) return;
    this.#unacknowledged += count;
    if (this.#unacknowledged >= RECEIVE_WINDOW / 2) {
      this.#receiveCredit += this.#unacknowledged;
      this.#writer.add(encodeWindowUpdate(0, this.#unacknowledged));
      this.#unacknowledged = 0;
    }
    if (!stream || stream.error !== undefined) return;
    stream.unacknowledged += count;
    if (stream.unacknowledged < STREAM_WINDOW / 2 || stream.body.ended) return;
    stream.held -= stream.unacknowledged;
    this.#writer.add(encodeWindowUpdate(stream.id, stream.unacknowledged));
    stream.unacknowledged = 0;
  }

  #headers(frame: Frame): void {
    const { stream, flags } = frame;
    if (stream % 2 === 0) throw violation("HEADERS on an even stream");
    let block = unpadded(frame);
    if (flags & FLAG.PRIORITY) {
      if (block.length < 5) throw sizeError("HEADERS");
      block = block.subarray(5);
    }
    const open = { stream, endStream: (flags & FLAG.END_STREAM) !== 0, pieces: [], size: 0 };
    this.#addToBlock(open, block, (flags & FLAG.END_HEADERS) !== 0);
  }

  #continuation({ payload, flags }: Frame): void {
    if (!this.#block) throw violation("CONTINUATION without HEADERS");
    this.#addToBlock(this.#block, payload, (flags & FLAG.END_HEADERS) !== 0);
  }

  #addToBlock(block: OpenBlock, piece: Uint8Array, whole: boolean): void {
    block.size += piece.length;
    if (block.size > this.#context.limits.head || block.pieces.length >= MAX_BLOCK_FRAMES) {
      throw new Http2Error("ENHANCE_YOUR_CALM", "a header block is too large");
    }
    this.#block = block;
    block.pieces.push(whole ? piece : piece.slice());
    if (!whole) return;
    this.#block = undefined;
    this.#guard.rest();
    const { head, fields } = this.#context.limits;
    const bytes = block.pieces.length === 1 ? piece : joined(block);
    this.#open(block, this.#decoder.decode(bytes, { size: head, fields }));
  }

  /** Begins a request, or takes the trailers of one. */
  #open({ stream: id, endStream }: OpenBlock, { fields, tooLarge }: HeaderBlock): void {
    const known = this.#streams.get(id);
    if (known) {
      if (known.body.ended) throw new Http2Error("STREAM_CLOSED", "HEADERS behind the end of a stream", id);
      if (!endStream) throw violation("trailers do not end their stream", id);
      if (!tooLarge) readTrailers(fields, id);
      const { contentLength } = known.request;
      if (contentLength !== undefined && contentLength !== known.received) {
        throw violation("the length of the body does not match its content-length", id);
      }
      return known.body.end();
    }
    if (id <= this.#last) throw new Http2Error("STREAM_CLOSED", "HEADERS on a stream that is closed");
    if (this.#stopping) return this.#writer.add(encodeReset(id, "REFUSED_STREAM"));
    this.#last = id;
    if (this.#tasks.size >= MAX_STREAMS) throw new Http2Error("REFUSED_STREAM", "too many requests at once", id);
    this.#flood.request();
    const head = tooLarge ? TOO_LARGE : readRequestHead(fields, id);
    if (endStream && head.contentLength) throw violation("there is a content-length, and no body", id);
    this.#start(id, head, endStream);
  }

  #start(id: number, head: Http2RequestHead, ended: boolean): void {
    const { timeouts, progress } = this.#context;
    const [reading, sending] = [new Guard(timeouts, progress), new Guard(timeouts, progress)];
    const body = new StreamBody(reading, (count) => this.#acknowledge(count, stream));
    const window = this.#window.open(this.#peerWindow);
    const sentData = () => this.#flood.sentData();
    const stream = new ServedStream(id, head, { writer: this.#writer, window, body, reading, sending, sentData });
    if (ended) body.end();
    this.#streams.set(id, stream);
    const task = this.#serve(stream).catch(() => {}).finally(() => {
      this.#streams.delete(id);
      stream.fail(new NetworkError("the request was answered", { code: "body-closed", operation: "read" }));
      this.#tasks.delete(task);
      if (this.#tasks.size === 0 && this.#guard.waiting === "nothing") this.#watch();
      this.#closeIfIdle();
    });
    this.#tasks.add(task);
  }

  /** Answers a request. */
  async #serve(stream: ServedStream): Promise<void> {
    const start = performance.now();
    const { request: head } = stream;
    let error: unknown;
    let incoming: IncomingBody | undefined;
    try {
      incoming = stream.body.ended ? undefined : this.#body(stream);
      let answer: HttpAnswer;
      try {
        answer = await this.#handled(stream, incoming);
      } catch (reason) {
        error = reason;
        const status = errorStatus(reason);
        answer = { status, headers: { "Content-Type": "text/plain" }, body: errorText(status) };
      }
      if (stream.error !== undefined) {
        if (!(answer instanceof PreparedResponse)) await release(answer.body);
        throw stream.error;
      }
      const sent = await sendResponse(answer, head.method, stream);
      error ??= sent.error;
      // The rest of the request is not needed (RFC 9113 §8.1).
      if (!stream.body.ended) this.#writer.add(encodeReset(stream.id, "NO_ERROR"));
    } catch (reason) {
      error = stream.error ?? reason;
      if (stream.error === undefined) this.#reset(stream, "INTERNAL_ERROR", reason);
    } finally {
      incoming?.finish();
      this.#note(stream, start, error);
    }
  }

  async #handled(stream: ServedStream, body: IncomingBody | undefined): Promise<HttpAnswer> {
    const { request: head } = stream;
    if (head === TOO_LARGE) return { status: 431, body: errorText(431) };
    if (head.method === "CONNECT") return { status: 501, body: errorText(501) };
    const { proxies, handler, trace } = this.#context;
    traceHttp2Request(trace, head, this.#arrival.peer);
    const arrival = proxies?.arrival(head.headers, this.#arrival) ?? this.#arrival;
    return await handler(new Http2Request(head, arrival, body ?? NO_BODY, stream));
  }

  #body(stream: ServedStream): IncomingBody {
    const { contentLength, headers } = stream.request;
    const origin = {
      ...{ input: new Input(stream.body), source: stream.body, peer: this.#arrival.peer },
      ...{ kind: "request", limits: this.#context.limits } as const,
    };
    const framing = contentLength ? { kind: "length", length: contentLength } as const : { kind: "close" } as const;
    return new IncomingBody(new BodyReader(framing, origin), () => {
      if (headers.get("expect")?.toLowerCase() === "100-continue" && stream.received === 0) stream.interim(100);
    });
  }

  #note({ request: { method, target, headers }, status, sent }: ServedStream, start: number, error: unknown): void {
    const { peer } = this.#arrival;
    const facts = { peer, method, target, version: "2", headers, status, bytes: sent } as const;
    this.#context.onRequest?.({
      ...facts,
      ms: performance.now() - start,
      error: error === undefined ? undefined : toToucanError(error),
    });
  }

  #resetByClient({ stream: id, payload }: Frame): void {
    this.#notIdle(id);
    if (payload.length !== 4) throw sizeError("RST_STREAM");
    this.#flood.reset();
    const { peer } = this.#arrival;
    this.#streams.get(id)?.fail(new NetworkError(`${peer} has reset the request`, { code: "stream-reset", peer }));
  }

  /** Resets a stream; its handler may go on until it notices. */
  #reset(stream: ServedStream, code: Http2Error["http2Code"], error: unknown): void {
    if (stream.error !== undefined) return;
    this.#writer.add(encodeReset(stream.id, code));
    stream.fail(error);
  }

  /** Tells the client why the connection ends, and ends it. */
  async #refuse(error: unknown): Promise<void> {
    if (this.#cut) return;
    const { peer } = this.#arrival;
    const known = fromSystem(error, { doing: "serve", what: peer });
    const report = { peer, method: "", target: "", status: 0, bytes: 0, ms: 0, error: toToucanError(known) };
    if (!this.#stopping) this.#context.onRequest?.(report);
    this.#failAll(known);
    if (known instanceof Http2Error) await this.#finish(known.http2Code, known.message);
  }

  async #finish(code: Http2Error["http2Code"], text?: string): Promise<void> {
    if (this.#cut) return;
    this.#guard.rest();
    this.#guard.wait("linger");
    try {
      this.#greet();
      this.#writer.add(encodeGoAway(this.#last, code, text));
      await this.#writer.flushed();
      await this.#connection.finish();
      const sink = new Uint8Array(4096);
      for (let rest = LINGER_BYTES; rest > 0 && code !== "NO_ERROR";) {
        const count = await this.#connection.read(sink);
        if (count === null) return;
        rest -= count;
      }
    } catch {
      // The client is gone.
    }
  }
}

/** Stands for the head of a request whose fields are too large. */
const TOO_LARGE: Http2RequestHead = readRequestHead([[":method", "GET"], [":scheme", "https"], [":path", "/"]], 0);

function joined({ pieces, size }: OpenBlock): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function sizeError(type: string, stream?: number): Http2Error {
  return new Http2Error("FRAME_SIZE_ERROR", `${type} has a wrong size`, stream);
}
