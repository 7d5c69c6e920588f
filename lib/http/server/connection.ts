import { type Connection, fromSystem, NetworkError, ToucanError } from "../../core/mod.ts";
import { BodyReader } from "../body_reader.ts";
import { HeadScanner } from "../codec/head_scanner.ts";
import type { RequestHead } from "../codec/head.ts";
import { HttpMessageError, unsupported } from "../codec/invalid.ts";
import type { HttpLimits } from "../codec/limits.ts";
import { encodeOctets } from "../codec/octets.ts";
import { parseRequestHead, requestFraming } from "../codec/request.ts";
import { reasonOf } from "../codec/status.ts";
import { Input } from "../input.ts";
import { release } from "./body_parts.ts";
import { dateLine } from "./date_line.ts";
import { Guard, type Patience } from "./guard.ts";
import { Outgoing } from "./outgoing.ts";
import { PreparedResponse, prepareResponse } from "./prepared.ts";
import { IncomingBody, IncomingRequest } from "./request.ts";
import { sendResponse } from "./send.ts";
import type { Answer, Handler, ServedRequest } from "./types.ts";

/** What all connections of a server have in common. */
export interface ConnectionContext {
  /** Answers requests. */
  readonly handler: Handler;
  /** Limits on what comes. */
  readonly limits: HttpLimits;
  /** How long to wait for what. */
  readonly patience: Patience;
  /** Bytes of a body that make its time begin anew. */
  readonly progress: number;
  /** Bytes of a body that are read away for the sake of the connection. */
  readonly drain: number;
  /** Takes note of each request that is over. */
  readonly onRequest?: (request: ServedRequest) => void;
}

const CONTINUE = encodeOctets("HTTP/1.1 100 Continue\r\n\r\n");
const CLOSE = encodeOctets("Connection: close\r\n");
const KEEP = encodeOctets("Connection: keep-alive\r\n");
const END = encodeOctets("\r\n");
const LINGER_BYTES = 1 << 20;

/** One client: reads its requests, has them answered in order, and decides what becomes of the connection. */
export class ServerConnection {
  /** The client's end. */
  readonly peer: string;
  /** What is waited for, and for how long already. */
  readonly guard: Guard;
  readonly #connection: Connection;
  readonly #context: ConnectionContext;
  readonly #input: Input;
  readonly #scanner: HeadScanner;
  readonly #out = new Outgoing();
  readonly #arrival: { readonly peer: string; readonly secure: boolean };
  readonly #source = { read: (into: Uint8Array) => this.#readBody(into) };
  #stopping = false;
  #answering = false;
  #cut?: ToucanError;
  #sent = 0;

  /** Takes a connection over. */
  constructor(connection: Connection, context: ConnectionContext) {
    this.#connection = connection;
    this.#context = context;
    this.peer = connection.remote;
    this.#arrival = { peer: this.peer, secure: connection.security !== undefined };
    this.#input = new Input(connection);
    this.#scanner = new HeadScanner("request", context.limits);
    this.guard = new Guard(context.patience, context.progress);
  }

  /** Serves it until it is over; never rejects. */
  async run(): Promise<void> {
    const start = performance.now();
    try {
      await this.#serve();
      await this.#flush();
      if (!this.#cut) await this.#linger();
    } catch (error) {
      await this.#refuse(error, start);
    } finally {
      this.#out.clear();
      this.#connection.close();
    }
  }

  /** Lets the request in flight end, and no other begin. */
  stop(): void {
    this.#stopping = true;
    if (this.guard.waiting === "request") this.#connection.close();
  }

  /** Ends it at once. A client that was only too slow with a request is told so. */
  cut(error: ToucanError): void {
    if (this.#cut) return;
    this.#cut = error;
    const { waiting } = this.guard;
    if ((waiting !== "head" && waiting !== "body") || this.#answering) return this.#connection.close();
    this.guard.wait("linger");
    const close = () => this.#connection.close();
    this.#connection.write(errorBytes(408)).then(close, close);
  }

  /** The loop that every request goes through: as few calls that wait as there can be. */
  async #serve(): Promise<void> {
    const input = this.#input;
    const connection = this.#connection;
    while (true) {
      const place = this.#scanner.find(input.bytes, input.start, input.end);
      if (place) {
        this.guard.rest();
        const head = parseRequestHead(input.bytes, place);
        input.start = place.end;
        const goesOn = this.#handle(head);
        if (goesOn !== true && !await goesOn) return;
        continue;
      }
      if (this.#out.length > 0) await this.#flush();
      if (input.held === 0) {
        if (this.#stopping) return;
        input.shrink();
        this.guard.wait("request");
      } else this.guard.wait("head");
      const count = await connection.read(input.room());
      if (count === null) return this.#ended();
      input.end += count;
      this.guard.came(0);
    }
  }

  /** The client is done: well between two requests, badly in the middle of one. */
  #ended(): void {
    if (this.#input.held === 0) return;
    throw new NetworkError(`${this.peer} closed in the middle of a head`, { code: "connection-cut" });
  }

  /** Answers a request; true when another may follow. What can be done without waiting is. */
  #handle(head: RequestHead): boolean | Promise<boolean> {
    const start = this.#context.onRequest ? performance.now() : 0;
    if (head.form === "authority") throw unsupported(501, "method", "CONNECT is for proxies");
    const body = head.chunked || head.contentLength ? this.#body(head) : undefined;
    const request = new IncomingRequest(head, this.#arrival, body?.incoming ?? NO_BODY);
    let answer: Answer | Promise<Answer>;
    try {
      answer = this.#context.handler(request);
    } catch (error) {
      answer = Promise.reject(error);
    }
    // What the client may ask next takes the place of these bytes.
    head.headers.keep();
    if (answer instanceof PreparedResponse && !body) {
      const keep = head.keepAlive && !this.#stopping;
      if (this.#addPrepared(answer, head, keep)) {
        if (this.#context.onRequest) {
          this.#note(request, head, answer.status, head.method === "HEAD" ? 0 : answer.body.length, start);
        }
        return keep;
      }
    }
    return this.#answer(answer, request, head, body?.reader, start);
  }

  #body(head: RequestHead): { readonly reader: BodyReader; readonly incoming: IncomingBody } {
    const origin = { input: this.#input, source: this.#source, peer: this.peer, limits: this.#context.limits };
    const reader = new BodyReader(requestFraming(head), origin);
    const incoming = new IncomingBody(reader, async () => {
      head.headers.keep();
      if (!head.expectContinue || this.#answering) return;
      await this.#flush();
      await this.#write(CONTINUE);
    });
    return { reader, incoming };
  }

  /** Puts a prepared response where it goes out with others; false when there is no room. */
  #addPrepared(prepared: PreparedResponse, head: RequestHead, keep: boolean): boolean {
    const { body } = prepared;
    // Others than these are few, and large ones go out without being copied.
    if (!this.#out.fits(prepared.head.length + body.length + 128)) return false;
    if (keep && head.version === "1.1" && head.method !== "HEAD") return this.#out.add(prepared.whole(dateLine()));
    this.#out.add(prepared.head);
    this.#out.add(dateLine());
    if (!keep) this.#out.add(CLOSE);
    else if (head.version === "1.0") this.#out.add(KEEP);
    this.#out.add(END);
    if (head.method !== "HEAD") this.#out.add(body);
    return true;
  }

  async #answer(
    pending: Answer | Promise<Answer>,
    request: IncomingRequest,
    head: RequestHead,
    body: BodyReader | undefined,
    start: number,
  ): Promise<boolean> {
    const answer = Promise.resolve(pending);
    answer.catch(() => {});
    if (pending instanceof Promise) {
      await this.#flush().catch((error) => {
        // Nobody is there to send it to; but what it holds is to be let go.
        answer.then((late) => late instanceof PreparedResponse ? undefined : release(late.body), () => {});
        throw error;
      });
    }
    let response: Answer;
    let error: unknown;
    try {
      response = await answer;
    } catch (reason) {
      error = this.#cut ?? reason;
      if (this.#cut) throw this.#over(request, head, this.#cut.code === "body-timeout" ? 408 : 0, start, error);
      response = { status: errorStatus(reason), body: errorText(errorStatus(reason)) };
    }
    this.#answering = true;
    this.#sent = 0;
    // Who waits for a 100 and gets an answer instead may or may not send the body.
    const unread = body !== undefined && !body.ended;
    const drains = !unread || (!head.expectContinue && (body.length ?? 0) - body.received <= this.#context.drain);
    const keep = head.keepAlive && !this.#stopping && drains && !(error instanceof HttpMessageError);
    let status = 0;
    try {
      const sent = await sendResponse(response, head, keep, {
        add: (bytes) => this.#send(bytes),
        flush: () => this.#flush(),
        sentBody: (count) => this.#sent += count,
      });
      status = sent.status;
      error ??= sent.error;
      this.#note(request, head, status, this.#sent, start, error);
      this.#answering = false;
      return sent.keep && (!unread || await this.#drain(body));
    } catch (reason) {
      throw this.#over(request, head, status, start, this.#cut ?? error ?? reason);
    }
  }

  /** Notes a request that ended badly, and marks its error as told. */
  #over(request: IncomingRequest, head: RequestHead, status: number, start: number, error: unknown): Told {
    this.#note(request, head, status, this.#sent, start, error);
    return new Told();
  }

  #note(
    request: IncomingRequest,
    head: RequestHead,
    status: number,
    bytes: number,
    start: number,
    error?: unknown,
  ): void {
    const { method, target, version, headers } = head;
    const ms = performance.now() - start;
    this.#context.onRequest?.({ peer: request.peer, method, target, version, headers, status, bytes, ms, error });
  }

  /** Reads away what nobody wanted; false when that is too much. */
  async #drain(body: BodyReader): Promise<boolean> {
    await this.#flush();
    const sink = new Uint8Array(16 * 1024);
    for (let rest = this.#context.drain; rest > 0;) {
      const count = await body.read(sink);
      if (count === null) return true;
      rest -= count;
    }
    return body.ended;
  }

  async #readBody(into: Uint8Array): Promise<number | null> {
    this.guard.wait("body");
    try {
      const count = await this.#connection.read(into);
      this.guard.came(count ?? 0);
      return count;
    } catch (error) {
      throw this.#cut ?? fromSystem(error, { doing: "read from", what: this.peer });
    }
  }

  async #send(bytes: Uint8Array): Promise<void> {
    if (this.#out.add(bytes)) return;
    await this.#flush();
    if (!this.#out.add(bytes)) await this.#write(bytes);
  }

  async #flush(): Promise<void> {
    if (this.#out.length === 0) return;
    const { bytes } = this.#out;
    this.guard.wait("write");
    const count = await this.#connection.write(bytes);
    this.guard.came(0);
    if (count < bytes.length) await this.#write(bytes.subarray(count));
    this.#out.clear();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      this.guard.wait("write");
      done += await this.#connection.write(done === 0 ? bytes : bytes.subarray(done));
      this.guard.came(0);
    }
  }

  /** Answers what is no request, where there is somebody to answer, and closes. */
  async #refuse(error: unknown, start: number): Promise<void> {
    if (error instanceof Told || this.guard.waiting === "request") return;
    const known = this.#cut ?? fromSystem(error, { doing: "serve", what: this.peer });
    const status = known instanceof HttpMessageError ? known.status : this.#cut?.code === "header-timeout" ? 408 : 0;
    const { peer } = this;
    this.#context.onRequest?.({
      peer,
      method: "",
      target: "",
      status,
      bytes: 0,
      ms: performance.now() - start,
      error: known,
    });
    if (!(known instanceof HttpMessageError)) return;
    try {
      await this.#flush();
      await this.#write(errorBytes(status));
      await this.#linger();
    } catch {
      // Nobody is there to hear it.
    }
  }

  /** Closes so that the client still gets what was sent: data that it sends on would reset the connection. */
  async #linger(): Promise<void> {
    this.guard.rest();
    this.guard.wait("linger");
    try {
      await this.#connection.closeWrite();
      const sink = new Uint8Array(4096);
      for (let rest = LINGER_BYTES; rest > 0;) {
        const count = await this.#connection.read(sink);
        if (count === null) return;
        rest -= count;
      }
    } catch {
      // It is gone, which is as good.
    }
  }
}

/** Stands for an error that was noted where it came up. */
class Told {}

const NO_BODY = new IncomingBody(
  new BodyReader({ kind: "none" }, {
    input: new Input({ read: () => Promise.resolve(null) }),
    source: { read: () => Promise.resolve(null) },
    peer: "",
    limits: { startLine: 0, fieldLine: 0, head: 0, fields: 0, chunkLine: 0, chunkExtensions: 0, trailers: 0 },
  }),
  () => {},
);

function errorStatus(error: unknown): number {
  if (error instanceof HttpMessageError) return error.status;
  return error instanceof ToucanError && error.code === "body-timeout" ? 408 : 500;
}

function errorText(status: number): string {
  return `${status} ${reasonOf(status)}\n`;
}

/** A whole response that tells of an error, and of nothing else. */
function errorBytes(status: number): Uint8Array<ArrayBuffer> {
  const headers = { "Content-Type": "text/plain; charset=utf-8" };
  const { head, body } = prepareResponse({ status, headers, body: errorText(status) });
  const text = new TextDecoder().decode(head) + new TextDecoder().decode(dateLine());
  return encodeOctets(`${text}Connection: close\r\n\r\n${new TextDecoder().decode(body)}`);
}
