import { type ListenInput, parseAddress, type ServerTls, type Trace } from "../../../core/mod.ts";
import {
  essenceOf,
  HttpMessageError,
  type HttpServer,
  type RefusedClient,
  serveHttp,
  type ServerRequest,
  type ServerResponse,
} from "../../../http/mod.ts";
import { freshness } from "./freshness.ts";

/** Returns the response to a query; undefined to send none. */
export type RespondToClient = (
  query: Uint8Array<ArrayBuffer>,
  client: { readonly hostname: string; readonly port: number },
) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** Options of {@link serveHttps}. */
export interface ServeHttpsOptions {
  /** Certificate and key; without them plain HTTP, for a proxy on the same machine. */
  readonly tls?: ServerTls;
  /** Path of the endpoint. @default "/dns-query" */
  readonly path?: string;
  /** Maximum number of connections. @default 1000 */
  readonly maxConnections?: number;
  /** Maximum number of connections from one address. @default 100 */
  readonly maxConnectionsPerAddress?: number;
  /** Milliseconds after which a connection without a request is closed. @default 30000 */
  readonly idleTimeout?: number;
  /** Stops the server. */
  readonly signal?: AbortSignal;
  /** Receives the heads of requests and responses. */
  readonly trace?: Trace;
  /** Called for a client that was not accepted; must not throw. */
  readonly onRefused?: (client: RefusedClient) => void;
}

/** Type of {@link serveHttps}. */
export type ServeHttps = (address: ListenInput, respond: RespondToClient, options?: ServeHttpsOptions) => HttpServer;

const MEDIA_TYPE = "application/dns-message";
const PATH = "/dns-query";
const MAX_MESSAGE_BYTES = 65_535;
const HEADER_BYTES = 12;
const HEADER_TIMEOUT_MS = 10_000;
const BODY_TIMEOUT_MS = 10_000;
const METHODS = "GET, HEAD, POST";

/**
 * Serves DNS over HTTPS (RFC 8484), HTTP/2 and HTTP/1.1: queries by GET and POST. A response may be cached for as long as
 * its records.
 *
 * Permissions: `--allow-net=HOST:PORT`, and with TLS `127.0.0.1`.
 *
 * @throws {SystemError} `address-in-use` and the like.
 */
export function serveHttps(
  address: ListenInput,
  respond: RespondToClient,
  options: ServeHttpsOptions = {},
): HttpServer {
  const { path = PATH, maxConnections = 1000, maxConnectionsPerAddress = 100, idleTimeout = 30_000 } = options;
  return serveHttp(address, (request) => answer(request, path, respond), {
    ...{ maxConnections, maxConnectionsPerAddress, idleTimeout },
    headerTimeout: HEADER_TIMEOUT_MS,
    bodyTimeout: BODY_TIMEOUT_MS,
    http2: true,
    tls: options.tls,
    signal: options.signal,
    trace: options.trace,
    onRefused: options.onRefused,
  });
}

async function answer(request: ServerRequest, path: string, respond: RespondToClient): Promise<ServerResponse> {
  const [asked, query = ""] = split(request.target);
  if (asked !== path) return refusal(404, `no such resource: queries go to ${path}`);
  let message: Uint8Array<ArrayBuffer> | Refusal;
  if (request.method === "POST") message = await posted(request);
  else if (request.method === "GET" || request.method === "HEAD") message = inTarget(query);
  else return refusal(405, `the methods are ${METHODS}`, { Allow: METHODS });
  if (message instanceof Refusal) return refusal(message.status, message.text);
  const problem = problemOf(message);
  if (problem !== undefined) return refusal(400, problem);
  const response = await respond(message, clientOf(request.peer));
  if (!response) return refusal(504, "the server has no response to this query");
  return {
    headers: { "Content-Type": MEDIA_TYPE, "Cache-Control": `max-age=${freshness(response)}` },
    body: response,
  };
}

function split(target: string): readonly string[] {
  const mark = target.indexOf("?");
  return mark < 0 ? [target] : [target.slice(0, mark), target.slice(mark + 1)];
}

/** A request that has no message. */
class Refusal {
  constructor(readonly status: number, readonly text: string) {}
}

function refusal(status: number, text: string, headers: Readonly<Record<string, string>> = {}): ServerResponse {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8", ...headers }, body: `${text}\n` };
}

async function posted({ headers, body }: ServerRequest): Promise<Uint8Array<ArrayBuffer> | Refusal> {
  const type = headers.get("content-type");
  if (type === undefined || essenceOf(type) !== MEDIA_TYPE) {
    return new Refusal(415, `the content type of a query is ${MEDIA_TYPE}`);
  }
  try {
    return await body.bytes(MAX_MESSAGE_BYTES);
  } catch (error) {
    if (!(error instanceof HttpMessageError) || error.status !== 413) throw error;
    return new Refusal(413, `a DNS message has at most ${MAX_MESSAGE_BYTES} bytes`);
  }
}

/** Reads the parameter `dns`, in base64url without padding (RFC 8484 §4.1). */
function inTarget(query: string): Uint8Array<ArrayBuffer> | Refusal {
  const values = query.split("&").filter((parameter) => parameter.startsWith("dns="));
  if (values.length !== 1) return new Refusal(400, "the parameter dns must have the query, once");
  const [value = ""] = values;
  try {
    return Uint8Array.fromBase64(value.slice(4).replace(/={1,2}$/, ""), { alphabet: "base64url" });
  } catch {
    return new Refusal(400, "the parameter dns is not base64url");
  }
}

/** Returns why bytes are not a query, as far as the header tells. */
function problemOf(message: Uint8Array): string | undefined {
  if (message.length < HEADER_BYTES) return `not a DNS message: it has ${message.length} bytes`;
  return (message[2] ?? 0) >= 0x80 ? "not a query: the message is a response" : undefined;
}

function clientOf(peer: string): { hostname: string; port: number } {
  const address = parseAddress(peer);
  return address.transport === "ip" ? { hostname: address.host, port: address.port } : { hostname: "", port: 0 };
}
