import { type BoundAddr, ipVersion, type ListenInput } from "../../core/mod.ts";
import {
  HostNames,
  type HttpAnswer,
  type HttpServer,
  type HttpServerOptions,
  prepareResponse,
  serveHttp,
  type ServerRequest,
  webSocketResponse,
} from "../../http/internal.ts";
import type { ChatServer } from "../server/serve.ts";
import { isOwnOrigin } from "./origin.ts";
import { CSS, HTML, SCRIPT } from "./page_files.ts";

/** How {@link serveChatPage} serves. */
export interface ChatPageOptions extends Pick<HttpServerOptions, "tls" | "signal" | "trustProxy"> {
  /** Whether the page asks for a password. */
  readonly password?: boolean;
  /** Host names that requests may be for, beside addresses and `localhost`: `chat.example`, `*.example.com`, `*`. @default none */
  readonly names?: readonly string[];
}

/** Nothing but the page's own files, and nobody else's page around it. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'";
const PROTOCOLS = ["text.ircv3.net", "binary.ircv3.net"];

/**
 * Serves a web page with which to be in a chat, and the chat itself over WebSocket (IRCv3 websocket, at `/chat`).
 *
 * Permissions: `--allow-net=HOST:PORT`.
 *
 * @throws {UsageError} `invalid-host-name`, `invalid-network`.
 * @throws {SystemError} `address-in-use` and the like.
 * @example
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
    // Another name could be one that a page of another site has pointed here (DNS rebinding).
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
  if (!isOwnOrigin(request)) return plain(403, "origin not allowed");
  // A proxy names an address without a port.
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
