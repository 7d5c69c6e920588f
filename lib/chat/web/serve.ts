import type { BoundAddr, ListenInput } from "../../core/mod.ts";
import { type HttpServer, type HttpServerOptions, serveHttp } from "../../http/internal.ts";
import type { ChatServer } from "../server/chat_server.ts";
import { chatPageHandler } from "./handler.ts";
import type { ChatPageSettings } from "./settings.ts";

/** Options of {@link serveChatPage}. */
export interface ChatPageOptions extends ChatPageSettings, Pick<HttpServerOptions, "tls" | "signal"> {
  /**
   * Whether the page asks for a password.
   *
   * @default {false}
   */
  readonly password?: boolean;
  /**
   * Whether the page asks for an account.
   *
   * @default {false}
   */
  readonly requireAccount?: boolean;
}

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
  return serveHttp(address, chatPageHandler(chat, options), {
    tls: options.tls,
    signal: options.signal,
    trustProxy: options.trustProxy,
    maxConnections: 2000,
  });
}
