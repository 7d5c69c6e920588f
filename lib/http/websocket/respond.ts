import type { Connection } from "../../core/mod.ts";
import type { ServerResponse } from "../server/response/response.ts";
import type { ServerRequest } from "../server/types.ts";
import { acceptKey, readUpgrade } from "./codec/handshake.ts";

/** How a WebSocket is served. */
export interface WebSocketOptions {
  /** The subprotocols that are spoken; the client's first that is among them is chosen. */
  readonly protocols: readonly string[];
  /** Speaks frames on the connection; `rest` has come already. The connection is closed when this resolves. */
  readonly take: (connection: Connection, rest: Uint8Array<ArrayBuffer>, protocol: string) => Promise<void>;
}

/**
 * Answers a request that wants to become a WebSocket (RFC 6455, section 4.2), or says why it does not: 426 when it does not
 * ask for one, 400 when it asks in a way that is none or speaks no subprotocol that is known here. Whether its Origin may, is to
 * be looked at before: any web page can ask.
 */
export async function webSocketResponse(request: ServerRequest, options: WebSocketOptions): Promise<ServerResponse> {
  const asked = readUpgrade(request);
  if ("problem" in asked) {
    const headers = { "Content-Type": "text/plain", Upgrade: "websocket", "Sec-WebSocket-Version": "13" };
    return { status: asked.status, headers, body: `${asked.problem}\n` };
  }
  const protocol = asked.protocols.find((name) => options.protocols.includes(name));
  if (protocol === undefined) {
    const body = `the subprotocols here are ${options.protocols.join(", ")}\n`;
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
