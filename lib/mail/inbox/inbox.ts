import { type HostPort, isLoopback } from "../../core/mod.ts";
import {
  formatDisposition,
  HostNames,
  serveHttp,
  type ServerRequest,
  type ServerResponse,
} from "../../http/internal.ts";
import { isMailId } from "../sink/mail_id.ts";
import type { MailStore } from "../sink/types.ts";
import { answer, errorAnswer, jsonAnswer, pageAnswer } from "./answers.ts";
import { FRAME_POLICY, frameHtml } from "./frame.ts";
import { mayAsk } from "./gate.ts";
import { PAGE } from "./page/html.ts";
import { SCRIPT } from "./page/script.ts";
import { STYLE } from "./page/style.ts";
import { find, parseQuery } from "./query.ts";
import { fileName, MailReader, partBytes } from "./view.ts";

/** How {@link mailInbox} serves. */
export interface MailInboxOptions {
  /** The address that it listens on; only names of this machine are answered to, and this one. @default "127.0.0.1" */
  readonly host?: string;
  /** The port, 0 for a free one. @default 0 */
  readonly port?: number;
  /** Further host names that requests may be for: `mail.example`, `*.example.com`, `*`. @default none */
  readonly allowHost?: readonly string[];
  /** The proxies whose `X-Forwarded-*` and `Forwarded` fields count: addresses, networks, `loopback`, `private`. @default none */
  readonly trustProxy?: readonly string[];
  /** Stops it, as `shutdown` does. */
  readonly signal?: AbortSignal;
}

/** An inbox that listens, in the shape of `Deno.serve`'s server. */
export interface MailInbox extends AsyncDisposable {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  /** Where it listens, as text: `127.0.0.1:8025`. */
  readonly address: string;
  /** The port. */
  readonly port: number;
  /** Where a browser finds it. */
  readonly url: string;
  /** How many connections it has now. */
  readonly connections: number;
  /** Resolves when it has stopped. */
  readonly finished: Promise<void>;
  /** Stops it; who waits for messages gets what there is. */
  shutdown(): Promise<void>;
}

/** Connections at once. */
const CONNECTIONS = 1024;
/** Requests that wait at once, also those whose client has gone meanwhile: that is not seen. */
const WAITING = 256;

const PAGES: Readonly<Record<string, ServerResponse>> = {
  "/": pageAnswer("text/html; charset=utf-8", PAGE),
  "/inbox.js": pageAnswer("text/javascript; charset=utf-8", SCRIPT),
  "/inbox.css": pageAnswer("text/css; charset=utf-8", STYLE),
};

/**
 * Shows the messages of a store in a browser, and gives them as JSON below `/api/messages`:
 *
 * - `GET /api/messages?q=WORDS&to=ADDRESS&limit=N`: the newest first; with `wait=5s` not before there is one (`count=N`: as many).
 * - `GET /api/messages/ID`, and below it `/raw`, `/html`, `/attachments/N`.
 * - `DELETE /api/messages/ID`, `DELETE /api/messages`.
 *
 * Permissions: `--allow-net=HOST:PORT`, and those of the store.
 *
 * @throws {SystemError} `address-in-use` and the like.
 * @example
 * ```ts
 * import { mailInbox, mailSink, request, sendMail } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * await using inbox = mailInbox(sink.store);
 * await sendMail(sink.address, { from: "ada@example.com", to: ["bob@example.com"], subject: "hi" }, { tls: "none" });
 * using response = await request(`${inbox.url}api/messages?to=bob@example.com&wait=5s`);
 * assertEquals(JSON.parse(await response.body.text(10_000)).messages[0].subject, "hi");
 * ```
 */
export function mailInbox(store: MailStore, options?: MailInboxOptions): MailInbox;
export function mailInbox(store: MailStore, options: MailInboxOptions = {}): MailInbox {
  const { host = "127.0.0.1", port = 0, signal } = options;
  const stop = new AbortController();
  const routes = new Routes(store, host, stop.signal, options.allowHost);
  const address: HostPort = { transport: "ip", host, port };
  const server = serveHttp(address, (request) => routes.answer(request), {
    signal,
    trustProxy: options.trustProxy,
    maxConnections: CONNECTIONS,
  });
  const end = () => stop.abort();
  signal?.addEventListener("abort", end, { once: true });
  return {
    addr: server.addr,
    address: server.address,
    port: server.addr.port,
    url: server.url,
    get connections() {
      return server.connections;
    },
    finished: server.finished.finally(end),
    async shutdown() {
      end();
      await server.shutdown();
    },
    async [Symbol.asyncDispose]() {
      await this.shutdown();
    },
  };
}

class Routes {
  readonly #store: MailStore;
  readonly #reader: MailReader;
  readonly #hosts: ReadonlySet<string>;
  readonly #names?: HostNames;
  readonly #stop: AbortSignal;
  #waiting = 0;

  constructor(store: MailStore, host: string, stop: AbortSignal, allowHost: readonly string[] = []) {
    if (allowHost.length > 0) this.#names = new HostNames(allowHost);
    this.#store = store;
    this.#reader = new MailReader(store);
    this.#hosts = new Set(["localhost", "127.0.0.1", "::1", ...(isLoopback(host) ? [] : [host.toLowerCase()])]);
    this.#stop = stop;
  }

  async answer(request: ServerRequest): Promise<ServerResponse> {
    const { method, url } = request;
    if (!mayAsk(request, this.#hosts, this.#names)) {
      return errorAnswer(403, "forbidden", "only the inbox's own page may ask");
    }
    if (!url) return errorAnswer(400, "bad-request", "that is no target");
    const reads = method === "GET" || method === "HEAD";
    if (!reads && method !== "DELETE") return errorAnswer(405, "method-not-allowed", "GET and DELETE are known");
    const page = Object.hasOwn(PAGES, url.pathname) ? PAGES[url.pathname] : undefined;
    if (page && reads) return page;
    const [, api, messages, id, part, index, more] = url.pathname.split("/");
    if (api !== "api" || messages !== "messages" || more !== undefined) return notFound();
    if (id === undefined) return reads ? await this.#list(url.searchParams) : await this.#clear();
    if (!isMailId(id)) return notFound();
    if (!reads) return part === undefined ? await this.#remove(id) : notFound();
    return await this.#part(id, part, index);
  }

  async #list(search: URLSearchParams): Promise<ServerResponse> {
    const query = parseQuery(search);
    if (!query) return errorAnswer(400, "bad-query", "wait is a duration, limit, count and since are numbers");
    if (query.wait === 0) return jsonAnswer(await find(this.#store, this.#reader, query, this.#stop));
    if (this.#waiting >= WAITING) return errorAnswer(503, "too-many-waiting", "too many wait already");
    this.#waiting++;
    try {
      return jsonAnswer(await find(this.#store, this.#reader, query, this.#stop));
    } finally {
      this.#waiting--;
    }
  }

  async #clear(): Promise<ServerResponse> {
    for (const { id } of this.#store.messages) await this.#store.remove(id);
    this.#reader.forget();
    return { status: 204 };
  }

  async #remove(id: string): Promise<ServerResponse> {
    const removed = await this.#store.remove(id);
    this.#reader.forget();
    return removed ? { status: 204 } : notFound();
  }

  async #part(id: string, part: string | undefined, index: string | undefined): Promise<ServerResponse> {
    if (part === "raw" && index === undefined) {
      const bytes = await this.#store.read(id);
      return bytes ? answer(200, "text/plain; charset=utf-8", bytes) : notFound();
    }
    const mail = await this.#reader.read(id);
    if (!mail) return notFound();
    if (part === undefined) return jsonAnswer(mail.view);
    if (part === "html" && index === undefined && mail.html !== undefined) {
      return answer(200, "text/html; charset=utf-8", frameHtml(mail.html, mail.parts), FRAME_POLICY);
    }
    const attachment = part === "attachments" && /^\d{1,6}$/.test(index ?? "") ? mail.parts[Number(index)] : undefined;
    if (!attachment) return notFound();
    const headers = { "Content-Disposition": formatDisposition(fileName(attachment, Number(index))) };
    // Whatever it says it is, it is saved, never shown.
    return answer(200, "application/octet-stream", partBytes(attachment), undefined, headers);
  }
}

function notFound(): ServerResponse {
  return errorAnswer(404, "not-found", "there is no such thing here");
}
