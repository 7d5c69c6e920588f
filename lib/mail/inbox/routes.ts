import { UsageError } from "../../core/mod.ts";
import { formatDisposition, type ServerRequest, type ServerResponse } from "../../http/internal.ts";
import { isMailId } from "../sink/mail_id.ts";
import type { MailStore } from "../sink/types.ts";
import { answer, errorAnswer, jsonAnswer, pageAnswer } from "./answers.ts";
import { find, select } from "./find.ts";
import { frameHtml, framePolicy } from "./frame.ts";
import { type Gate, isForeign } from "./gate.ts";
import { OPENAPI } from "./openapi.ts";
import { PAGE } from "./page/html.ts";
import { SCRIPT } from "./page/script.ts";
import { STYLE } from "./page/style.ts";
import { FILTERS, parseQuery, WAITS } from "./query.ts";
import { fileName, MailReader } from "./view.ts";

/** Requests that wait at once, also those whose client has gone meanwhile: that is not seen. */
const WAITING = 256;

const INDEX = pageAnswer("text/html; charset=utf-8", PAGE);
const PAGES: Readonly<Record<string, ServerResponse>> = {
  "/": INDEX,
  "/inbox.js": pageAnswer("text/javascript; charset=utf-8", SCRIPT),
  "/inbox.css": pageAnswer("text/css; charset=utf-8", STYLE),
};

/** Answers the requests of an inbox. */
export class Routes {
  readonly #store: MailStore;
  readonly #reader: MailReader;
  readonly #gate: Gate;
  readonly #stop: AbortSignal;
  #waiting = 0;

  /** Answers from a store what a gate lets through. */
  constructor(store: MailStore, gate: Gate, stop: AbortSignal) {
    this.#store = store;
    this.#reader = new MailReader(store);
    this.#gate = gate;
    this.#stop = stop;
  }

  /** The response to a request. */
  async answer(request: ServerRequest): Promise<ServerResponse> {
    const { method, url } = request;
    const reads = method === "GET" || method === "HEAD";
    // A probe comes under any name, and learns nothing.
    if (reads && (url?.pathname === "/livez" || url?.pathname === "/readyz")) return this.#probe(url.pathname);
    const refusal = this.#gate.refusal(request);
    if (refusal) return refusal;
    if (!url) return errorAnswer(400, "bad-request", "invalid request target");
    const page = reads ? pageOf(url.pathname) : undefined;
    // A link to the page may stand anywhere; what the page shows, and what changes something, is asked for by itself.
    if (page) return page;
    if (isForeign(request)) return errorAnswer(403, "forbidden", "requests of other pages are not accepted");
    if (!reads && method !== "DELETE") return errorAnswer(405, "method-not-allowed", "use GET or DELETE", ALLOW);
    try {
      return await this.#api(url, reads);
    } catch (error) {
      if (error instanceof UsageError) return errorAnswer(400, error.code, error.message);
      throw error;
    }
  }

  #probe(path: string): ServerResponse {
    const ready = path === "/livez" || !this.#stop.aborted;
    return answer(ready ? 200 : 503, "text/plain; charset=utf-8", ready ? "ok\n" : "shutting down\n");
  }

  async #api({ pathname, searchParams }: URL, reads: boolean): Promise<ServerResponse> {
    if (pathname === "/api/messages") {
      return reads ? await this.#list(searchParams) : await this.#clear(searchParams);
    }
    const frame = /^\/messages\/([^/]+)\/frame$/.exec(pathname)?.[1];
    if (frame !== undefined && reads) return await this.#frame(frame, searchParams);
    parseQuery(searchParams);
    if (pathname === "/api/openapi.json" && reads) return jsonAnswer(OPENAPI);
    const [, api, messages, id = "", part, index, more] = pathname.split("/");
    if (api !== "api" || messages !== "messages" || more !== undefined || !isMailId(id)) return notFound();
    if (!reads) return part === undefined ? await this.#remove(id) : notFound();
    return await this.#part(id, part, index);
  }

  async #list(search: URLSearchParams): Promise<ServerResponse> {
    const query = parseQuery(search, [...FILTERS, ...WAITS]);
    if (query.wait === 0) return jsonAnswer(await find(this.#store, this.#reader, query, this.#stop));
    if (this.#waiting >= WAITING) return errorAnswer(503, "too-many-waiting", "too many requests are waiting");
    this.#waiting++;
    try {
      return jsonAnswer(await find(this.#store, this.#reader, query, this.#stop));
    } finally {
      this.#waiting--;
    }
  }

  async #clear(search: URLSearchParams): Promise<ServerResponse> {
    const query = parseQuery(search, FILTERS);
    for (const { id } of await select(this.#store, this.#reader, query, this.#stop)) await this.#store.remove(id);
    this.#reader.forget();
    return { status: 204 };
  }

  async #remove(id: string): Promise<ServerResponse> {
    const removed = await this.#store.remove(id);
    this.#reader.forget();
    return removed ? { status: 204 } : notFound();
  }

  /** The HTML of a message as the page shows it; with `images=remote`, those that are elsewhere, too. */
  async #frame(id: string, search: URLSearchParams): Promise<ServerResponse> {
    const remote = search.get("images") === "remote" && search.size === 1;
    if (!remote) parseQuery(search);
    const mail = await this.#reader.read(id);
    if (mail?.view.html === undefined) return notFound();
    return answer(200, "text/html; charset=utf-8", frameHtml(mail.view.html, mail.parts), framePolicy(remote));
  }

  async #part(id: string, part: string | undefined, index: string | undefined): Promise<ServerResponse> {
    if (part === "raw" && index === undefined) {
      const bytes = await this.#store.read(id);
      return bytes ? answer(200, "text/plain; charset=utf-8", bytes) : notFound();
    }
    const mail = await this.#reader.read(id);
    if (!mail) return notFound();
    if (part === undefined) return jsonAnswer(mail.view);
    const { html } = mail.view;
    if (part === "html" && index === undefined && html !== undefined) {
      return answer(200, "text/html; charset=utf-8", html, framePolicy(false));
    }
    const attachment = part === "attachments" && /^\d{1,6}$/.test(index ?? "") ? mail.parts[Number(index)] : undefined;
    if (!attachment) return notFound();
    const headers = { "Content-Disposition": formatDisposition(fileName(attachment, Number(index))) };
    // Whatever it says it is, it is saved, never shown.
    return answer(200, "application/octet-stream", attachment.content(), undefined, headers);
  }
}

const ALLOW = { "Allow": "GET, HEAD, DELETE" };

/** A part of the page; each message has an address of its own, under which the page opens it. */
function pageOf(path: string): ServerResponse | undefined {
  if (Object.hasOwn(PAGES, path)) return PAGES[path];
  const [, id = ""] = /^\/messages\/([^/]+)$/.exec(path) ?? [];
  return isMailId(id) ? INDEX : undefined;
}

function notFound(): ServerResponse {
  return errorAnswer(404, "not-found", "not found");
}
