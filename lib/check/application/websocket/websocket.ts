import {
  type Connection,
  Deadline,
  dial,
  formatAddress,
  type HostAddress,
  raceSignal,
  TimeoutError,
  ToucanError,
  writeAll,
} from "../../../core/mod.ts";
import { Fields, reasonOf } from "../../../http/mod.ts";
import {
  acceptKey,
  encodeFrame,
  encodeRequestHead,
  type RequestHeadInit,
  type ResponseHead,
  traceRequest,
  traceResponse,
  WebSocketDecoder,
} from "../../../http/internal.ts";
import type { Probe, ProbeContext } from "../../probe/probe.ts";
import { type Finding, found } from "../../words/findings.ts";
import { cut } from "../../words/cut.ts";
import { type RawHead, readRawHead } from "../http/raw_head.ts";

/** WebSocket to open. */
export interface WebSocketInput {
  /** Its URL. */
  readonly url: string;
  /** Name of the server. */
  readonly host: string;
  /** Address that accepted a connection. */
  readonly address: HostAddress;
  /** Port. */
  readonly port: number;
}

/** Answer to the request to upgrade. */
export interface WebSocketSeen {
  /** Status of the answer; undefined if there is none. */
  readonly status?: number;
  /** Redirect in the answer. */
  readonly location?: string;
  /** Whether the answer proves that the server speaks WebSocket. */
  readonly accepted?: boolean;
  /** Subprotocol that the server chose. */
  readonly protocol?: string;
  /** Whether the server answered the closing handshake. */
  readonly closed?: boolean;
  /** Milliseconds up to the answer. */
  readonly ms: number;
  /** Failure. */
  readonly error?: { readonly code: string; readonly message: string; readonly bytes?: number };
}

/** Milliseconds for the answer to the closing handshake. */
const CLOSE_MS = 1000;
/** Bytes of frames that are read before that answer. */
const CLOSE_BYTES = 64 * 1024;

/** Opens a WebSocket (RFC 6455 §4), and closes it politely. */
export const webSocketProbe: Probe<WebSocketInput, WebSocketSeen> = {
  name: "websocket",
  layer: "application",
  async observe(input, { signal, timeout, dial: { tls, proxy }, trace }) {
    const { url, host, address, port } = input;
    const begin = performance.now();
    const ms = () => performance.now() - begin;
    let bytes = 0;
    using deadline = new Deadline({ signal, timeout }, `open ${url}`, "first-byte");
    try {
      using connection = await dial(formatAddress({ transport: "ip", host: address.address, port }), {
        ...{ signal: deadline.signal, proxy, trace },
        tls: url.startsWith("wss:") ? { ...tls, serverName: host, alpn: ["http/1.1"] } : undefined,
      });
      const key = crypto.getRandomValues(new Uint8Array(16)).toBase64();
      const { method, target, headers } = upgradeRequest(url, key);
      traceRequest(trace, `${method} ${target} HTTP/1.1`, headers, connection.peer);
      await writeAll(connection, encodeRequestHead({ method, target, headers }));
      const raw = await raceSignal(readRawHead(connection, (count) => void (bytes = count)), deadline.signal);
      traceResponse(trace, raw.head, connection.peer);
      const seen = { ...await seenOf(raw.head, key, url), ms: ms() };
      if (!seen.accepted) return seen;
      return { ...seen, closed: await closePolitely(connection, raw, { signal: deadline.signal, timeout }) };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TimeoutError || deadline.signal.aborted) {
        return { ms: ms(), error: { code: "timeout", message: "", ...(bytes > 0 && { bytes }) } };
      }
      if (!(error instanceof ToucanError)) throw error;
      return { ms: ms(), error: { code: error.code, message: cut(error.message) } };
    }
  },
  judge: judgeWebSocket,
  facts: ({ status, ms, protocol }) =>
    status === undefined ? {} : { status, "first-byte": ms, ...(protocol === undefined ? {} : { protocol }) },
  summary: ({ status, accepted }) => accepted ? "WebSocket open" : status === undefined ? "" : `status ${status}`,
};

function upgradeRequest(url: string, key: string): RequestHeadInit & { readonly headers: Fields } {
  const { host, pathname, search, protocol } = new URL(url);
  const headers = new Fields([
    ["Host", host],
    ["Connection", "Upgrade"],
    ["Upgrade", "websocket"],
    ["Sec-WebSocket-Version", "13"],
    ["Sec-WebSocket-Key", key],
    // Many servers accept only pages of their own host.
    ["Origin", `${protocol === "wss:" ? "https:" : "http:"}//${host}`],
    ["User-Agent", "toucan-check"],
  ]);
  return { method: "GET", target: `${pathname}${search}`, headers };
}

async function seenOf({ status, headers }: ResponseHead, key: string, url: string): Promise<Omit<WebSocketSeen, "ms">> {
  const location = headers.get("location");
  const protocol = headers.get("sec-websocket-protocol");
  const upgrades = /^websocket$/i.test(headers.get("upgrade") ?? "") &&
    /upgrade/i.test(headers.get("connection") ?? "");
  return {
    status,
    ...(location !== undefined && status >= 300 && status < 400 &&
      { location: cut(URL.parse(location, url)?.href ?? location) }),
    ...(protocol === undefined ? {} : { protocol: cut(protocol) }),
    accepted: status === 101 && upgrades && headers.get("sec-websocket-accept") === await acceptKey(key),
  };
}

/** Sends a Close frame and waits for that of the server; returns whether it came. */
async function closePolitely(
  connection: Connection,
  { rest }: RawHead,
  { signal, timeout }: Pick<ProbeContext, "signal" | "timeout">,
): Promise<boolean> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(Math.min(CLOSE_MS, timeout))]);
  const decoder = new WebSocketDecoder({ masked: false });
  const buffer = new Uint8Array(4096);
  const wait = async () => {
    let left = CLOSE_BYTES;
    for (let bytes: Uint8Array = rest; left > 0;) {
      left -= bytes.length;
      for (const event of decoder.push(bytes)) if (event.kind === "close") return true;
      const count = await connection.read(buffer);
      if (count === null) return false;
      bytes = buffer.slice(0, count);
    }
    return false;
  };
  try {
    await writeAll(
      connection,
      encodeFrame("close", Uint8Array.of(3, 232), { mask: crypto.getRandomValues(new Uint8Array(4)) }),
    );
    return await raceSignal(wait(), limit);
  } catch {
    return false;
  }
}

function judgeWebSocket(
  { status, accepted, location, protocol = "", closed, error, ms }: WebSocketSeen,
  { url }: WebSocketInput,
): Finding[] {
  if (error?.bytes !== undefined) return [found("http-head-slow", { url, bytes: error.bytes, ms: Math.round(ms) })];
  if (error?.code === "timeout") return [found("websocket-stalled", { url })];
  if (error || status === undefined) return [found("websocket-failed", { url, reason: error?.message ?? "" })];
  if (accepted) {
    return [
      found("websocket-open", { url, ms: Math.round(ms), protocol }),
      closed ? found("websocket-closed", {}) : found("websocket-not-closed", {}),
    ];
  }
  if (status === 101) return [found("websocket-wrong-key", { url })];
  if (location !== undefined) return [found("websocket-redirected", { status, to: location })];
  if (status < 300) return [found("websocket-ignored", { status, url })];
  return [found("websocket-refused", { status, reason: reasonOf(status), url })];
}
