import { ipVersion } from "../../core/mod.ts";
import {
  type Handler,
  HostNames,
  type HttpAnswer,
  isForeign,
  prepareResponse,
  type ServerRequest,
  webSocketResponse,
} from "../../http/internal.ts";
import { type ChatFiles, FILES_PATH } from "../files/chat_files.ts";
import type { ChatServer } from "../server/chat_server.ts";
import type { ChatPageSettings } from "./settings.ts";
import { CSS, HTML, ICON, MANIFEST, SCRIPT } from "./page_files.ts";

/** Content-Security-Policy: only the page's own files, and no embedding by other pages. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "img-src 'self'; manifest-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'";
const PROTOCOLS = ["text.ircv3.net", "binary.ircv3.net"];

/**
 * Returns the handler of the page of a chat, and of WebSocket.
 *
 * @throws {UsageError} `invalid-host-name`.
 */
export function chatPageHandler(
  chat: Pick<ChatServer, "serve" | "files">,
  options: ChatPageSettings & { readonly password?: boolean },
): Handler {
  const { files: shared } = chat;
  const html = HTML.replace("<body>", `<body${options.password ? " data-password" : ""}${filesAttributes(shared)}>`);
  const files: Readonly<Record<string, HttpAnswer>> = {
    "/": file("text/html", html),
    "/chat.css": file("text/css", CSS),
    "/chat.js": file("text/javascript", SCRIPT),
    "/chat.webmanifest": file("application/manifest+json", MANIFEST),
    "/icon.svg": file("image/svg+xml", ICON),
    "/icon-unread.svg": file("image/svg+xml", iconWith("#ffffff")),
    "/icon-mention.svg": file("image/svg+xml", iconWith("#e5352b")),
  };
  const names = new HostNames(options.names ?? []);
  return (request) => {
    // Another name may be one that another site has pointed to this server (DNS rebinding).
    if (request.authority === "" || !names.allows(request.authority)) return plain(421, "host name not allowed");
    const path = request.target.split("?", 1)[0] ?? "";
    if (path === "/chat") return socket(request, chat);
    if (shared && (path === FILES_PATH || path.startsWith(`${FILES_PATH}/`))) return shared.handle(request);
    const found = Object.hasOwn(files, path) ? files[path] : undefined;
    if (!found) return plain(404, "not found");
    if (request.method !== "GET" && request.method !== "HEAD") {
      return plain(405, "method not allowed (supported: GET, HEAD)");
    }
    return found;
  };
}

function socket(request: ServerRequest, chat: Pick<ChatServer, "serve">): HttpAnswer | Promise<HttpAnswer> {
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

/** Returns the icon with a dot. */
function iconWith(color: string): string {
  const dot = `<circle cx="392" cy="392" r="112" fill="${color}" stroke="#16191d" stroke-width="24" />`;
  return ICON.replace("</svg>", `${dot}</svg>`);
}

/** Returns what the page has to know of shared files. */
function filesAttributes(files: ChatFiles | undefined): string {
  return files ? ` data-files="${files.limits.size}" data-accept="${files.extensions.map((e) => `.${e}`).join()}"` : "";
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
