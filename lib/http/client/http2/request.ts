import { Deadline, type Phase, raceSignal } from "../../../core/mod.ts";
import { BodyReader } from "../../body_reader.ts";
import { RESPONSE_LIMITS } from "../../codec/limits.ts";
import { lengthWithoutContent } from "../../codec/response.ts";
import { Input } from "../../input.ts";
import { IncomingResponseBody } from "../body/body.ts";
import type { RequestOptions } from "../request_options.ts";
import type { HttpResponse } from "../response.ts";
import { withWholeBody } from "../body/response_body.ts";
import { STALL, stalled, StallTimer } from "../../../core/time/stall.ts";
import { traceRequest, traceResponse } from "../trace_heads.ts";
import { bodyForFetch, FetchedBody } from "./body.ts";
import { type Http2Client, takeClient } from "./client.ts";
import { diagnose } from "./diagnose.ts";
import { bodyFailure, requestFailure } from "./failure.ts";
import { type Http2Head, readHttp2Head } from "./head.ts";
import { type PreparedHttp2, prepareHttp2 } from "./prepare.ts";

/** Interval of the stall timer in milliseconds: small pieces are read together; it fires below 7 KB/s only. */
const PATIENT = 10_000;

/** Asks over HTTP/2, by the runtime's `fetch`, in the shape of our own client. */
export async function requestHttp2(input: string | URL, options: RequestOptions): Promise<HttpResponse> {
  const prepared = prepareHttp2(input, options);
  using deadline = new Deadline(options, `get an answer from ${prepared.url.host}`, "first-byte");
  deadline.signal.throwIfAborted();
  return await new Http2Exchange(prepared, options, takeClient(options)).run(deadline.signal);
}

/** One request and its answer. */
class Http2Exchange {
  readonly #prepared: PreparedHttp2;
  readonly #options: RequestOptions;
  readonly #client: Http2Client;
  readonly #controller = new AbortController();
  readonly #stall: StallTimer;
  readonly #limit: number;
  readonly #start: number = performance.now();
  #phase: Phase = "first-byte";
  #failure?: unknown;

  constructor(prepared: PreparedHttp2, options: RequestOptions, client: Http2Client) {
    this.#prepared = prepared;
    this.#options = options;
    this.#client = client;
    this.#limit = options.stall ?? STALL;
    const peer = prepared.url.host;
    this.#stall = new StallTimer(this.#limit, () => {
      this.#fail(stalled(peer, this.#limit, { phase: this.#phase }));
    });
  }

  async run(signal: AbortSignal): Promise<HttpResponse> {
    const abort = () => this.#fail(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    let source: FetchedBody | undefined;
    try {
      this.#enter("first-byte");
      const response = await this.#ask();
      this.#enter("body");
      source = new FetchedBody(response.body, this.#stall, this.#limit >= PATIENT);
      const head = readHttp2Head(response, this.#prepared, { ...RESPONSE_LIMITS, ...this.#options.limits });
      const { headers } = head;
      traceResponse(this.#options.trace, { version: "2", status: response.status, reason: "", headers }, this.#peer);
      return this.#respond(response.status, head, source);
    } catch (error) {
      source?.cancel();
      this.#failure ??= error;
      this.#end();
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#options.onStep?.(phase);
  }

  get #peer(): string {
    return this.#prepared.url.host;
  }

  async #ask(): Promise<Response> {
    const { url, method, headers, body } = this.#prepared;
    traceRequest(this.#options.trace, `${method} ${url.pathname}${url.search} HTTP/2`, headers, this.#peer);
    try {
      const asking = fetch(url, {
        client: this.#client.client,
        ...{ method, redirect: "manual", signal: this.#controller.signal },
        headers: [...headers],
        body: bodyForFetch(body, this.#stall, (error) => this.#failure ??= error),
      });
      return await raceSignal(this.#stall.during(asking), this.#controller.signal);
    } catch (error) {
      if (this.#failure !== undefined) throw this.#failure;
      throw await diagnose(requestFailure(error, this.#peer, this.#options.proxy), url, this.#options);
    }
  }

  #respond(status: number, head: Http2Head, source: FetchedBody): HttpResponse {
    const { signal, limits } = this.#options;
    const { url } = this.#prepared;
    const read = async (into: Uint8Array) => {
      try {
        // Aborting does not always reach a body whose head is here.
        return await raceSignal(source.read(into), this.#controller.signal);
      } catch (error) {
        throw this.#failure ??= bodyFailure(error, this.#peer);
      }
    };
    const origin = { input: new Input({ read }), source: { read } };
    const reader = new BodyReader(head.framing, {
      ...origin,
      peer: this.#peer,
      kind: "response",
      limits: { ...RESPONSE_LIMITS, ...limits },
    });
    const abort = () => this.#fail(signal?.reason);
    if (!reader.ended) signal?.addEventListener("abort", abort, { once: true });
    const body = new IncomingResponseBody(reader, this.#peer, () => {
      signal?.removeEventListener("abort", abort);
      source.cancel();
      this.#end();
    });
    return withWholeBody({
      ...{ url, status, body, version: "2", reason: "", headers: head.headers },
      security: url.protocol === "https:" ? { verified: "authority", alpn: "h2" } : undefined,
      length: head.framing.kind === "none" ? lengthWithoutContent(status, head.contentLength) : reader.length,
      phases: { answered: performance.now() - this.#start },
      close: () => body.close(),
      [Symbol.dispose]: () => body.close(),
    });
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#controller.abort(error);
  }

  #end(): void {
    this.#stall.stop();
    this.#client.release(this.#failure === undefined);
  }
}
