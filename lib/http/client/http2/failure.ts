import {
  formatAddress,
  fromSystem,
  isUnknownFailure,
  NetworkError,
  type Proxy,
  ToucanError,
  UsageError,
} from "../../../core/mod.ts";

type Failure = readonly [code: string, text: string, hint?: string];

const NOT_SPOKEN: Failure = ["http2-not-spoken", "the server does not speak HTTP/2", "take HTTP/1.1"];

const PROXY_UNREACHABLE = "the proxy cannot be reached";

/**
 * By the text of what `fetch` fails with before there is an answer: it has no codes. A test pins these texts on the versions
 * that we run on.
 */
const TEXTS: readonly (readonly [RegExp, Failure])[] = [
  // The TLS handshake ends over it, or what comes back is a line of HTTP/1.
  [/NoApplicationProtocol|no application protocol|frame with invalid size/i, NOT_SPOKEN],
  [/proxy authentication required|Password auth failure|Authorization required/i, [
    "proxy-authentication",
    "the proxy wants a user and a password that it accepts",
  ]],
  [/Proxy server unreachable/i, ["connection-refused", PROXY_UNREACHABLE]],
  [/unsuccessful tunnel|not allowed by ruleset/i, ["proxy-refused", "the proxy refuses to connect"]],
  [/tunneling|socks|address type not supported|command not supported/i, ["proxy-failed", "the proxy does not connect"]],
  [/failed to lookup address information: Temporary failure/, [
    "name-server-failed",
    "no answer from the name servers",
  ]],
  [/dns error/, ["name-not-found", "no address was found"]],
  [/connection refused/i, ["connection-refused", "connection refused"]],
  [/network (?:is )?unreachable/i, ["network-unreachable", "network unreachable"]],
  [/no route to host|host unreachable/i, ["host-unreachable", "no route to the host"]],
  [/connection reset/i, ["connection-reset", "connection reset by the peer"]],
  [/(?:stream|connection) error received/, ["connection-reset", "the server gave the request up"]],
  [/broken pipe|connection closed|closed before|operation was canceled|unexpected eof/i, [
    "connection-cut",
    "the server closed the connection instead of answering",
  ]],
  [/(?:stream|connection) error detected/, ["http2-invalid", "the answer is not HTTP/2"]],
];

/** Failures to connect, which with an HTTP proxy are the proxy's: what lies behind it, it tells in its own words. */
const TO_CONNECT = new Set(["connection-refused", "network-unreachable", "host-unreachable"]);
/** Failures of a lookup: with any proxy the proxy's, since names behind it are looked up there. */
const TO_LOOK_UP = new Set(["name-not-found", "name-server-failed"]);

/** TimeSlice what `fetch` fails with before there is an answer into a ToucanError. */
export function requestFailure(error: unknown, peer: string, proxy?: Proxy): unknown {
  const known = failureOf(error, peer);
  if (!proxy || !(known instanceof NetworkError)) return known;
  const { code, hint, message } = known;
  const proxyError = TO_LOOK_UP.has(code) || (proxy.scheme === "http" && TO_CONNECT.has(code)) ||
    message.endsWith(PROXY_UNREACHABLE);
  if (!proxyError) return known;
  const name = formatAddress(proxy.address);
  const text = message.endsWith(PROXY_UNREACHABLE) ? "it cannot be reached" : message.replace(/^[^]*: /, "");
  const options = { code, operation: "connect", peer: name, hint, cause: error };
  return new NetworkError(`cannot connect to the proxy ${name}: ${text}`, options);
}

function failureOf(error: unknown, peer: string): unknown {
  if (!(error instanceof Error) || error instanceof ToucanError) return error;
  const context = { doing: "connect to", what: peer };
  if (error.name === "NotCapable") return fromSystem(error, context);
  const text = reasonOf(error);
  if (/Requests to port \d+ are blocked/.test(text)) {
    return new UsageError(`HTTP/2 does not go with the port of ${peer}: fetch refuses it`, {
      code: "http2-unsupported",
      hint: "take HTTP/1.1",
    });
  }
  const known = TEXTS.find(([pattern]) => pattern.test(text))?.[1];
  if (known) return failed(peer, known, error);
  // The texts beneath are those of Deno's own connections.
  const beneath = fromSystem(new Deno.errors.InvalidData(text, { cause: error }), context);
  return beneath instanceof ToucanError && !isUnknownFailure(beneath)
    ? beneath
    : failed(peer, ["http2-failed", text.slice(0, 200)], error);
}

/** TimeSlice what reading a body fails with into a ToucanError. `fetch` does not tell why a stream has ended early. */
export function bodyFailure(error: unknown, peer: string): unknown {
  if (!(error instanceof Error) || error instanceof ToucanError) return error;
  const coding = /unexpected end of file|gzip|deflate|brotli|corrupt/i.test(error.message);
  const [code, message] = coding
    ? ["invalid-encoding", "the body does not match its Content-Encoding"]
    : ["body-cut", `${peer} ended the stream in the middle of a body`];
  return new NetworkError(message, { code, operation: "read", peer, cause: error });
}

/** The error for a server that does not speak HTTP/2. */
export function notSpoken(peer: string, cause: Error): NetworkError {
  return failed(peer, NOT_SPOKEN, cause);
}

function failed(peer: string, [code, text, hint]: Failure, cause: Error): NetworkError {
  return new NetworkError(`cannot get a response from ${peer}: ${text}`, {
    code,
    operation: "connect",
    peer,
    hint,
    cause,
  });
}

/** The innermost text, without the URLs that stand before it. */
function reasonOf(error: Error): string {
  const inner = error.cause instanceof Error ? error.cause.message : error.message;
  return inner.replace(/^.*?client error \(\w+\): /s, "");
}
