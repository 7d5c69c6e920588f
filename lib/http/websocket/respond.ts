import type { Connection } from "../../core/mod.ts";
import type { ServerResponse } from "../server/response/response.ts";
import type { ServerRequest } from "../server/types.ts";
import { acceptKey, readUpgrade } from "./codec/handshake.ts";

/** Options of {@link webSocketResponse}. */
export interface WebSocketOptions {
  /** Supported subprotocols; the first one of the client that is among them is chosen. */
  readonly protocols: readonly string[];
  /** Handles the frames of the connection; `rest` was received already. The connection is closed when this resolves. */
  readonly take: (connection: Connection, rest: Uint8Array<ArrayBuffer>, protocol: string) => Promise<void>;
}

/**
 * Responds to a request for an upgrade to WebSocket (RFC 6455, section 4.2): 101; 426 without an upgrade; 400 for an
 * invalid one, or for unknown subprotocols. The caller has to check the Origin before: any web page can send such a
 * request.
 *
 * @param request The request.
 * @returns The response for the handler to return.
 * @throws {UsageError} For a request of another kind.
 * @example Accept WebSockets
 * ```ts
 * import { serveHttp, webSocketResponse } from "../mod.ts";
 *
 * await using server = serveHttp("127.0.0.1:0", (request) =>
 *   webSocketResponse(request, { protocols: ["chat"], take: () => Promise.resolve() }));
 * ```
 */
export async function webSocketResponse(request: ServerRequest, options: WebSocketOptions): Promise<ServerResponse> {
  const asked = readUpgrade(request);
  if ("problem" in asked) {
    const headers = { "Content-Type": "text/plain", Upgrade: "websocket", "Sec-WebSocket-Version": "13" };
    return { status: asked.status, headers, body: `${asked.problem}\n` };
  }
  const protocol = asked.protocols.find((name) => options.protocols.includes(name));
  if (protocol === undefined) {
    const body = `the supported subprotocols are ${options.protocols.join(", ")}\n`;
    return { status: 400, headers: { "Content-Type": "text/plain" }, body };
  }
  return {
    headers: { "Sec-WebSocket-Accept": await acceptKey(asked.key), "Sec-WebSocket-Protocol": protocol },
    upgrade: {
      protocol: "websocket",
      take: (connection, rest) => options.take(connection, rest, protocol),
    },
  };
}
