import { toToucanError } from "../../../core/mod.ts";
import { BodyReader } from "../../body_reader.ts";
import { type Http2RequestHead, readRequestHead } from "../../codec/http2/request_head.ts";
import { Input } from "../../input.ts";
import type { ConnectionContext } from "../connection.ts";
import { errorStatus, errorText } from "../errors.ts";
import { release } from "../request/body_parts.ts";
import type { Arrival } from "../request/arrival.ts";
import { IncomingBody, NO_BODY } from "../request/request_body.ts";
import { PreparedResponse } from "../response/prepared.ts";
import type { HttpAnswer } from "../types.ts";
import { Http2Request } from "./request.ts";
import { sendResponse } from "./send_response.ts";
import type { ServedStream } from "./served_stream.ts";
import { traceHttp2Request } from "./trace.ts";

/** Stands for the head of a request whose fields are too large. */
export const TOO_LARGE: Http2RequestHead = readRequestHead(
  [[":method", "GET"], [":scheme", "https"], [":path", "/"]],
  0,
);

/**
 * Has a request answered, sends the response, and reports both; never rejects. What a client was about to send when the response
 * came is read away: some clients see nothing but a reset if that comes with the response.
 */
export async function answerRequest(
  stream: ServedStream,
  context: ConnectionContext,
  arrival: Arrival,
): Promise<void> {
  const start = performance.now();
  let error: unknown;
  let complete = false;
  let incoming: IncomingBody | undefined;
  try {
    incoming = stream.body.ended ? undefined : bodyOf(stream, context, arrival);
    let answer: HttpAnswer;
    try {
      answer = await handled(stream, incoming, context, arrival);
    } catch (reason) {
      error = reason;
      const status = errorStatus(reason);
      answer = { status, headers: { "Content-Type": "text/plain" }, body: errorText(status) };
    }
    if (stream.error !== undefined) {
      if (!(answer instanceof PreparedResponse)) await release(answer.body);
      throw stream.error;
    }
    const sent = await sendResponse(answer, stream.request.method, stream);
    error ??= sent.error;
    complete = true;
  } catch (reason) {
    error = stream.error ?? reason;
    stream.reset("INTERNAL_ERROR", reason);
  } finally {
    incoming?.finish();
    report(stream, { start, error, peer: arrival.peer, context });
  }
  if (!complete || stream.body.ended) return;
  if (incoming && !expectsContinue(stream)) {
    stream.body.linger();
    await incoming.drain(context.drain).catch(() => {});
  }
  stream.refuseRest();
}

async function handled(
  stream: ServedStream,
  body: IncomingBody | undefined,
  { proxies, handler, trace }: ConnectionContext,
  from: Arrival,
): Promise<HttpAnswer> {
  const { request: head } = stream;
  if (head === TOO_LARGE) return { status: 431, body: errorText(431) };
  if (head.method === "CONNECT") return { status: 501, body: errorText(501) };
  traceHttp2Request(trace, head, from.peer);
  const arrival = proxies?.arrival(head.headers, from) ?? from;
  return await handler(new Http2Request(head, arrival, body ?? NO_BODY, stream));
}

function bodyOf(stream: ServedStream, { limits }: ConnectionContext, { peer }: Arrival): IncomingBody {
  const { contentLength } = stream.request;
  const origin = { input: new Input(stream.body), source: stream.body, peer, kind: "request", limits } as const;
  const framing = contentLength ? { kind: "length", length: contentLength } as const : { kind: "close" } as const;
  return new IncomingBody(new BodyReader(framing, origin), () => {
    if (expectsContinue(stream)) stream.interim(100);
  });
}

/** Whether the client waits with the body for a response. */
function expectsContinue({ request: { headers }, received }: ServedStream): boolean {
  return headers.get("expect")?.toLowerCase() === "100-continue" && received === 0;
}

interface Outcome {
  readonly start: number;
  readonly error: unknown;
  readonly peer: string;
  readonly context: ConnectionContext;
}

function report(stream: ServedStream, { start, error, peer, context }: Outcome): void {
  const { request: { method, target, headers }, status, sent } = stream;
  context.onRequest?.({
    ...{ peer, method, target, version: "2", headers, status, bytes: sent } as const,
    ms: performance.now() - start,
    error: error === undefined ? undefined : toToucanError(error),
  });
}
