import { type BoundAddr, ipVersion, type ListenInput } from "../../core/mod.ts";
import {
  HostNames,
  type HttpAnswer,
  type HttpServer,
  type HttpServerOptions,
  isForeign,
  prepareResponse,
  serveHttp,
  type ServerRequest,
  webSocketResponse,
} from "../../http/internal.ts";
import type { ChatServer } from "../server/chat_server.ts";
import { CSS, HTML, SCRIPT } from "./page_files.ts";

/** Options of {@link serveChatPage}. */
export interface ChatPageOptions extends Pick<HttpServerOptions, "tls" | "signal" | "trustProxy"> {
  /**
   * Whether the page asks for a password.
   *
   * @default {false}
   */
  readonly password?: boolean;
  /**
   * Host names that requests may be for, in addition to addresses and `localhost`: `chat.example`, `*.example.com`,
   * `*`.
   *
   * @default {[]}
   */
  readonly names?: readonly string[];
}

/** Content-Security-Policy: only the page's own files, and no embedding by other pages. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'";
const PROTOCOLS = ["text.ircv3.net", "binary.ircv3.net"];

/**
 * Serves a web page for the chat, and the chat itself over WebSocket (IRCv3 websocket, at `/chat`).
 *
 * Permissions: `--allow-net=HOST:PORT`.
 *
 * @param chat The chat server that the page connects to.
 * @param address The address to listen on: `HOST:PORT`, with port 0 for a free one, or a bound listener.
 * @returns The HTTP server, which is listening.
 * @throws {UsageError} `invalid-host-name`, `invalid-network`.
 * @throws {SystemError} `address-in-use` and other failures to listen.
 * @example Serve the page of a chat
 * ```ts
 * import { request, serveChat, serveChatPage } from "../../../mod.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * await using chat = serveChat("127.0.0.1:0");
 * await using page = serveChatPage(chat, "127.0.0.1:0");
 * using response = await request(page.url);
 * assertStringIncludes(await response.body.text(100_000), "Toucan chat");
 * ```
 */
export function serveChatPage<const At extends ListenInput>(
  chat: ChatServer,
  address: At,
  options?: ChatPageOptions,
): HttpServer<BoundAddr<At>>;
export function serveChatPage(chat: ChatServer, address: ListenInput, options: ChatPageOptions = {}): HttpServer {
  const html = options.password ? HTML.replace("<body>", "<body data-password>") : HTML;
  const files: Readonly<Record<string, HttpAnswer>> = {
    "/": file("text/html", html),
    "/chat.css": file("text/css", CSS),
    "/chat.js": file("text/javascript", SCRIPT),
  };
  const names = new HostNames(options.names ?? []);
  const handler = (request: ServerRequest): HttpAnswer | Promise<HttpAnswer> => {
    // Another name may be one that another site has pointed to this server (DNS rebinding).
    if (request.authority === "" || !names.allows(request.authority)) return plain(421, "host name not allowed");
    const path = request.target.split("?", 1)[0] ?? "";
    if (path === "/chat") return socket(request, chat);
    const found = Object.hasOwn(files, path) ? files[path] : undefined;
    if (!found) return plain(404, "not found");
    if (request.method !== "GET" && request.method !== "HEAD") {
      return plain(405, "method not allowed (supported: GET, HEAD)");
    }
    return found;
  };
  return serveHttp(address, handler, {
    tls: options.tls,
    signal: options.signal,
    trustProxy: options.trustProxy,
    maxConnections: 2000,
  });
}

function socket(request: ServerRequest, chat: ChatServer): HttpAnswer | Promise<HttpAnswer> {
  if (isForeign(request)) return plain(403, "origin not allowed");
  // A proxy sends an address without a port.
  const peer = ipVersion(request.peer) === 6 ? `[${request.peer}]` : request.peer;
  const client = { peer, secure: request.secure };
  return webSocketResponse(request, {
    protocols: PROTOCOLS,
    take: (connection, rest, protocol) =>
      chat.serve(connection, protocol.startsWith("text") ? "text" : "binary", rest, client),
  });
}

function file(type: string, body: string): HttpAnswer {
  return prepareResponse({ headers: headers(type), body });
}

function plain(status: number, text: string): HttpAnswer {
  return { status, headers: headers("text/plain"), body: `${text}\n` };
}

function headers(type: string): Record<string, string> {
  return {
    "Content-Type": `${type}; charset=utf-8`,
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
  };
}
