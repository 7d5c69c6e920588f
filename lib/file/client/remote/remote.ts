import type { ByteSource, OutputTarget } from "../../../core/mod.ts";
import type { LocalEntry } from "../local_entry.ts";
import type { LocalTree } from "../local_tree.ts";
import type { TreeEntry } from "../report.ts";
import type { ListOptions, RemoteAnchor, RemoteEntry, RemoteListing } from "./remote_entry.ts";

/** A file that is to be downloaded into a tree. */
export interface WantedFile {
  /** Its names below the URL. */
  readonly at: readonly string[];
  /** Its entry in the listing. */
  readonly entry: RemoteEntry;
  /** The names of its place in the tree. */
  readonly place: readonly string[];
  /** Called when it is received, and only has to be put on the disk. */
  readonly release: () => void;
  /** Called as bytes are received. */
  readonly onProgress: OnProgress;
}

/** Called as bytes of a file are transferred. */
export type OnProgress = (progress: { readonly bytes: number; readonly total?: number }) => void;

/** A file that is in its place. */
export type GotFile = Pick<TreeEntry, "action" | "file" | "sha256" | "verified" | "bytes" | "resumedFrom">;

/** Downloads files into a tree. */
export interface TreeGetter {
  /** Downloads a file, unless the tree has it. */
  get(wanted: WantedFile): Promise<GotFile>;
}

/** Retries of a file after a transient failure. */
export interface RetryCount {
  /** Number of retries. */
  readonly retries?: number;
  /** Milliseconds before the first one. */
  readonly retryWait?: number;
}

/** Options for downloading a single file. */
export interface SaveOptions extends RetryCount {
  /** Its entry in a listing, if the server has one. */
  readonly entry?: RemoteEntry;
  /** Called as bytes are received. */
  readonly onProgress?: OnProgress;
}

/** A file that the server has. */
export type PutResult = Pick<TreeEntry, "action" | "bytes" | "sha256" | "verified" | "resumedFrom">;

/** Options for uploading a file. */
export interface PutFileOptions extends RetryCount {
  /** Called when its request is sent, and the server has to store it. */
  readonly release?: () => void;
  /** Called as bytes are read. */
  readonly onProgress?: OnProgress;
}

/** A file or folder on a server, with what is below it: what trees are moved from and to, whatever protocol is spoken. */
export interface Remote extends AsyncDisposable {
  /** The names that lead to it from the root of the server, or from the folder of the login. */
  readonly names: readonly string[];
  /** Whether its URL ends with a slash. */
  readonly isFolder: boolean;
  /** The folder that contains it. It shares the connections. */
  parent(): Remote;
  /** Returns the URL of what has these names below it, without user and password. */
  urlOf(names: readonly string[], folder: boolean): string;
  /**
   * Yields the listing of a folder below it, or with no names that of itself, be it a file or a folder, in parts: the first has
   * all entries, each further one those from the `next` of the part before, with more digests. The last one has no `next`.
   */
  listParts(names: readonly string[], options?: ListOptions): AsyncGenerator<RemoteListing>;
  /** Returns what a link leads to; undefined if that is neither a file nor a folder. */
  resolveLink(names: readonly string[]): Promise<RemoteEntry | undefined>;
  /** Downloads files into a tree. */
  getter(tree: LocalTree, options: RetryCount): TreeGetter;
  /** Downloads it to a path, or into a sink. */
  save(target: { readonly file: string } | { readonly sink: OutputTarget }, options: SaveOptions): Promise<GotFile>;
  /** Creates a folder, unless it exists. */
  makeFolder(names: readonly string[]): Promise<void>;
  /** Uploads a file to its names, unless the server has it. */
  putFile(local: LocalEntry, options: PutFileOptions): Promise<PutResult>;
  /** Uploads what a source gives as the file at the URL. */
  putStream(source: ByteSource, options: PutFileOptions): Promise<PutResult>;
  /**
   * Returns the folder, or the closest one above it that exists, with an identity that can be compared with local folders;
   * undefined if the server has no identities. `listing` is that of the folder, if it exists.
   */
  findAnchor(listing: RemoteListing | undefined): Promise<RemoteAnchor | undefined>;
}
