import {
  type Address,
  type DialOptions,
  type Proxy,
  ruledTarget,
  type TlsOptions,
  UsageError,
} from "../../core/mod.ts";
import { createHash } from "../../deps/node/hash.ts";
import { basicAuthorization, type Credentials } from "../codec/fields/authentication.ts";
import { encodeRequestHead } from "../codec/encode.ts";
import { Fields } from "../codec/fields/fields.ts";
import { sentBody } from "./body/body_source.ts";
import { hostPortOf, readUrl } from "./read_url.ts";
import type { BodySource, RequestOptions } from "./request_options.ts";

/** All that is decided before a connection is made. */
export interface PreparedRequest {
  /** URL without user, password and fragment. */
  readonly url: URL;
  /** The method. */
  readonly method: string;
  /** The fields that go out. */
  readonly headers: Fields;
  /** The request target. */
  readonly target: string;
  /** The head as bytes. */
  readonly head: Uint8Array;
  /** The body. */
  readonly body?: Uint8Array | BodySource;
  /** Where to connect to. */
  readonly address: Address;
  /** TLS, for https. */
  readonly tls?: TlsOptions;
  /** The HTTP proxy that gets the request itself. */
  readonly forwards?: Proxy;
  /** The proxy that dialling goes through. */
  readonly proxy?: Proxy;
}

/**
 * Writes down a request. Whatever could not be sent is refused here, before a byte is.
 *
 * @throws {UsageError} `unsupported-scheme`, `invalid-url`, `invalid-method`, `invalid-target`, `invalid-field`.
 */
export function prepareRequest(input: string | URL, options: RequestOptions): PreparedRequest {
  const url = readUrl(input);
  const { method = "GET", proxy } = options;
  const secure = url.protocol === "https:";
  const address = hostPortOf(url);
  // Such a proxy takes requests as they are; with TLS it only passes bytes on, which dialling knows.
  const { connectTo } = options;
  const plain = !secure && (proxy?.scheme === "http" || proxy?.scheme === "https");
  // Only a tunnel leads to another place than the URL's.
  const forwards = plain && !ruledTarget(address, connectTo) ? proxy : undefined;
  const body = sentBody(options.body);
  const headers = fieldsOf(url, options, method, body);
  if (forwards?.user !== undefined && !headers.has("proxy-authorization")) {
    headers.append(
      "Proxy-Authorization",
      basicAuthorization({ user: forwards.user, password: forwards.password ?? "" }),
    );
  }
  // Each assignment makes the runtime parse the URL again.
  if (url.username !== "" || url.password !== "") url.username = url.password = "";
  if (url.hash !== "") url.hash = "";
  const target = forwards ? url.href : `${url.pathname}${url.search}`;
  return {
    ...{ url, method, headers, target, body },
    head: encodeRequestHead({ method, target, headers }),
    address: forwards?.address ?? address,
    tls: secure ? { alpn: ["http/1.1"], ...options.tls } : tlsOf(forwards),
    forwards,
    proxy: forwards ? undefined : proxy,
  };
}

function tlsOf(proxy: Proxy | undefined): TlsOptions | undefined {
  return proxy?.scheme === "https" ? { ...proxy.tls, alpn: ["http/1.1"] } : undefined;
}

function fieldsOf(url: URL, options: RequestOptions, method: string, body: PreparedRequest["body"]): Fields {
  const given = new Fields(options.headers);
  for (const name of ["content-length", "transfer-encoding"]) {
    if (given.has(name)) throw new UsageError(`${name} follows from the body`, { code: "invalid-field" });
  }
  if (given.all("host").length > 1) throw new UsageError("there is one Host", { code: "invalid-field" });
  const headers = new Fields([["Host", given.get("host") ?? url.host]]);
  for (const [name, value] of given) if (name.toLowerCase() !== "host") headers.append(name, value);
  if (url.username !== "" && !given.has("authorization")) {
    headers.append("Authorization", basicAuthorization(userOf(url)));
  }
  if (body?.length !== undefined) headers.append("Content-Length", `${body.length}`);
  else if (body) headers.append("Transfer-Encoding", "chunked");
  else if (["POST", "PUT", "PATCH"].includes(method)) headers.append("Content-Length", "0");
  if (body && options.expectContinue && !given.has("expect")) headers.append("Expect", "100-continue");
  if (!options.pool && !given.has("connection")) headers.append("Connection", "close");
  return headers;
}

/** The user and the password that a URL names. */
export function userOf({ username, password }: URL): Credentials {
  return { user: decode(username), password: decode(password) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Where a request goes, and who is trusted there: all of what dialling is told that changes which server answers. */
export interface Route extends Pick<DialOptions, "family" | "tls" | "proxy" | "resolve" | "connectTo"> {
  /** Where to connect to. */
  readonly address: Address;
}

/** The route of a request. Whatever else is to decide about it belongs into it: {@link poolKey} has all of it. */
export function routeOf(prepared: PreparedRequest, { family, resolve, connectTo }: RequestOptions): Route {
  const { address, tls, proxy, forwards } = prepared;
  // What is for the server does not lead away from a proxy that gets the request itself.
  return { address, tls, proxy, family, resolve, connectTo: forwards ? undefined : connectTo };
}

/** Returns the key of connections that can serve the same requests. */
export function poolKey(route: Route): string {
  return JSON.stringify(route, (name, value: unknown) => name === "caCerts" ? listDigest(value) : value);
}

/** The digests of lists of certificates: they can be long, and are mostly the same list. */
const digests = new WeakMap<object, string>();

function listDigest(list: unknown): string | undefined {
  if (typeof list !== "object" || list === null) return undefined;
  const digest = digests.get(list) ?? createHash("sha256").update(JSON.stringify(list)).digest("hex");
  digests.set(list, digest);
  return digest;
}
