import {
  type Connection,
  fromSystem,
  NetworkError,
  toToucanError,
  type ToucanError,
  type Trace,
} from "../../core/mod.ts";
import { type BodyOrigin, BodyReader } from "../body_reader.ts";
import { HeadScanner, isEmptyLines } from "../codec/head_scanner.ts";
import type { RequestHead } from "../codec/head.ts";
import { HttpMessageError, unsupported } from "../codec/invalid.ts";
import type { HttpLimits } from "../codec/limits.ts";
import { encodeOctets } from "../codec/octets.ts";
import { parseRequestHead, requestFraming } from "../codec/request.ts";
import { Input } from "../input.ts";
import { release } from "./request/body_parts.ts";
import { errorBytes, errorStatus, errorText } from "./errors.ts";
import { gather } from "./response/gather.ts";
import type { Timeouts } from "./guard.ts";
import { PreparedResponse } from "./response/prepared.ts";
import type { Arrival } from "./request/arrival.ts";
import { IncomingRequest } from "./request/request.ts";
import { IncomingBody, NO_BODY } from "./request/request_body.ts";
import { sendResponse } from "./response/send.ts";
import type { ServerResponse } from "./response/response.ts";
import type { Handler, HttpAnswer, ServedRequest } from "./types.ts";
import { type Upgrade, upgradeHead } from "./upgrade.ts";
import { responseTracer, traceRequestHead } from "./trace_heads.ts";
import type { TrustedProxies } from "./request/trusted_proxies.ts";
import { Wire } from "./response/wire.ts";

/** State that all connections of a server share. */
export interface ConnectionContext {
  /** Answers requests. */
  readonly handler: Handler;
  /** Limits on what comes. */
  readonly limits: HttpLimits;
  /** Timeouts of a connection. */
  readonly timeouts: Timeouts;
  /** Bytes of a body that restart its timeout. */
  readonly progress: number;
  /** Bytes of a body that are read away for the sake of the connection. */
  readonly drain: number;
  /** Takes the heads of requests and responses. */
  readonly trace?: Trace;
  /** The proxies whose forwarding fields count. */
  readonly proxies?: TrustedProxies;
  /** Takes note of each request that is over; must not throw. */
  readonly onRequest?: (request: ServedRequest) => void;
}

const CONTINUE = encodeOctets("HTTP/1.1 100 Continue\r\n\r\n");
/** One client: reads its requests, has them answered in order, and decides what becomes of the connection. */
export class ServerConnection {
  readonly #wire: Wire;
  readonly #context: ConnectionContext;
  readonly #input: Input;
  readonly #scanner: HeadScanner;
  readonly #arrival: Arrival;
  readonly #origin: BodyOrigin;
  #stopping = false;
  #sent = 0;
  /** Bytes read while a request is handled, to detect a disconnect. */
  #early?: Promise<Uint8Array | null>;

  /** Takes a connection over; `first` is what was read from it already. */
  constructor(connection: Connection, context: ConnectionContext, first?: Uint8Array) {
    const wire = new Wire(connection, context.timeouts, context.progress);
    const peer = connection.remote;
    this.#wire = wire;
    this.#context = context;
    this.#arrival = { peer, secure: connection.security !== undefined };
    this.#input = new Input(connection, first);
    this.#scanner = new HeadScanner("request", context.limits);
    const source = { read: (into: Uint8Array) => wire.readBody(into) };
    this.#origin = { input: this.#input, source, peer, kind: "request", limits: context.limits };
  }

  /** Serves it until it is over; never rejects. */
  async run(): Promise<void> {
    const start = performance.now();
    try {
      await this.#serve();
      await this.#wire.flush();
      if (!this.#wire.cutBy) {
        await this.#wire.linger(this.#early);
      }
    } catch (error) {
      await this.#refuse(error, start);
    } finally {
      this.#wire.close();
    }
  }

  /** Lets the request in flight end, and no other begin. */
  stop(): void {
    this.#stopping = true;
    if (this.#wire.guard.waiting === "request") this.#wire.connection.close();
  }

  /** Ends it at once. */
  cut(error: ToucanError): void {
    this.#wire.cut(error);
  }

  /** Ends it when its client has taken too long. */
  checkTimeouts(now: number): void {
    const error = this.#wire.guard.tooLate(now, this.#arrival.peer);
    if (error) this.#wire.cut(error);
  }

  /** Resolves when the client has closed its side, while nothing of another request is there. */
  async gone(): Promise<void> {
    const closed = (bytes: Uint8Array | null) => bytes === null ? undefined : new Promise<void>(() => {});
    if (this.#input.held > 0) await closed(this.#input.bytes);
    const early = this.#early ??= this.#readEarly();
    await early.then(closed, () => {});
  }

  async #readEarly(): Promise<Uint8Array | null> {
    const into = new Uint8Array(512);
    const count = await this.#wire.connection.read(into);
    return count === null ? null : into.subarray(0, count);
  }

  /** The loop that every request goes through: as few calls that wait as there can be. */
  async #serve(): Promise<void> {
    const input = this.#input;
    const { connection, guard, out } = this.#wire;
    while (true) {
      const place = this.#scanner.find(input.bytes, input.start, input.end);
      if (place) {
        guard.rest();
        const head = parseRequestHead(input.bytes, place);
        input.start = place.end;
        const goesOn = this.#handle(head);
        if (goesOn !== true && !await goesOn) return;
        continue;
      }
      if (out.length > 0) await this.#wire.flush();
      if (isEmptyLines(input.bytes, input.start, input.end)) {
        if (this.#stopping) return;
        input.shrink();
        guard.wait("request");
      } else guard.wait("head");
      const early = this.#early;
      if (early) {
        this.#early = undefined;
        const bytes = await early;
        if (bytes === null) return this.#ended();
        input.room(bytes.length).set(bytes);
        input.end += bytes.length;
        guard.came(0);
        continue;
      }
      const count = await connection.read(input.room());
      if (count === null) return this.#ended();
      input.end += count;
      guard.came(0);
    }
  }

  /** The client is done: well between two requests, badly in the middle of one. */
  #ended(): void {
    const { bytes, start, end } = this.#input;
    if (isEmptyLines(bytes, start, end)) return;
    throw new NetworkError(`${this.#arrival.peer} closed in the middle of a head`, { code: "connection-cut" });
  }

  /** Answers a request; true when another may follow. What can be done without waiting is. */
  #handle(head: RequestHead): boolean | Promise<boolean> {
    const start = this.#context.onRequest ? performance.now() : 0;
    if (head.form === "authority") throw unsupported(501, "method", "CONNECT is for proxies");
    const body = head.chunked || head.contentLength ? this.#body(head) : undefined;
    const request = new IncomingRequest(
      head,
      this.#context.proxies?.arrival(head.headers, this.#arrival) ?? this.#arrival,
      body ?? NO_BODY,
      this,
    );
    traceRequestHead(this.#context.trace, head, this.#arrival.peer);
    let answer: HttpAnswer | Promise<HttpAnswer>;
    try {
      answer = this.#context.handler(request);
    } catch (error) {
      answer = Promise.reject(error);
    }
    // What the client may ask next takes the place of these bytes.
    head.headers.keep();
    if (answer instanceof PreparedResponse && !body && !this.#context.trace) {
      const keep = head.keepAlive && !this.#stopping;
      if (gather(this.#wire.out, answer, head, keep)) {
        if (this.#context.onRequest) {
          this.#note(request, head, answer.status, head.method === "HEAD" ? 0 : answer.body.length, start);
        }
        return keep;
      }
    }
    return this.#answer(answer, request, head, body, start);
  }

  #body(head: RequestHead): IncomingBody {
    return new IncomingBody(new BodyReader(requestFraming(head), this.#origin), async () => {
      head.headers.keep();
      if (!head.expectContinue || this.#wire.answering) return;
      await this.#wire.flush();
      await this.#wire.write(CONTINUE);
    });
  }

  async #answer(
    pending: HttpAnswer | Promise<HttpAnswer>,
    request: IncomingRequest,
    head: RequestHead,
    body: IncomingBody | undefined,
    start: number,
  ): Promise<boolean> {
    const wire = this.#wire;
    const answer = Promise.resolve(pending);
    answer.catch(() => {});
    if (pending instanceof Promise) {
      await wire.flush().catch((error) => {
        // The client is gone; but what the response holds has to be released.
        answer.then((late) => late instanceof PreparedResponse ? undefined : release(late.body), () => {});
        throw error;
      });
    }
    let response: HttpAnswer;
    let error: unknown;
    try {
      response = await answer;
    } catch (reason) {
      const { cutBy } = wire;
      error = cutBy ?? reason;
      if (cutBy) throw this.#over(request, head, errorStatus(cutBy) === 408 ? 408 : 0, start, error);
      response = { status: errorStatus(reason), body: errorText(errorStatus(reason)) };
    }
    wire.answering = true;
    this.#sent = 0;
    if ("upgrade" in response && response.upgrade && !body) {
      return await this.#handOver(response, response.upgrade, request, head, start);
    }
    // Who waits for a 100 and gets an answer instead may or may not send the body.
    const drains = !body || body.ended || (!head.expectContinue && (body.rest ?? 0) <= this.#context.drain);
    const keep = head.keepAlive && !this.#stopping && drains && !(error instanceof HttpMessageError);
    let status = 0;
    let goesOn: boolean;
    try {
      const traced = responseTracer(this.#context.trace, this.#arrival.peer);
      const sent = await sendResponse(response, head, keep, {
        add: (bytes) => {
          traced?.(bytes);
          return wire.send(bytes);
        },
        flush: () => wire.flush(),
        sentBody: (count) => this.#sent += count,
      });
      status = sent.status;
      goesOn = sent.keep;
      this.#note(request, head, status, this.#sent, start, error ?? sent.error);
    } catch (reason) {
      throw this.#over(request, head, status, start, wire.cutBy ?? error ?? reason);
    }
    wire.answering = false;
    return body ? body.finish() && goesOn && await this.#drain(body) : goesOn;
  }

  /** Lets another protocol have the connection, and says that no other request follows. */
  async #handOver(
    { headers }: ServerResponse,
    upgrade: Upgrade,
    request: IncomingRequest,
    head: RequestHead,
    start: number,
  ): Promise<false> {
    const wire = this.#wire;
    await wire.send(upgradeHead(upgrade, headers));
    await wire.flush();
    this.#note(request, head, 101, 0, start);
    wire.guard.rest();
    const rest = this.#input.bytes.slice(this.#input.start, this.#input.end);
    this.#input.start = this.#input.end;
    await upgrade.take(wire.connection, rest);
    return false;
  }

  /** Notes a request that ended badly, and marks its error as told. */
  #over(request: IncomingRequest, head: RequestHead, status: number, start: number, error: unknown): LoggedError {
    this.#note(request, head, status, this.#sent, start, error);
    return new LoggedError();
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
    const facts = { peer: request.peer, method, target, version, headers, status, bytes, ms };
    this.#context.onRequest?.({ ...facts, error: error === undefined ? undefined : toToucanError(error) });
  }

  /** Drains the unread request body; false when it is too long, or fails. */
  async #drain(body: IncomingBody): Promise<boolean> {
    if (body.ended) return true;
    await this.#wire.flush();
    return await body.drain(this.#context.drain).catch(() => false);
  }

  /** Answers what is not a request, if the client is still there, and closes. */
  async #refuse(error: unknown, start: number): Promise<void> {
    const wire = this.#wire;
    const { peer } = this.#arrival;
    if (error instanceof LoggedError || wire.guard.waiting === "request") return;
    const known = wire.cutBy ?? fromSystem(error, { doing: "serve", what: peer });
    const ours = errorStatus(known);
    const status = ours === 500 ? 0 : ours;
    const ms = performance.now() - start;
    this.#context.onRequest?.({ peer, method: "", target: "", status, bytes: 0, ms, error: toToucanError(known) });
    if (!(known instanceof HttpMessageError)) return;
    try {
      await wire.flush();
      await wire.write(errorBytes(status));
      await wire.linger();
    } catch {
      // The client is gone.
    }
  }
}

/** Stands for an error that was noted where it came up. */
class LoggedError {}
