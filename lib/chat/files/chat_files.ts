import { type Credentials, UsageError } from "../../core/mod.ts";
import { type HttpAnswer, isForeign, parseBasic, safeFileName, type ServerRequest } from "../../http/internal.ts";
import { countedNetwork } from "../server/client/peer_host.ts";
import type { Session } from "../server/client/session.ts";
import { SAFE_FIELDS, sendStored } from "./download.ts";
import type { ChatFileEvent } from "./file_event.ts";
import { FileStore, type StoredFile } from "./file_store.ts";
import { extensionsOf, FILE_KINDS, formatOf, typesOf } from "./kinds.ts";
import { FileRefusal } from "./refusal.ts";
import { type ChatFilesSettings, FILES_DEFAULTS } from "./settings.ts";
import { accountKey, UploadTickets } from "./tickets.ts";
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
  /** Address at which clients upload with a password; undefined when they are not told. */
  readonly url?: string;
  /** Returns a ticket for the password of an account. */
  login?: (credentials: Credentials, request: ServerRequest) => Promise<string>;
  /** Called with each event of a file. */
  onFile?: (event: ChatFileEvent) => void;
  /** Returns whether files that have expired may be removed to make room for an upload. */
  mayExpire?: () => boolean;
  readonly #store: FileStore;
  /** Ids of the files of clients that are connected: those without an account own only what they have uploaded themselves. */
  readonly #own = new WeakMap<Session, Set<string>>();
  readonly #uploads = new Map<string, number>();
  #uploading = 0;

  /**
   * Opens the folder.
   *
   * @throws {UsageError} `invalid-url`.
   * @throws {SystemError} When it cannot be created or read; `file-busy` when another server uses it.
   */
  constructor(settings: ChatFilesSettings) {
    this.url = settings.url === undefined ? undefined : uploadUrl(settings.url);
    this.limits = { size: settings.size ?? FILES_DEFAULTS.size, kinds: new Set(settings.kinds ?? FILE_KINDS) };
    this.#store = new FileStore(settings);
    this.#store.mayExpire = () => this.mayExpire?.() ?? true;
    this.#store.onExpired = (id, { size }) => this.onFile?.({ action: "expired", id, size });
  }

  /** Releases the folder, for another server. */
  close(): void {
    this.#store.close();
  }

  /** Returns the files that a client may delete as its own, the newest first. */
  ownedBy(session: Session): (StoredFile & { readonly id: string })[] {
    const { account } = session;
    const files = account === undefined ? [] : this.#store.ownedBy(accountKey(account));
    const known = new Set(files.map(({ id }) => id));
    for (const id of this.#own.get(session) ?? []) {
      const file = known.has(id) ? undefined : this.#store.get(id);
      if (file) files.push({ id, ...file });
    }
    return files.toSorted((one, other) => other.stored - one.stored);
  }

  /** Deletes a file for a client: its own, or any for an IRC operator. Downloads that have begun go on. */
  delete(id: string, session: Session): "deleted" | "unknown" | "forbidden" {
    const file = this.#store.get(id);
    if (!file) return "unknown";
    if (!session.operator && !this.ownedBy(session).some((own) => own.id === id)) return "forbidden";
    this.#store.delete(id);
    this.#own.get(session)?.delete(id);
    this.#report("deleted", session, { id, size: file.size });
    return "deleted";
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
        if (request.method === "OPTIONS") return this.#options();
        throw new FileRefusal(405, "method not allowed (supported: OPTIONS, POST)");
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
    const authorization = request.headers.get("authorization");
    const password = parseBasic(authorization);
    const [, bearer = ""] = BEARER.exec(authorization ?? "") ?? [];
    const ticket = password ? await this.login?.(password, request) ?? "" : bearer;
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
      const { id, name, size } = await receiveFile(request, this.#store, owner, this.limits);
      const own = this.#own.get(owner.session) ?? new Set();
      this.#own.set(owner.session, own.add(id));
      this.#report("stored", owner.session, { id, size, name });
      // The page has an address of its own; another client knows only the one that it was told.
      const files = password ? this.url : undefined;
      const location = `${files ?? (request.prefix ?? "") + FILES_PATH}/${id}/${encodeURIComponent(name)}`;
      return { status: 201, headers: { ...SAFE_FIELDS, "Location": location, "Cache-Control": "no-store" }, body: "" };
    } finally {
      this.#uploading--;
      for (const key of keys) this.#count(key, -1);
    }
  }

  #report(
    action: ChatFileEvent["action"],
    { nick, account, info }: Session,
    file: Pick<ChatFileEvent, "id" | "size" | "name">,
  ): void {
    this.onFile?.({ action, ...file, peer: info.peer, nick, account });
  }

  #options(): HttpAnswer {
    const headers = { "Allow": "OPTIONS, POST", "Accept-Post": typesOf(this.limits.kinds).join(", ") };
    return { status: 204, headers: { ...SAFE_FIELDS, ...headers } };
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

/** Returns the address of uploads of the page at an address. */
function uploadUrl(page: string): string {
  const url = URL.parse(page.endsWith("/") ? page : `${page}/`);
  if (url && /^https?:$/.test(url.protocol) && !url.search && !url.hash) return new URL(`.${FILES_PATH}`, url).href;
  throw new UsageError(`invalid address of the page "${page}": an http or https URL is accepted`, {
    code: "invalid-url",
  });
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
