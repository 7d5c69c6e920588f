import type { ByteSource, OutputTarget } from "../../../core/mod.ts";
import { ConnectionPool } from "../../../http/mod.ts";
import { encodePath, parseTargetPath } from "../../codec/path.ts";
import type { LocalEntry } from "../local_entry.ts";
import type { LocalTree } from "../local_tree.ts";
import type {
  GotFile,
  PutFileOptions,
  PutResult,
  Remote,
  RetryCount,
  SaveOptions,
  TreeGetter,
} from "../remote/remote.ts";
import { below, shown } from "../remote/urls.ts";
import { MAX_IDLE } from "../report.ts";
import { findAnchor } from "./find_anchor.ts";
import { FileGetter } from "./get_file.ts";
import { listParts, remoteOptions } from "./listing.ts";
import { makeRemoteFolder } from "./make_folder.ts";
import { putFile } from "./put_file.ts";
import { putStream } from "./put_stream.ts";
import { saveFile } from "./save_file.ts";
import type { ListOptions, RemoteAnchor, RemoteListing } from "../remote/remote_entry.ts";
import type { RemoteOptions } from "../remote/remote_options.ts";

/** A file or folder on an HTTP server. */
export class HttpRemote implements Remote {
  readonly names: readonly string[];
  readonly isFolder: boolean;
  readonly #url: URL;
  readonly #options: RemoteOptions;
  readonly #own?: ConnectionPool;

  /** Takes a URL. Without a pool among the options it has one of its own. */
  constructor(url: URL, options: RemoteOptions) {
    const { segments = [], folder = true } = parseTargetPath(url.pathname, { backslash: true }) ?? {};
    this.names = segments;
    this.isFolder = folder;
    this.#url = url;
    this.#own = options.pool ? undefined : new ConnectionPool({ maxIdle: MAX_IDLE });
    this.#options = { ...remoteOptions(options), pool: options.pool ?? this.#own };
  }

  parent(): HttpRemote {
    return new HttpRemote(new URL("./", this.#url), this.#options);
  }

  urlOf(names: readonly string[], folder: boolean): string {
    return shown(this.#at(names, folder));
  }

  #at(names: readonly string[], folder: boolean): URL {
    return names.length === 0 && !folder ? this.#url : below(this.#url, encodePath(names, folder));
  }

  listParts(
    names: readonly string[],
    { digest }: ListOptions = {},
  ): AsyncGenerator<RemoteListing> {
    return listParts(this.#at(names, names.length > 0), { ...this.#options, digest });
  }

  resolveLink(): Promise<undefined> {
    // The server has resolved them.
    return Promise.resolve(undefined);
  }

  getter(tree: LocalTree, options: RetryCount): TreeGetter {
    const { retries, retryWait } = options;
    return new FileGetter(tree, (names) => this.#at(names, false), { ...this.#options, retries, retryWait });
  }

  save(target: { readonly file: string } | { readonly sink: OutputTarget }, options: SaveOptions): Promise<GotFile> {
    return saveFile(this.#url, target, { ...this.#options, ...options });
  }

  async makeFolder(names: readonly string[]): Promise<void> {
    await makeRemoteFolder(this.#at(names, true), this.#options);
  }

  putFile(local: LocalEntry, options: PutFileOptions): Promise<PutResult> {
    return putFile(local, this.#at(local.segments, false), this.#options, options);
  }

  putStream(source: ByteSource, options: PutFileOptions): Promise<PutResult> {
    return putStream(source, this.#url, { ...this.#options, ...options });
  }

  findAnchor(listing: RemoteListing | undefined): Promise<RemoteAnchor | undefined> {
    return findAnchor(this.#url, this.names, listing, this.#options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#own?.[Symbol.dispose]();
    return Promise.resolve();
  }
}
