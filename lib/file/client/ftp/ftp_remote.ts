import { type ByteSource, NegativeError, type OutputTarget, UsageError } from "../../../core/mod.ts";
import { connectFtp, type FtpClient, type FtpTarget, readFtpUrl } from "../../../ftp/mod.ts";
import { encodePath } from "../../codec/path.ts";
import { sha256 } from "../../digest/sha256.ts";
import type { LocalEntry } from "../local_entry.ts";
import type { LocalTree } from "../local_tree.ts";
import type { OpenOptions } from "../remote/remote_options.ts";
import type {
  GotFile,
  PutFileOptions,
  PutResult,
  Remote,
  RetryCount,
  SaveOptions,
  TreeGetter,
} from "../remote/remote.ts";
import { isAbsence } from "../remote/remote_folder.ts";
import { below, shown } from "../remote/urls.ts";
import { FtpConnections } from "./connections.ts";
import { FtpGetter } from "./get_file.ts";
import { listPath, toEntry, withDigests } from "./listing.ts";
import { putFile } from "./put_file.ts";
import { retried } from "./retried.ts";
import { cutSink, saveToPath, saveToSink } from "./save_file.ts";
import { send, sendWhole, type Upload } from "./send.ts";
import type { ListOptions, RemoteEntry, RemoteListing } from "../remote/remote_entry.ts";
import type { RemoteAnchor } from "../remote/remote_entry.ts";

/** State of a run that its remotes share. */
interface Shared {
  readonly connections: FtpConnections;
  readonly signal?: AbortSignal;
  /** Whether the server stores files under their own names only. */
  whole: boolean;
}

/** A file or folder on an FTP server. */
export class FtpRemote implements Remote {
  readonly names: readonly string[];
  readonly isFolder: boolean;
  readonly #url: URL;
  /** `/` for an absolute path; else it begins in the folder of the login. */
  readonly #top: string;
  readonly #shared: Shared;
  /** URL of the folder, without a slash at the end. */
  #prefix?: string;
  /** Resolves when the folder of an upload exists. */
  #base?: Promise<void>;

  private constructor(url: URL, path: string, isFolder: boolean, shared: Shared) {
    this.names = path.split("/").filter((name) => name !== "");
    this.isFolder = isFolder;
    this.#top = path.startsWith("/") ? "/" : "";
    this.#url = url;
    this.#shared = shared;
  }

  /**
   * Takes a URL.
   *
   * @throws {UsageError} `invalid-url`
   */
  static of(url: string | URL, options: OpenOptions): FtpRemote {
    const target = readFtpUrl(url);
    const { parallel = 1, signal, ftpTls, tls } = options;
    if (target.security === "none" && !ftpTls && tls?.pin !== undefined) {
      throw new UsageError("a pin requires TLS", { code: "pin-without-tls" });
    }
    const connections = new FtpConnections(() => connect(target, options), parallel);
    const bare = new URL(url);
    bare.pathname = bare.pathname.replace(/;type=[aid]$/i, "");
    return new FtpRemote(bare, target.path, target.folder, { connections, signal, whole: false });
  }

  parent(): FtpRemote {
    const path = this.#top + this.names.slice(0, -1).join("/");
    return new FtpRemote(new URL("./", this.#url), path, true, this.#shared);
  }

  urlOf(names: readonly string[], folder: boolean): string {
    if (names.length === 0) return shown(folder ? below(this.#url, encodePath(names, folder)) : this.#url);
    this.#prefix ??= shown(below(this.#url, "/")).slice(0, -1);
    return this.#prefix + encodePath(names, folder);
  }

  pathOf(names: readonly string[]): string {
    return this.#top + [...this.names, ...names].join("/");
  }

  #use<T>(work: (client: FtpClient) => Promise<T>): Promise<T> {
    return this.#shared.connections.use(work);
  }

  async *listParts(names: readonly string[], { each }: ListOptions = {}): AsyncGenerator<RemoteListing> {
    const folder = names.length > 0 || this.isFolder;
    const path = this.pathOf(names);
    yield await this.#use(async (client) => {
      const listing = await listPath(client, path, this.names.at(-1) ?? "", folder);
      return each ? { ...listing, entries: await withDigests(client, path, listing) } : listing;
    });
  }

  async resolveLink(names: readonly string[]): Promise<RemoteEntry | undefined> {
    return await this.#use(async (client) => {
      const path = this.pathOf(names);
      const name = names.at(-1) ?? "";
      const entry = await client.stat(path);
      if (!entry) return undefined;
      if (entry.type !== "link") return toEntry({ ...entry, name });
      // Facts of the link itself, not of what it leads to. A file has no entries.
      return { name, type: (await client.stat(`${path}/.`)) ? "folder" : "file" };
    });
  }

  getter(tree: LocalTree, options: RetryCount): TreeGetter {
    return new FtpGetter(tree, this.#shared.connections, this, { ...options, signal: this.#shared.signal });
  }

  async save(
    target: { readonly file: string } | { readonly sink: OutputTarget },
    { entry = { name: this.names.at(-1) ?? "", type: "file" }, retries, retryWait, onProgress }: SaveOptions,
  ): Promise<GotFile> {
    const { signal } = this.#shared;
    const wanted = { path: this.pathOf([]), entry, url: this.urlOf([], false), onProgress };
    const options = { retries, retryWait, signal };
    if ("file" in target) {
      return await retried(() => this.#use((client) => saveToPath(client, { ...wanted, ...target }, signal)), options);
    }
    let received = 0;
    const counted: SaveOptions["onProgress"] = (progress) => {
      received = progress.bytes;
      onProgress?.(progress);
    };
    return await retried(async () => {
      try {
        return await this.#use((client) => saveToSink(client, target.sink, { ...wanted, onProgress: counted }));
      } catch (error) {
        throw received > 0 ? cutSink(error) : error;
      }
    }, options);
  }

  async makeFolder(names: readonly string[]): Promise<void> {
    await this.#makeBase();
    await this.#use((client) => makeFolder(client, this.pathOf(names)));
  }

  /** Creates the folder of the URL and those above it, where they are missing. */
  #makeBase(): Promise<void> {
    return this.#base ??= this.#use(async (client) => {
      const path = this.pathOf([]);
      if (this.names.length === 0 || (await client.stat(path))?.type === "folder") return;
      for (let depth = 1; depth <= this.names.length; depth++) {
        await makeFolder(client, this.#top + this.names.slice(0, depth).join("/"));
      }
    });
  }

  async putFile(local: LocalEntry, options: PutFileOptions): Promise<PutResult> {
    await this.#makeBase();
    const folder = folderPath(this.pathOf(local.segments.slice(0, -1)));
    const { retries, retryWait } = options;
    const put = () => this.#use((client) => putFile(client, { local, folder, send: this.#send }, options));
    return await retried(put, { retries, retryWait, signal: this.#shared.signal });
  }

  async putStream(source: ByteSource, { onProgress }: PutFileOptions): Promise<PutResult> {
    const parent = this.parent();
    await parent.#makeBase();
    const hash = sha256();
    let bytes = 0;
    let digest: Uint8Array<ArrayBuffer> | undefined;
    const content = {
      get digest() {
        return digest;
      },
      async read(into: Uint8Array) {
        const count = await source.read(into);
        if (count === null) digest ??= hash.digest();
        else {
          hash.update(into.subarray(0, count));
          onProgress?.({ bytes: bytes += count });
        }
        return count;
      },
    };
    const upload: Upload = {
      folder: folderPath(parent.pathOf([])),
      name: this.names.at(-1) ?? "",
      version: crypto.randomUUID(),
      open: () => content,
    };
    return { action: "sent", ...await this.#use((client) => this.#send(client, upload)) };
  }

  readonly #send = async (client: FtpClient, upload: Upload): Promise<Omit<PutResult, "action">> => {
    const sent = this.#shared.whole ? undefined : await send(client, upload);
    if (sent) return sent;
    const result = await sendWhole(client, upload);
    this.#shared.whole = true;
    return result;
  };

  async findAnchor(listing: RemoteListing | undefined): Promise<RemoteAnchor | undefined> {
    for (let depth = this.names.length; depth >= 0; depth--) {
      const path = this.#top + this.names.slice(0, depth).join("/");
      const list = () => this.#use((client) => listPath(client, path, "", true)).catch(ignoreAbsence);
      const there = depth === this.names.length ? listing : await list();
      if (there) return there.id === undefined ? undefined : { listing: there, rest: this.names.slice(depth) };
    }
    return undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#shared.connections[Symbol.asyncDispose]();
  }
}

function connect({ address, security, ...target }: FtpTarget, options: OpenOptions): Promise<FtpClient> {
  const { tls, proxy, family, stall, timeout, connectTimeout, signal, trace, credentials, ftpTls } = options;
  const { user, password } = credentials ?? target;
  return connectFtp(address, {
    ...{ user, password, tls, proxy, family, stall, timeout, connectTimeout, signal, trace },
    security: security === "none" && ftpTls ? "explicit" : security,
  });
}

function ignoreAbsence(error: unknown): undefined {
  if (!isAbsence(error)) throw error;
}

async function makeFolder(client: FtpClient, path: string): Promise<void> {
  try {
    await client.makeFolder(path);
  } catch (error) {
    const there = error instanceof NegativeError ? await client.stat(path) : undefined;
    if (there?.type !== "folder" && there?.type !== "link") throw error;
  }
}

/** Returns the path of a folder, so that a name can follow. */
function folderPath(path: string): string {
  return path === "" || path.endsWith("/") ? path : `${path}/`;
}
