import type { Fields } from "../../codec/fields/fields.ts";

/** Upgrade request of a client. */
export interface UpgradeRequest {
  /** Its key, from which the answer's is made. */
  readonly key: string;
  /** The subprotocols that it offers, the best first. */
  readonly protocols: readonly string[];
}

/** Why a request does not become a WebSocket, with the status that says so. */
export interface UpgradeRefusal {
  /** 400, or 426 when only the version or the upgrade is missing. */
  readonly status: 400 | 426;
  /** Why. */
  readonly problem: string;
}

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Reads what a client asks for (RFC 6455, section 4.2.1). */
export function readUpgrade(
  request: { readonly method: string; readonly version: string; readonly headers: Fields },
): UpgradeRequest | UpgradeRefusal {
  const { method, version, headers } = request;
  const words = (name: string) => (headers.get(name) ?? "").split(",").map((word) => word.trim());
  const asks = words("upgrade").some((word) => word.toLowerCase() === "websocket") &&
    words("connection").some((word) => word.toLowerCase() === "upgrade");
  if (!asks) return { status: 426, problem: "only WebSocket is spoken here" };
  if (method !== "GET" || version !== "1.1") {
    return { status: 400, problem: "a WebSocket begins with GET and HTTP/1.1" };
  }
  if (headers.get("sec-websocket-version") !== "13") return { status: 426, problem: "the version has to be 13" };
  const key = headers.get("sec-websocket-key") ?? "";
  // 16 bytes in Base64.
  if (!/^[A-Za-z0-9+/]{22}==$/.test(key)) return { status: 400, problem: "Sec-WebSocket-Key is not 16 bytes" };
  return { key, protocols: words("sec-websocket-protocol").filter((word) => word !== "") };
}

/** The answer to a client's key: `Sec-WebSocket-Accept`. */
export async function acceptKey(key: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(key + GUID));
  return btoa(String.fromCharCode(...new Uint8Array(hash)));
}
