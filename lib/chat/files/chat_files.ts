import { type HttpAnswer, isForeign, safeFileName, type ServerRequest } from "../../http/internal.ts";
import { countedNetwork } from "../server/client/peer_host.ts";
import { SAFE_FIELDS, sendStored } from "./download.ts";
import { FileStore } from "./file_store.ts";
import { extensionsOf, FILE_KINDS, formatOf } from "./kinds.ts";
import { FileRefusal } from "./refusal.ts";
import { type ChatFilesSettings, FILES_DEFAULTS } from "./settings.ts";
import { UploadTickets } from "./tickets.ts";
import { receiveFile, type UploadLimits } from "./upload.ts";

/** Path of the files below that of the page. */
export const FILES_PATH = "/files";
/** A link: the id, and a name that is only shown. */
const LINK = /^\/files\/([0-9a-f]{32})\/([^/]{1,400})$/;
const BEARER = /^Bearer ([0-9a-f]{32})$/i;
/** Maximum number of uploads at once, in all and of one address or account. */
const MAX_UPLOADS = 32;
const MAX_UPLOADS_EACH = 4;

/** Shared files of a chat: takes uploads over HTTP from clients that are connected, and serves the files. */
export class ChatFiles {
  /** Tickets, which clients get over their connections. */
  readonly tickets: UploadTickets = new UploadTickets();
  /** Limits of an upload. */
  readonly limits: UploadLimits;
  readonly #store: FileStore;
  readonly #uploads = new Map<string, number>();
  #uploading = 0;

  /**
   * Opens the folder.
   *
   * @throws {SystemError} When it cannot be created or read.
   */
  constructor(settings: ChatFilesSettings) {
    this.limits = { size: settings.size ?? FILES_DEFAULTS.size, kinds: new Set(settings.kinds ?? FILE_KINDS) };
    this.#store = new FileStore(settings);
  }

  /** Extensions of the files that are accepted. */
  get extensions(): readonly string[] {
    return extensionsOf(this.limits.kinds);
  }

  /** Removes what has expired. */
  expire(): void {
    this.#store.expire();
    this.tickets.expire();
  }

  /** Answers a request for a path at or below {@link FILES_PATH}. */
  async handle(request: ServerRequest): Promise<HttpAnswer> {
    try {
      const path = request.target.split("?", 1)[0] ?? "";
      const reads = request.method === "GET" || request.method === "HEAD";
      if (path === FILES_PATH) {
        if (request.method === "POST") return await this.#receive(request);
        throw new FileRefusal(405, "method not allowed (supported: POST)");
      }
      if (!reads) throw new FileRefusal(405, "method not allowed (supported: GET, HEAD)");
      return this.#send(request, path);
    } catch (error) {
      if (error instanceof FileRefusal) return refuse(error);
      throw error;
    }
  }

  async #receive(request: ServerRequest): Promise<HttpAnswer> {
    if (isForeign(request)) throw new FileRefusal(403, "origin not allowed");
    const [, ticket = ""] = BEARER.exec(request.headers.get("authorization") ?? "") ?? [];
    const owner = this.tickets.redeem(ticket);
    if (!owner) throw new FileRefusal(401, "an upload requires a new ticket of the chat");
    // The address of the request may be another one than that of the chat connection.
    const keys = [...new Set([owner.key, countedNetwork(request.peer)])].filter((key) => key !== "");
    if (this.#uploading >= MAX_UPLOADS || keys.some((key) => (this.#uploads.get(key) ?? 0) >= MAX_UPLOADS_EACH)) {
      throw new FileRefusal(503, "too many uploads at once");
    }
    for (const key of keys) this.#count(key, 1);
    this.#uploading++;
    try {
      const { id, name } = await receiveFile(request, this.#store, owner.key, this.limits);
      const location = `${request.prefix ?? ""}${FILES_PATH}/${id}/${encodeURIComponent(name)}`;
      return { status: 201, headers: { ...SAFE_FIELDS, "Location": location, "Cache-Control": "no-store" }, body: "" };
    } finally {
      this.#uploading--;
      for (const key of keys) this.#count(key, -1);
    }
  }

  #send(request: ServerRequest, path: string): HttpAnswer {
    const [, id = "", name = ""] = LINK.exec(path) ?? [];
    const stored = this.#store.get(id);
    const format = stored && formatOf(stored.extension);
    const file = stored && format && this.#store.open(id, stored);
    if (!file) throw new FileRefusal(404, "no such file; files are deleted after some time");
    return sendStored(request, { ...stored, id, format, name: safeFileName(decoded(name)) ?? "" }, file);
  }

  #count(key: string, change: number): void {
    const count = (this.#uploads.get(key) ?? 0) + change;
    if (count > 0) this.#uploads.set(key, count);
    else this.#uploads.delete(key);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function refuse({ status, message }: FileRefusal): HttpAnswer {
  const headers = { ...SAFE_FIELDS, "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" };
  const more = status === 401 ? { "WWW-Authenticate": "Bearer" } : status === 503 ? { "Retry-After": "5" } : {};
  return { status, headers: { ...headers, ...more }, body: `${message}\n` };
}
