import { ipVersion, type Proxy, UsageError } from "../../../core/mod.ts";
import { basicAuthorization } from "../../codec/fields/authentication.ts";
import { Fields } from "../../codec/fields/fields.ts";
import { isToken } from "../../codec/octets.ts";
import { ACCEPT_ENCODING } from "../body/content_coding.ts";
import { userOf } from "../prepare.ts";
import { readUrl } from "../read_url.ts";
import { sentBody } from "../body/body_source.ts";
import type { BodySource, RequestOptions } from "../request_options.ts";

/** All that is decided before `fetch` is called. */
export interface PreparedHttp2 {
  /** URL without user, password and fragment. */
  readonly url: URL;
  /** The method. */
  readonly method: string;
  /** The fields that go out, those that `fetch` would add by itself among them. */
  readonly headers: Fields;
  /** The body. */
  readonly body?: Uint8Array | BodySource;
}

/** Fields about a connection, which a message of HTTP/2 must not have (RFC 9113 §8.2.2). */
const OF_CONNECTIONS = [
  "connection",
  "proxy-connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
];
/** Methods that `fetch` refuses. */
const REFUSED = new Set(["CONNECT", "TRACE", "TRACK"]);
/** Methods that it writes in capitals, whatever was given. */
const CAPITALS = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]);

/**
 * Writes down a request for `fetch`. What it could not carry, or would carry otherwise than asked, is refused here, before
 * a byte is sent.
 *
 * @throws {UsageError} `http2-unsupported`, `unsupported-scheme`, `invalid-url`, `invalid-method`, `invalid-field`.
 */
export function prepareHttp2(input: string | URL, options: RequestOptions): PreparedHttp2 {
  const url = readUrl(input);
  const { method = "GET" } = options;
  const body = sentBody(options.body);
  refuseOptions(url, options);
  refuseMethod(method, body !== undefined);
  const headers = fieldsOf(url, options);
  url.username = url.password = url.hash = "";
  return { url, method, headers, body };
}

/** Refuses options that HTTP/2 does not support, with a hint for each. */
function refuseOptions(url: URL, options: RequestOptions): void {
  const { tls, proxy, beforeTls, expectContinue, resolve = [], connectTo = [] } = options;
  if (resolve.length > 0) throw refused("addresses of its own", "which looks names up by itself");
  if (connectTo.length > 0) throw refused("another place to connect to", "which connects to the URL's");
  if (tls?.pin !== undefined) {
    throw refused("a pin", "whose keys are not shown to us", "trust the authority instead, or take HTTP/1.1");
  }
  if (tls?.insecure) throw refused("unverified certificates", "which always verifies", "trust the authority instead");
  if (tls?.serverName !== undefined) throw refused("another server name", "which asks for the URL's");
  if (tls?.alpn && !tls.alpn.includes("h2")) throw refused("other protocols", "which offers h2");
  if (beforeTls) throw refused("a conversation before TLS", "which begins with TLS");
  if (expectContinue) throw refused("Expect: 100-continue", "which waits for no answer before the body");
  if (proxy) refuseProxy(url, proxy);
}

function refuseProxy(url: URL, proxy: Proxy): void {
  if (proxy.scheme === "https") throw refused("a proxy over TLS", "whose trust in proxies cannot be set");
  if (proxy.scheme === "http" && url.protocol === "http:") {
    throw refused("an HTTP proxy for an http: URL", "which would speak HTTP/2 to the proxy");
  }
  const literal = ipVersion(url.hostname.replace(/^\[|\]$/g, "")) !== undefined;
  if (proxy.scheme === "socks5" && !literal) {
    throw refused("socks5:", "which lets the proxy look names up", "use socks5h:");
  }
}

function refuseMethod(method: string, hasBody: boolean): void {
  if (!isToken(method)) throw new UsageError(`invalid method ${JSON.stringify(method)}`, { code: "invalid-method" });
  const capitals = method.toUpperCase();
  if (REFUSED.has(capitals)) throw refused(`the method ${method}`, "which refuses it");
  if (CAPITALS.has(capitals) && method !== capitals) {
    throw refused(`the method ${method}`, `which would make ${capitals} of it`);
  }
  if (hasBody && (method === "GET" || method === "HEAD")) throw refused(`a body with ${method}`, "which sends none");
}

function fieldsOf(url: URL, { headers: init }: RequestOptions): Fields {
  const headers = new Fields(init);
  for (const [name, value] of headers) refuseField(name.toLowerCase(), value, url);
  headers.delete("host");
  if (url.username !== "" && !headers.has("authorization")) {
    headers.append("Authorization", basicAuthorization(userOf(url)));
  }
  // Several make one here; only cookies are not joined by commas (RFC 9113 §8.2.3).
  const cookies = headers.all("cookie");
  if (cookies.length > 1) headers.set("Cookie", cookies.join("; "));
  // Otherwise `fetch` adds its own, and asks for codings that it takes off.
  const own = {
    "Accept": "*/*",
    "Accept-Language": "*",
    "User-Agent": navigator.userAgent,
    "Accept-Encoding": "identity",
  };
  for (const [name, value] of Object.entries(own)) if (!headers.has(name)) headers.append(name, value);
  return headers;
}

function refuseField(name: string, value: string, url: URL): void {
  if (name === "content-length") throw new UsageError(`${name} follows from the body`, { code: "invalid-field" });
  if (OF_CONNECTIONS.includes(name) || (name === "te" && value.toLowerCase() !== "trailers")) {
    throw new UsageError(`the field ${name} is about a connection of HTTP/1.1: HTTP/2 has none of it`, {
      code: "invalid-field",
    });
  }
  if (name === "host" && value !== url.host) throw refused("another Host", "which asks for the URL's");
  if (name === "expect") throw refused("Expect", "which waits for no answer before the body");
  if (name === "accept-encoding" && value !== "identity" && value !== ACCEPT_ENCODING) {
    throw refused(
      `Accept-Encoding: ${value}`,
      "which takes codings off by itself",
      "ask for a compressed body instead",
    );
  }
}

function refused(what: string, why: string, hint?: string): UsageError {
  return new UsageError(`HTTP/2 does not go with ${what}: it is spoken by fetch, ${why}`, {
    code: "http2-unsupported",
    hint,
  });
}
