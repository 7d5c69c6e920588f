import { HttpConnections } from "../../../http/internal.ts";
import { chatPageHandler } from "../../web/handler.ts";
import { redirecting } from "../../web/redirect.ts";
import type { ChatServer } from "../chat_server.ts";
import { CHAT_LIMITS, type ChatServerOptions } from "../options.ts";
import type { FrontOptions } from "./front.ts";

/** Returns what the one port of a chat needs: the page of the chat, and redirections to it. */
export function frontOptions(chat: Pick<ChatServer, "serve" | "files">, options: ChatServerOptions): FrontOptions {
  const { names, trustProxy } = options.page ?? {};
  const handler = chatPageHandler(chat, { names, password: options.password !== undefined || options.inviteOnly });
  return {
    timeout: options.limits?.registration ?? CHAT_LIMITS.registration,
    page: new HttpConnections(handler, { trustProxy }),
    redirects: new HttpConnections(redirecting(handler, names), { trustProxy }),
  };
}
