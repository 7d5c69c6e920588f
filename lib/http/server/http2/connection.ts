import { type Connection, fromSystem, NetworkError, TimeoutError, toToucanError } from "../../../core/mod.ts";
import type { ToucanError } from "../../../core/mod.ts";
import { Http2Error, type Http2ErrorName, violation } from "../../codec/http2/errors.ts";
import { encodeGoAway, encodeSettings, FRAME, type Frame } from "../../codec/http2/frame.ts";
import { ControlFrames, resetCode } from "../../http2/control_frames.ts";
import { FloodGuard } from "../../http2/flood_guard.ts";
import { FrameInput } from "../../http2/frame_input.ts";
import { FrameWriter } from "../../http2/frame_writer.ts";
import { HeaderBlocks, type ReceivedHeaders } from "../../http2/header_blocks.ts";
import { ConnectionWindow } from "../../http2/send_window.ts";
import { Input } from "../../input.ts";
import type { ConnectionContext } from "../connection.ts";
import { Guard } from "../guard.ts";
import type { Arrival } from "../request/arrival.ts";
import { MAX_STREAMS, ServedStreams, STREAM_WINDOW } from "./served_streams.ts";

/** Bytes that are read away after the last word to a client, so that it gets it. */
const LINGER_BYTES = 1 << 16;

/** One client over HTTP/2 (RFC 9113): reads its frames, has its requests answered at the same time, and keeps to limits. */
export class Http2Connection {
  readonly #connection: Connection;
  readonly #context: ConnectionContext;
  readonly #arrival: Arrival;
  readonly #input: Input;
  readonly #frames: FrameInput;
  readonly #writer: FrameWriter;
  readonly #blocks: HeaderBlocks;
  readonly #control: ControlFrames;
  readonly #guard: Guard;
  readonly #streams: ServedStreams;
  #begun = false;
  #greeted = false;
  #cut?: ToucanError;

  /** Takes a connection over. */
  constructor(connection: Connection, context: ConnectionContext) {
    const { limits, timeouts, progress } = context;
    this.#connection = connection;
    this.#context = context;
    this.#arrival = { peer: connection.remote, secure: connection.security !== undefined };
    this.#input = new Input(connection);
    this.#frames = new FrameInput(this.#input);
    this.#guard = new Guard(timeouts, progress);
    this.#writer = new FrameWriter(connection, (error) => this.#lost(error));
    this.#blocks = new HeaderBlocks({ size: limits.head, fields: limits.fields });
    const parts = { writer: this.#writer, flood: new FloodGuard(), window: new ConnectionWindow() };
    this.#streams = new ServedStreams({ ...parts, context, arrival: this.#arrival, idle: () => this.#idle() });
    this.#control = new ControlFrames({ ...parts, streamWindow: (id) => this.#streams.windowOf(id) });
  }

  /** Serves it until it is over; never rejects. */
  async run(): Promise<void> {
    try {
      await this.#read();
      // A client that has ended its side is gone: over TLS it takes no response any more.
      this.#streams.failAll(this.#departed());
      await this.#finish("NO_ERROR");
    } catch (error) {
      await this.#refuse(error);
    } finally {
      this.#lost(this.#cut ?? this.#departed());
      await this.#streams.finished();
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
    this.#streams.announce();
  }

  /** Lets the requests in work end, and no other begin. */
  stop(): void {
    if (this.#streams.stopping) return;
    this.#streams.stopping = true;
    this.#greet();
    this.#writer.add(encodeGoAway(this.#streams.last, "NO_ERROR"));
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
    this.#streams.checkTimeouts(now);
  }

  #closeIfIdle(): void {
    if (!this.#streams.stopping || this.#streams.busy > 0) return;
    const close = () => this.#connection.close();
    this.#writer.flushed().then(close, close);
  }

  #idle(): void {
    if (this.#guard.waiting === "nothing") this.#watch();
    this.#closeIfIdle();
  }

  #departed(): NetworkError {
    return new NetworkError(`${this.#arrival.peer} has disconnected`, { code: "connection-cut" });
  }

  /** Ends everything, as the connection is of no use any more. */
  #lost(error: unknown): void {
    this.#streams.failAll(error);
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
      // Only here: while more is read, the buffer is in use.
      if (this.#guard.waiting === "request") input.shrink();
      const count = await this.#connection.read(input.room());
      if (count === null) return this.#ended();
      input.end += count;
    }
  }

  /** Begins or goes on to wait, for a request, the rest of a head, or the rest of a frame. */
  #watch(): void {
    if (!this.#begun || this.#blocks.open) this.#guard.wait("head");
    else if (this.#input.held > 0) this.#guard.wait("body");
    else if (this.#streams.busy > 0) this.#guard.rest();
    else if (this.#guard.waiting !== "request") {
      this.#guard.rest();
      this.#guard.wait("request");
    }
  }

  #ended(): void {
    if (this.#input.held === 0 && !this.#blocks.open) return;
    throw new NetworkError(`${this.#arrival.peer} closed in the middle of a frame`, { code: "connection-cut" });
  }

  #takeFrames(): void {
    if (!this.#begun && !this.#begin()) return;
    for (let frame = this.#frames.take(); frame; frame = this.#frames.take()) {
      if (this.#guard.waiting === "body") this.#guard.rest();
      try {
        this.#take(frame);
      } catch (error) {
        if (!(error instanceof Http2Error) || error.stream === undefined) throw error;
        this.#streams.reset(error.stream, error);
      }
    }
  }

  #begin(): boolean {
    if (!this.#frames.takePreface()) return false;
    this.#begun = true;
    this.#greet();
    this.#guard.rest();
    return true;
  }

  #take(frame: Frame): void {
    this.#blocks.checkOrder(frame);
    switch (frame.type) {
      case FRAME.DATA:
        return this.#streams.data(frame);
      case FRAME.HEADERS:
        return this.#headers(this.#blocks.begin(frame));
      case FRAME.CONTINUATION:
        return this.#headers(this.#blocks.continue(frame));
      case FRAME.RST_STREAM:
        resetCode(frame);
        return this.#streams.resetByClient(frame.stream);
      case FRAME.PUSH_PROMISE:
        throw violation("a client cannot push");
    }
    this.#control.take(frame);
  }

  #headers(block: ReceivedHeaders | undefined): void {
    if (!block) return;
    this.#guard.rest();
    this.#streams.headers(block);
  }

  /** Tells the client why the connection ends, and ends it. */
  async #refuse(error: unknown): Promise<void> {
    if (this.#cut) return;
    const { peer } = this.#arrival;
    const known = fromSystem(error, { doing: "serve", what: peer });
    const report = { peer, method: "", target: "", status: 0, bytes: 0, ms: 0, error: toToucanError(known) };
    if (!this.#streams.stopping) this.#context.onRequest?.(report);
    this.#streams.failAll(known);
    if (known instanceof Http2Error) await this.#finish(known.http2Code, known.message);
  }

  async #finish(code: Http2ErrorName, text?: string): Promise<void> {
    if (this.#cut) return;
    this.#guard.rest();
    this.#guard.wait("linger");
    try {
      this.#greet();
      this.#writer.add(encodeGoAway(this.#streams.last, code, text));
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
