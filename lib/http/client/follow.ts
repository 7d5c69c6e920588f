import {
  Deadline,
  NetworkError,
  type Phase,
  type Proxy,
  timedOut,
  TimeoutError,
  type TlsOptions,
} from "../../core/mod.ts";
import { Fields } from "../codec/fields/fields.ts";
import { completeUrl, readUrl } from "./read_url.ts";
import { maskUserinfo, mayCrossOrigins } from "../codec/fields/secret_field.ts";
import { request } from "./request.ts";
import type { RequestOptions } from "./request_options.ts";
import type { HttpResponse } from "./response.ts";

/** Options of {@link follow}; `timeout` is total up to the head of the last response. */
export interface FollowOptions extends RequestOptions {
  /**
   * Maximum number of redirects to follow; with 0 a redirect is returned as any other response.
   * @default {10}
   */
  readonly maxRedirects?: number;
  /**
   * Whether own fields that carry secrets (Authorization, Cookie, and names with key, token, secret, session or password in them),
   * the user and password of the URL, Referer and Origin are sent to other origins, too. Host never is.
   * @default false
   * @default {false}
   */
  readonly locationTrusted?: boolean;
  /**
   * Whether a URL without a scheme is asked for over https: first, and over http: only where no connection, or no TLS, comes about.
   * With a pin there is no falling back.
   * @default false
   * @default {false}
   */
  readonly httpsFirst?: boolean;
  /**
   * The proxy for each URL on the way, instead of `proxy`.
   * @default {undefined}
   */
  readonly proxyFor?: (url: URL) => Proxy | undefined;
  /**
   * Called for each redirect, before it is followed; what it throws ends it.
   * @default {undefined}
   */
  readonly onRedirect?: (redirect: Redirect) => void;
}

/** A redirect that is going to be followed. */
export interface Redirect {
  /** The status that says so. */
  readonly status: number;
  /** URL that redirects. */
  readonly from: URL;
  /** Where to. */
  readonly to: URL;
  /** Whether that is another origin, which gets no secrets. */
  readonly crossOrigin: boolean;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Fields that describe a body, which are not sent without it. */
const CONTENT = ["content-type", "content-encoding", "content-language", "content-location", "expect"];
/** Bytes of a redirect's body that are read so that the connection can be used again. */
const SMALL = 16 * 1024;

/**
 * Asks like {@link request}, and follows redirects (RFC 9110 §15.4): with GET after 303, and after 301 and 302 to POST;
 * with the same method and body otherwise. Another origin gets no field that carries a secret, by its name; http: is
 * another origin than https:.
 *
 * Permissions: `--allow-net=HOST:PORT` of each server that answers.
 *
 * @param url The URL.
 * @returns The response that is not a redirect; its body is not read yet.
 * @throws {NetworkError} `too-many-redirects`, `redirect-loop` for a repeated URL, `redirect-invalid` for a Location
 * other than an http URL, `redirect-body` for a body that cannot be sent again; and the errors of `request`.
 * @example Follow a redirect
 * ```ts
 * import { follow, serveHttp } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = serveHttp("127.0.0.1:0", ({ target }) =>
 *   target === "/" ? { status: 302, headers: { Location: "/there" } } : { body: target });
 * using response = await follow(server.url);
 * assertEquals(await response.text(), "/there");
 * ```
 */
export function follow(url: string | URL, options?: FollowOptions): Promise<HttpResponse>;
export async function follow(url: string | URL, options: FollowOptions = {}): Promise<HttpResponse> {
  if (options.httpsFirst && typeof url === "string" && completeUrl(url) !== url) {
    return await followHttpsFirst(url, options);
  }
  const { maxRedirects = 10, onRedirect, proxyFor } = options;
  let next = readUrl(url);
  using deadline = new Deadline({ timeout: options.timeout }, `get an answer from ${next.host}`, "first-byte");
  let hop: RequestOptions = { ...options, headers: new Fields(options.headers) };
  const visited: URL[] = [];
  for (let count = 0;; count++) {
    const timeout = options.timeout === undefined ? undefined : Math.ceil(deadline.remaining);
    const response = await request(next, { ...hop, timeout, proxy: proxyFor ? proxyFor(next) : hop.proxy })
      .catch((error) => Promise.reject(inWhole(error, options.timeout, deadline)));
    try {
      if (!isRedirect(response) || maxRedirects === 0) return response;
      const to = targetOf(response.headers.all("location"), next);
      visited.push(next);
      if (count >= maxRedirects) throw tooMany(visited, to, maxRedirects);
      const crossOrigin = to.origin !== next.origin;
      onRedirect?.({ status: response.status, from: response.url, to, crossOrigin });
      if ((!crossOrigin || options.locationTrusted) && to.username === "" && to.password === "") {
        to.username = next.username;
        to.password = next.password;
      }
      hop = hopAfter(response.status, hop, crossOrigin, next, options.locationTrusted);
      next = to;
    } catch (error) {
      response.close();
      throw error;
    }
    await response.body.bytes(SMALL).catch(() => {});
    response.close();
  }
}

/** Phases in which nothing of a request was sent yet. */
const CONNECTING: ReadonlySet<Phase> = new Set(["resolve", "connect", "proxy", "tls"]);

async function followHttpsFirst(url: string, options: FollowOptions): Promise<HttpResponse> {
  const plain = completeUrl(url);
  const { timeout, trace } = options;
  using deadline = new Deadline({ timeout }, "get an answer", "first-byte");
  // No step but those of connecting the first request may lead to another one.
  let connecting = true;
  const onStep = (phase: Phase) => {
    connecting &&= CONNECTING.has(phase);
    options.onStep?.(phase);
  };
  try {
    return await follow(plain.replace("http:", "https:"), { ...options, onStep });
  } catch (error) {
    const failed = error instanceof NetworkError || error instanceof TimeoutError;
    const safe = options.http2 ? FALLBACK_CODES.test(failed ? error.code : "") : connecting;
    if (!failed || !safe || options.signal?.aborted || options.tls?.pin !== undefined) throw error;
    const rest = timeout === undefined ? undefined : Math.ceil(deadline.remaining);
    if (rest !== undefined && rest <= 1) throw error;
    trace?.({ direction: "*", text: `https: failed, falling back to http: ${error.message}` });
    return await follow(plain, { ...options, timeout: rest });
  }
}

/** Errors of HTTP/2, which reports no phases, that occur only before anything was sent. */
const FALLBACK_CODES = /^(?:connection-refused|(?:network|host)-unreachable|tls-.*)$/;

type Head = Pick<HttpResponse, "status" | "headers" | "url">;

/** Returns whether a response is a redirect that can be followed. */
export function isRedirect({ status, headers }: Head): boolean {
  return REDIRECTS.has(status) && headers.has("location");
}

/** Returns the URL that a redirect leads to, user and password masked; undefined for any other response. */
export function locationOf(head: Head): string | undefined {
  if (!isRedirect(head)) return undefined;
  // Of several, none is followed; the first one is shown.
  const [location = ""] = head.headers.all("location");
  return maskUserinfo(URL.parse(encodeOctets(location), head.url)?.href ?? location);
}

/** A timeout of one request that is the end of the time for all of them names that time, not what was left of it. */
function inWhole(error: unknown, timeout: number | undefined, { remaining }: Deadline): unknown {
  if (timeout === undefined || remaining > 1 || !(error instanceof TimeoutError) || error.code !== "timeout") {
    return error;
  }
  return timedOut(timeout, error.operation ?? "get an answer", error);
}

/** Encodes octets above ASCII: they are the UTF-8 of a URL that was not encoded. */
function encodeOctets(location: string): string {
  return location.replace(/[\x80-\xff]/g, (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase()}`);
}

function targetOf(location: readonly string[], from: URL): URL {
  const [text = ""] = location;
  const to = URL.parse(encodeOctets(text), from);
  if (location.length > 1 || !to || (to.protocol !== "http:" && to.protocol !== "https:")) {
    throw failed("redirect-invalid", "the redirect leads to no http URL", from);
  }
  if (to.port === "0") throw failed("redirect-invalid", "the redirect leads to port 0", from);
  if (to.hash === "") to.hash = from.hash;
  return to;
}

/** The error for too many redirects: where they lead back to a URL, that is why, and what they lead through is named. */
function tooMany(visited: readonly URL[], to: URL, limit: number): NetworkError {
  const urls = [...visited, to].map(shown);
  const from = visited[visited.length - 1] ?? to;
  const end = urls.length - 1;
  const start = urls.findLastIndex((url, index) => index < end && url === urls[end]);
  if (start < 0) return failed("too-many-redirects", `too many redirects: the limit is ${limit}`, from);
  return failed("redirect-loop", `redirect loop: ${urls.slice(start).join(" -> ")}`, from);
}

/** Bytes of a URL that a message shows. */
const MAX_SHOWN_BYTES = 200;

function shown({ origin, pathname, search }: URL): string {
  const url = `${origin}${pathname}${search}`;
  return url.length > MAX_SHOWN_BYTES ? `${url.slice(0, MAX_SHOWN_BYTES)}...` : url;
}

function hopAfter(
  status: number,
  hop: RequestOptions,
  crossOrigin: boolean,
  from: URL,
  trusted = false,
): RequestOptions {
  const method = hop.method ?? "GET";
  const headers = new Fields(hop.headers);
  const tls = crossOrigin ? tlsForAny(hop.tls) : hop.tls;
  const toGet = (status === 303 && method !== "HEAD") || ((status === 301 || status === 302) && method === "POST");
  if (crossOrigin) {
    for (const [name] of [...headers]) if (!mayCrossOrigins(name, trusted)) headers.delete(name);
  }
  if (toGet) {
    CONTENT.forEach((name) => headers.delete(name));
    return { ...hop, headers, tls, method: "GET", body: undefined };
  }
  if (hop.body && typeof hop.body !== "string" && !(hop.body instanceof Uint8Array)) {
    throw failed("redirect-body", "the redirect wants the body again, which was read already", from);
  }
  return { ...hop, headers, tls };
}

/** Removes the server name and the client certificate from TLS options: they are for the given server only. */
export function tlsForAny(tls: TlsOptions | undefined): TlsOptions | undefined {
  return tls && { ...tls, serverName: undefined, clientCertificate: undefined };
}

function failed(code: string, message: string, { host }: URL): NetworkError {
  return new NetworkError(`${host}: ${message}`, { code, operation: "follow", peer: host });
}
