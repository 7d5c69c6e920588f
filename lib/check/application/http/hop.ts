import { NetworkError, TimeoutError, ToucanError } from "../../../core/mod.ts";
import { HttpMessageError, type HttpResponse, type Phases, reasonOf, request } from "../../../http/mod.ts";
import { ACCEPT_ENCODING } from "../../../http/internal.ts";
import type { ProbeContext } from "../../probe/probe.ts";
import { sessionTime } from "../../probe/session_time.ts";
import { cut } from "../../words/cut.ts";
import type { Cookies } from "./cookies.ts";
import { type HopBody, readBody } from "./hop_body.ts";
import type { HttpInput } from "./http_input.ts";
import { rulesFor } from "./route.ts";

/** Fields of a response that are judged. */
export const JUDGED_FIELDS = [
  "alt-svc",
  "age",
  "cache-control",
  "content-encoding",
  "content-security-policy",
  "content-type",
  "date",
  "etag",
  "last-modified",
  "retry-after",
  "server",
  "strict-transport-security",
  "www-authenticate",
  "x-content-type-options",
  "x-frame-options",
] as const;

/** Name of a field that is judged. */
export type JudgedField = typeof JUDGED_FIELDS[number];

/** Answer to one request. */
export interface Hop {
  /** URL that was asked for. */
  readonly url: string;
  /** Status. */
  readonly status: number;
  /** Registered reason of the status. */
  readonly reason: string;
  /** Version of HTTP. */
  readonly version: string;
  /** Fields that are judged, cut. */
  readonly fields: Readonly<Partial<Record<JudgedField, string>>>;
  /** Absolute URL that a redirect leads to, in full; the text as it is if it is not one. */
  readonly location?: string;
  /** Milliseconds of each phase, from the begin of the request. */
  readonly phases: Phases;
  /** Body, if it was read. */
  readonly body?: HopBody;
}

/** Request that was not answered. */
export interface HopError {
  /** URL that was asked for. */
  readonly url: string;
  /** Code of the error. */
  readonly code: string;
  /** Its message. */
  readonly message: string;
  /** Phase in which it happened, if time ran out. */
  readonly phase?: string;
  /** Number of bytes of the answer's head that had come by then. */
  readonly bytes?: number;
  /** Milliseconds from the begin of the request. */
  readonly ms: number;
}

/** Part of the timeout in which nothing may arrive of a body. */
const STALL_SHARE = 0.5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Requests a URL once, as a part of the check of an input; what the network does is a result. */
export async function askOnce(
  url: string,
  timeout: number,
  input: HttpInput,
  context: ProbeContext,
  { cookies, http2 = false }: { readonly cookies: Cookies; readonly http2?: boolean },
): Promise<Hop | HopError> {
  const { signal, dial, trace, timeout: step } = context;
  const begin = performance.now();
  const cookie = cookies.fieldFor(new URL(url));
  try {
    // HTTP/2 takes no rules.
    const resolve = http2 ? dial.resolve : await rulesFor(url, input, context);
    using response = await request(url, {
      ...{ ...dial, resolve, signal, timeout, trace, http2 },
      onStep: () => input.onStage?.(),
      stall: Math.max(1, Math.round(step * STALL_SHARE)),
      headers: [
        ...[["User-Agent", "toucan-check"], ["Accept", "*/*"], ["Accept-Encoding", ACCEPT_ENCODING]] as const,
        ...(cookie === undefined ? [] : [["Cookie", cookie] as const]),
      ],
    });
    input.onAnswer?.();
    await cookies.store(response.url, response.headers.all("set-cookie"), context.now());
    return await readHop(response, sessionTime(context));
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ToucanError)) throw error;
    const known = error instanceof TimeoutError || error instanceof NetworkError || error instanceof HttpMessageError;
    const { phase, bytes } = error instanceof TimeoutError ? error : {};
    return {
      ...{ url, code: error.code, message: cut(error.message), ms: Math.round(performance.now() - begin) },
      ...(known && phase && { phase }),
      ...(phase === "first-byte" && bytes && { bytes }),
    };
  }
}

async function readHop(response: HttpResponse, within: number): Promise<Hop> {
  const { url, status, version, headers, phases } = response;
  const fields: Partial<Record<JudgedField, string>> = {};
  for (const name of JUDGED_FIELDS) {
    const value = headers.get(name);
    if (value !== undefined) fields[name] = cut(value);
  }
  const [given] = headers.all("location");
  const redirects = REDIRECTS.has(status) && given !== undefined;
  return {
    ...{ url: url.href, status, reason: reasonOf(status), version, fields, phases },
    ...(redirects ? { location: URL.parse(given, url)?.href ?? given } : { body: await readBody(response, within) }),
  };
}
