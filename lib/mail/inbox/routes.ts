import { UsageError } from "../../core/mod.ts";
import { formatDisposition, isForeign, type ServerRequest, type ServerResponse } from "../../http/internal.ts";
import { isMailId } from "../store/mail_id.ts";
import type { MailFaults } from "../sink/faults.ts";
import type { MailRelay } from "../relay/relay.ts";
import type { MailStore } from "../store/types.ts";
import { answer, errorAnswer, jsonAnswer, pageAnswer } from "./answers.ts";
import { faultsRecord, readFaults } from "./faults.ts";
import { find, type InboxSource, select } from "./search/find.ts";
import { framePolicy } from "./frame_policy.ts";
import type { Gate } from "./gate.ts";
import { Indexer } from "./search/indexer.ts";
import { OPENAPI } from "./openapi.ts";
import { CSS, HTML, SCRIPT } from "./page_files.ts";
import { FILTERS, parseQuery, WAITS } from "./search/query.ts";
import { MailReader } from "./reader.ts";
import { LinkChecks } from "./requests/links.ts";
import { patchSeen } from "./requests/seen.ts";
import type { LinkCheckOptions } from "../review/check_links.ts";
import { release } from "./release.ts";
import { Waiters } from "./search/waiters.ts";

/** Requests that wait at once. */
const WAITING = 256;

const INDEX = pageAnswer("text/html; charset=utf-8", HTML);
const PAGES: Readonly<Record<string, ServerResponse>> = {
  "/": INDEX,
  "/inbox.js": pageAnswer("text/javascript; charset=utf-8", SCRIPT),
  "/inbox.css": pageAnswer("text/css; charset=utf-8", CSS),
};

/** Parts of a sink that an inbox controls. */
export interface Controls {
  /** Its simulated failures. */
  readonly faults?: MailFaults;
  /** The relay that messages are released through. */
  readonly relay?: MailRelay;
  /** Options of link checks; without them, links are not checked. */
  readonly links?: LinkCheckOptions;
}

/** Answers the requests of an inbox. */
export class Routes {
  readonly #source: InboxSource;
  readonly #gate: Gate;
  readonly #stop: AbortSignal;
  readonly #faults?: MailFaults;
  readonly #relay?: MailRelay;
  readonly #links: LinkChecks;
  #waiting = 0;

  /** Answers from a store what a gate lets through. */
  constructor(store: MailStore, gate: Gate, stop: AbortSignal, { faults, relay, links }: Controls = {}) {
    const reader = new MailReader(store);
    this.#source = { store, reader, waiters: new Waiters(store, reader, stop) };
    new Indexer(store, reader, stop);
    stop.addEventListener("abort", () => reader[Symbol.dispose](), { once: true });
    store.watch((change) => "removed" in change && reader.forget(change.removed));
    this.#gate = gate;
    this.#stop = stop;
    this.#faults = faults;
    this.#relay = relay;
    this.#links = new LinkChecks(reader, links, stop);
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
    const faults = url.pathname === "/api/faults" ? this.#faults : undefined;
    const released = decodedId(/^\/api\/messages\/([^/]+)\/release$/.exec(url.pathname)?.[1]);
    if (released !== undefined && this.#relay) return await this.#release(this.#relay, released, request, url);
    const changed = await this.#change(request, url);
    if (changed) return changed;
    if (!reads && method !== "DELETE" && !(faults && method === "PUT")) {
      return errorAnswer(405, "method-not-allowed", faults ? "use GET, PUT or DELETE" : "use GET or DELETE", {
        "Allow": `GET, HEAD${faults ? ", PUT" : ""}, DELETE`,
      });
    }
    try {
      if (faults) return await switchFaults(faults, request, url);
      return await this.#api(url, reads, () => request.gone());
    } catch (error) {
      if (error instanceof UsageError) return errorAnswer(400, error.code, error.message);
      throw error;
    }
  }

  /** Answers what marks messages and checks links; undefined for other requests. */
  async #change(request: ServerRequest, { pathname, searchParams }: URL): Promise<ServerResponse | undefined> {
    const [, given, more] = /^\/api\/messages(?:\/([^/]+)(\/links)?)?$/.exec(pathname) ?? [];
    const id = decodedId(given);
    if (given === undefined ? pathname !== "/api/messages" : id === undefined) return undefined;
    try {
      if (request.method === "POST" && id !== undefined && more !== undefined) {
        parseQuery(searchParams);
        return await this.#links.answer(id, () => request.gone()) ?? notFound();
      }
      if (request.method !== "PATCH" || more !== undefined) return undefined;
      return await patchSeen(this.#source, id, request, searchParams, this.#stop) ?? notFound();
    } catch (error) {
      if (error instanceof UsageError) return errorAnswer(400, error.code, error.message);
      throw error;
    }
  }

  #probe(path: string): ServerResponse {
    const ready = path === "/livez" || !this.#stop.aborted;
    return answer(ready ? 200 : 503, "text/plain; charset=utf-8", ready ? "ok\n" : "shutting down\n");
  }

  async #api({ pathname, searchParams }: URL, reads: boolean, gone: () => Promise<void>): Promise<ServerResponse> {
    if (pathname === "/api/messages") {
      return reads ? await this.#list(searchParams, gone) : await this.#clear(searchParams);
    }
    const frame = decodedId(/^\/messages\/([^/]+)\/frame$/.exec(pathname)?.[1]);
    if (frame !== undefined && reads) return await this.#frame(frame, searchParams);
    parseQuery(searchParams);
    if (pathname === "/api/openapi.json" && reads) return jsonAnswer(OPENAPI);
    if (pathname === "/api/relay" && reads) return jsonAnswer({ server: this.#relay?.server });
    const [, api, messages, given, part, index, more] = pathname.split("/");
    const id = decodedId(given);
    if (api !== "api" || messages !== "messages" || more !== undefined || id === undefined) return notFound();
    if (!reads) return part === undefined ? await this.#remove(id) : notFound();
    return await this.#part(id, part, index);
  }

  async #list(search: URLSearchParams, gone: () => Promise<void>): Promise<ServerResponse> {
    const query = parseQuery(search, [...FILTERS, ...WAITS]);
    if (query.wait === 0) return jsonAnswer(await find(this.#source, query, this.#stop, gone));
    if (this.#waiting >= WAITING) return errorAnswer(503, "too-many-waiting", "too many requests are waiting");
    this.#waiting++;
    try {
      return jsonAnswer(await find(this.#source, query, this.#stop, gone));
    } finally {
      this.#waiting--;
    }
  }

  async #clear(search: URLSearchParams): Promise<ServerResponse> {
    const query = parseQuery(search, FILTERS);
    for (const { id } of await select(this.#source, query, this.#stop)) await this.#source.store.remove(id);
    return { status: 204 };
  }

  async #remove(id: string): Promise<ServerResponse> {
    return await this.#source.store.remove(id) ? { status: 204 } : notFound();
  }

  async #release(relay: MailRelay, id: string, request: ServerRequest, url: URL): Promise<ServerResponse> {
    if (request.method !== "POST") return errorAnswer(405, "method-not-allowed", "use POST", { "Allow": "POST" });
    try {
      parseQuery(url.searchParams);
      return await release(relay, id, request) ?? notFound();
    } catch (error) {
      if (error instanceof UsageError) return errorAnswer(400, error.code, error.message);
      throw error;
    }
  }

  /** The HTML of a message as the page shows it; with `images=remote`, those that are elsewhere, too. */
  async #frame(id: string, search: URLSearchParams): Promise<ServerResponse> {
    const remote = search.get("images") === "remote" && search.size === 1;
    if (!remote) parseQuery(search);
    return await this.#html(id, "frame", remote);
  }

  async #html(id: string, kind: "html" | "frame", remote = false): Promise<ServerResponse> {
    const { bytes } = await this.#source.reader.whole(id, () => ({ kind })) ?? {};
    return bytes ? answer(200, "text/html; charset=utf-8", bytes, framePolicy(remote)) : notFound();
  }

  async #part(id: string, part: string | undefined, index: string | undefined): Promise<ServerResponse> {
    const { store, reader } = this.#source;
    if (part === undefined) {
      const { bytes } = await reader.whole(id, (mail) => ({ kind: "view", mail, seen: store.isSeen(id) })) ?? {};
      return bytes ? answer(200, "application/json", bytes) : notFound();
    }
    if (part === "raw" && index === undefined) {
      const bytes = await store.read(id);
      return bytes ? answer(200, "text/plain; charset=utf-8", bytes) : notFound();
    }
    if (part === "review" && index === undefined) {
      const { bytes } = await reader.whole(id, () => ({ kind: "review" })) ?? {};
      return bytes ? answer(200, "application/json", bytes) : notFound();
    }
    if (part === "html" && index === undefined) return await this.#html(id, "html");
    if (part !== "attachments" || !/^\d{1,6}$/.test(index ?? "")) return notFound();
    const { bytes, file } = await reader.whole(id, () => ({ kind: "attachment", index: Number(index) })) ?? {};
    if (!bytes || file === undefined) return notFound();
    // Whatever it says it is, it is saved, never shown.
    return answer(200, "application/octet-stream", bytes, undefined, {
      "Content-Disposition": formatDisposition(file),
    });
  }
}

/** Answers /api/faults: PUT replaces all of them, DELETE switches them off. */
async function switchFaults(faults: MailFaults, request: ServerRequest, url: URL): Promise<ServerResponse> {
  parseQuery(url.searchParams);
  if (request.method === "DELETE") {
    faults.set({});
    return { status: 204 };
  }
  if (request.method === "PUT") faults.set(await readFaults(request));
  return jsonAnswer(faultsRecord(faults));
}

/** A part of the page; each message has an address of its own, under which the page opens it. */
function pageOf(path: string): ServerResponse | undefined {
  if (Object.hasOwn(PAGES, path)) return PAGES[path];
  return decodedId(/^\/messages\/([^/]+)$/.exec(path)?.[1]) === undefined ? undefined : INDEX;
}

/** Returns the id in a segment of a path; undefined when it is not one. */
function decodedId(segment = ""): string | undefined {
  try {
    const id = decodeURIComponent(segment);
    return isMailId(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

function notFound(): ServerResponse {
  return errorAnswer(404, "not-found", "not found");
}
