import type { FtpEntry } from "../codec/entry.ts";

/** Path below the root of a server: the names on the way, none of them empty, `.` or `..`, without slash, NUL, CR and LF. */
export type FtpPath = readonly string[];

/** Files that an FTP server offers. */
export interface FtpFiles {
  /** Whether trees have {@link FtpTree.sha256}. @default false */
  readonly hashes?: boolean;
  /** Whether trees have a {@link FtpTree.writer}. @default false */
  readonly writable?: boolean;
  /** Returns the files as a client sees them that has logged in. */
  enter(client: FtpLogin): FtpTree;
}

/** Client that has logged in. */
export interface FtpLogin {
  /** User name. Untrusted text, unless the server requires credentials. */
  readonly user: string;
  /** IP address of the client. */
  readonly host: string;
}

/**
 * Files as one client sees them. Methods reject with {@link FtpRefusal} for what the client is told, and with any other error for a
 * fault of the server.
 */
export interface FtpTree {
  /** Returns what a path leads to, links followed; undefined if it does not exist. */
  stat(path: FtpPath): Promise<FtpEntry | undefined>;
  /** Returns the entries of a folder; undefined if there is no such folder. Names that cannot be sent are left out by the server. */
  list(path: FtpPath): Promise<readonly FtpEntry[] | undefined>;
  /** Opens a file; undefined if there is no such file. */
  open(path: FtpPath): Promise<FtpSource | undefined>;
  /** Returns the SHA-256 of a file in hex; undefined if there is no such file. */
  sha256?(path: FtpPath): Promise<{ readonly hex: string; readonly size: number } | undefined>;
  /** Access for changes; without it the client can only read. */
  readonly writer?: FtpWriter;
}

/** Open file that is sent to a client. */
export interface FtpSource {
  /** Size in bytes. */
  readonly size: number;
  /** Continues at this byte. */
  seek(offset: number): Promise<void>;
  /** Reads some bytes; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Closes it. */
  close(): void;
}

/** Changes files for one client. All methods reject with {@link FtpRefusal} for what is not allowed. */
export interface FtpWriter {
  /** Size of the incomplete upload of this client under a name that does not exist yet; undefined without one. */
  partSize(path: FtpPath): number | undefined;
  /** Begins an upload. */
  store(path: FtpPath, options: FtpUploadOptions): Promise<FtpUpload>;
  /** Makes a folder. */
  makeFolder(path: FtpPath): Promise<void>;
  /** Removes a file. */
  remove(path: FtpPath): Promise<void>;
  /** Checks that a file can be renamed by this client. */
  checkRename(from: FtpPath): Promise<void>;
  /** Renames a file. */
  rename(from: FtpPath, to: FtpPath): Promise<void>;
  /** Sets the modification time, in milliseconds since 1970. */
  setModified(path: FtpPath, modified: number): Promise<void>;
}

/** Beginning of an upload. */
export interface FtpUploadOptions {
  /** Where it continues an earlier one: at this byte, or behind its last one (`APPE`). */
  readonly offset: number | "end";
  /**
   * Announced size in bytes (`ALLO`).
   * @default {undefined}
   */
  readonly size?: number;
}

/** Upload in progress: nothing has its name before `commit`. */
export interface FtpUpload {
  /** Size in bytes so far, with what an earlier upload has left. */
  readonly size: number;
  /** Takes more bytes. */
  write(bytes: Uint8Array): Promise<void>;
  /** Gives it its name, when its data is on the disk. `check` throws in the same moment if the client is gone. */
  commit(check: () => void): Promise<void>;
  /** Keeps what has arrived, for a later upload to continue. Does nothing after `commit` has succeeded. */
  interrupt(): Promise<void>;
}
