import { Deadline, dial, type DialPhase, formatAddress, type Phase } from "../../core/mod.ts";
import { BodyReader } from "../body_reader.ts";
import type { Fields } from "../codec/fields/fields.ts";
import type { ResponseHead } from "../codec/head.ts";
import { RESPONSE_LIMITS } from "../codec/limits.ts";
import { lengthWithoutContent, responseFraming } from "../codec/response.ts";
import { IncomingResponseBody } from "./body/body.ts";
import { ClientConnection, isLost } from "./connection.ts";
import { requestHttp2 } from "./http2/request.ts";
import { poolKey, type PreparedRequest, prepareRequest, routeOf } from "./prepare.ts";
import type { RequestOptions } from "./request_options.ts";
import type { HttpResponse } from "./response.ts";
import { withWholeBody } from "./body/response_body.ts";
import { sendRequest } from "./send.ts";
import { STALL } from "../../core/time/stall.ts";
import { traceRequest, traceResponse } from "./trace_heads.ts";

/** Milliseconds that a server has to say whether it wants a body, before it gets it anyway (RFC 9110 §10.1.1). */
const CONTINUE_WAIT = 1000;
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

/**
 * Asks a server and returns its answer, whatever the status; the body is to be read, or the response closed. Redirects
 * are {@link follow}'s. With `http2` it is the runtime's `fetch` that asks, in the same shape.
 *
 * With a pool, a request that may be repeated (RFC 9110 §9.2.2) goes over a kept connection where there is one; when
 * that turns out dead before anything came it is replaced, once. Others go over a connection of their own.
 *
 * Permissions: `--allow-net=HOST:PORT`; with `http2` also `--allow-env` of the variables that name proxies.
 *
 * @param url The URL.
 * @returns The response; its body is not read yet.
 * @throws {UsageError} `invalid-url`, `unsupported-scheme`, `invalid-method`, `invalid-field`, `http2-unsupported`:
 * before anything was sent.
 * @throws {NetworkError} What {@link dial} throws, `connection-cut`, `connection-reset`, `http2-not-spoken`,
 * `http2-invalid`, `unasked-encoding`.
 * @throws {HttpMessageError} For an answer that is not HTTP/1.1, or passes a limit.
 * @throws {TimeoutError} `timeout` before the head was there, `stalled` when nothing moves.
 * @example Send a request
 * ```ts
 * import { request, serveHttp } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = serveHttp("127.0.0.1:0", async (request) => ({ status: 201, body: await request.body.text(100) }));
 * using response = await request(server.url, { method: "POST", body: "hello", timeout: 5000 });
 * assertEquals([response.status, response.length, await response.body.text(100)], [201, 5, "hello"]);
 * ```
 */
export function request(url: string | URL, options?: RequestOptions): Promise<HttpResponse>;
export async function request(url: string | URL, options: RequestOptions = {}): Promise<HttpResponse> {
  if (options.http2) return await requestHttp2(url, options);
  const prepared = prepareRequest(url, options);
  const { pool } = options;
  using deadline = new Deadline(options, `get an answer from ${prepared.url.host}`, "first-byte");
  const route = routeOf(prepared, options);
  const key = poolKey(route);
  // The server may close a kept connection at any time: what must not, or cannot, be sent again goes over a new one.
  const repeatable = IDEMPOTENT.has(prepared.method) && (!prepared.body || prepared.body instanceof Uint8Array);
  const kept = repeatable ? pool?.take(key) : undefined;
  if (kept) {
    try {
      const response = await new Exchange(kept, prepared, options, deadline, key).run();
      // A server may say so of its own accord before it closes an idle connection (RFC 9110 §15.5.9).
      if (response.status !== 408) return response;
      response.close();
      options.trace?.({ direction: "*", text: "the kept connection had timed out", peer: prepared.url.host });
    } catch (error) {
      if (!isLost(error) || kept.heard) throw error;
      options.trace?.({ direction: "*", text: "the kept connection was dead", peer: prepared.url.host });
    }
  }
  const phases: Partial<Record<DialPhase, number>> = {};
  const start = performance.now();
  const { address, ...way } = route;
  const connection = await dial(address, {
    ...way,
    toProxy: prepared.forwards !== undefined,
    trace: options.trace,
    connectTimeout: options.connectTimeout,
    signal: deadline.signal,
    onStep: (phase) => enter(phase, deadline, options),
    onPhase: (phase) => {
      phases[phase] = performance.now() - start;
      options.onPhase?.(phase);
    },
  });
  return await new Exchange(new ClientConnection(connection), prepared, options, deadline, key, phases, start).run();
}

/** Sets the phase that a timeout names. */
function enter(phase: Phase, deadline: Deadline, { onStep }: RequestOptions): void {
  deadline.phase = phase;
  onStep?.(phase);
}

/** One request and its answer on a connection. */
class Exchange {
  readonly #connection: ClientConnection;
  readonly #prepared: PreparedRequest;
  readonly #options: RequestOptions;
  readonly #deadline: Deadline;
  readonly #key: string;
  readonly #phases: Partial<Record<DialPhase, number>>;
  readonly #start: number;
  readonly #unwanted = new AbortController();
  #sentHead = 0;
  #sentAll?: boolean;

  constructor(
    connection: ClientConnection,
    prepared: PreparedRequest,
    options: RequestOptions,
    deadline: Deadline,
    key: string,
    phases: Partial<Record<DialPhase, number>> = {},
    start: number = performance.now(),
  ) {
    this.#connection = connection;
    this.#prepared = prepared;
    this.#options = options;
    this.#deadline = deadline;
    this.#key = key;
    this.#phases = phases;
    this.#start = start;
  }

  async run(): Promise<HttpResponse> {
    const connection = this.#connection;
    const { signal } = this.#deadline;
    const reused = connection.used;
    enter("first-byte", this.#deadline, this.#options);
    // A head that comes bit by bit is not an answer that does not come.
    connection.begin(this.#options.stall ?? STALL, (received) => void (this.#deadline.bytes = received));
    const abort = () => connection.fail(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    try {
      const head = await this.#ask();
      connection.beginBody();
      this.#options.onStep?.("body");
      return this.#respond(head, reused);
    } catch (error) {
      connection.close();
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /** Sends while it already listens: the answer may come before all was sent. */
  async #ask(): Promise<ResponseHead> {
    const { trace, limits } = this.#options;
    const { method, target, headers, head, body, url } = this.#prepared;
    const peer = url.host;
    traceRequest(trace, `${method} ${target} HTTP/1.1`, headers, peer);
    const wanted = body && headers.has("expect") ? Promise.withResolvers<boolean>() : undefined;
    const timer = wanted && setTimeout(() => wanted.resolve(true), CONTINUE_WAIT);
    const sentHead = () => void (this.#sentHead = performance.now() - this.#start);
    const sending = { head, body, wanted: wanted?.promise, sentHead, signal: this.#unwanted.signal };
    let failure: unknown;
    const sent = sendRequest(this.#connection, sending).then((all) => void (this.#sentAll = all), (error) => {
      failure = error;
      // What our own side failed with ends it; what the peer did may be explained by its answer.
      if (!isLost(error)) this.#connection.fail(error);
    });
    try {
      const answer = await this.#connection.readHead({ ...RESPONSE_LIMITS, ...limits }, (informed) => {
        traceResponse(trace, informed, peer);
        if (informed.status === 100) wanted?.resolve(true);
      });
      traceResponse(trace, answer, peer);
      wanted?.resolve(false);
      if (answer.status >= 300) this.#unwanted.abort();
      return answer;
    } catch (error) {
      wanted?.resolve(false);
      this.#connection.close();
      await sent;
      throw isLost(error) && failure !== undefined ? failure : error;
    } finally {
      clearTimeout(timer);
    }
  }

  #respond(head: ResponseHead, reused: boolean): HttpResponse {
    const connection = this.#connection;
    const { peer, remote, security } = connection.connection;
    const { url, method, forwards } = this.#prepared;
    const { signal, limits } = this.#options;
    const framing = responseFraming(head, method);
    const reader = new BodyReader(framing, {
      ...{ input: connection.input, source: connection, peer, kind: "response" },
      limits: { ...RESPONSE_LIMITS, ...limits },
    });
    const abort = () => connection.fail(signal?.reason);
    if (!reader.ended) signal?.addEventListener("abort", abort, { once: true });
    const body = new IncomingResponseBody(reader, peer, (well) => {
      signal?.removeEventListener("abort", abort);
      // What a 204 announces may still follow, and would be taken for the next response.
      const announces = head.status === 204 && (head.chunked || (head.contentLength ?? 0) > 0);
      const delimited = framing.kind !== "close" && framing.kind !== "tunnel" && !announces;
      this.#release(well && head.keepAlive && delimited, head);
    });
    return withWholeBody({
      ...{ url, remote, body },
      // TLS with a proxy that gets the request itself secures only half of the way.
      security: forwards ? undefined : security,
      proxy: forwards && formatAddress(forwards.address),
      ...{ version: head.version, status: head.status, reason: head.reason, headers: head.headers },
      length: framing.kind === "none" ? lengthWithoutContent(head.status, head.contentLength) : reader.length,
      phases: {
        lookedUp: this.#phases["looked-up"],
        connected: this.#phases.connected,
        secured: this.#phases.secured,
        sent: this.#sentHead,
        answered: performance.now() - this.#start,
        reused,
      },
      close: () => body.close(),
      [Symbol.dispose]: () => body.close(),
    });
  }

  /** Keeps the connection where that is sound: all was sent, all was read, and nothing came beyond that. */
  #release(sound: boolean, { headers }: ResponseHead): void {
    const connection = this.#connection;
    const { pool } = this.#options;
    if (!pool || !sound || this.#sentAll !== true || connection.input.held > 0) return connection.close();
    connection.rest();
    pool.give(this.#key, connection, idleTime(headers));
  }
}

/** Milliseconds for which the server keeps an idle connection, less one second, where it says so. */
function idleTime(headers: Fields): number {
  const seconds = /(?:^|,)[\t ]*timeout=(\d{1,6})/i.exec(headers.get("keep-alive") ?? "")?.[1];
  return seconds === undefined ? Infinity : Math.max(0, Number(seconds) - 1) * 1000;
}
