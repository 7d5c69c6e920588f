import type { ToucanError } from "../../core/mod.ts";
import type { ConnectionPool } from "../../http/mod.ts";
import type { RemoteOptions } from "./remote/remote_options.ts";

/** The result of one file or folder of a tree. */
export interface TreeEntry {
  /** Its names from the top of the tree on, with slashes between. Untrusted text where it comes from a server. */
  readonly path: string;
  /** Where it is on the server. */
  readonly url: string;
  /** Where it is here. */
  readonly file?: string;
  /** Its type. */
  readonly type: "file" | "folder" | "link" | "other";
  /** `saved` and `sent` were moved and verified, `unchanged` was the same at both ends, `skipped` is a link, nothing that can be moved, or the folder that the run writes to. */
  readonly action: "saved" | "sent" | "unchanged" | "made" | "skipped" | "failed";
  /** Size of a file in bytes. */
  readonly bytes?: number;
  /** Bytes that an earlier run had moved. */
  readonly resumedFrom?: number;
  /** The SHA-256, in hex, which both ends agree on. */
  readonly sha256?: string;
  /** Comparison of a transferred file with the server's; `none` if the server is of another kind and provides nothing for it. */
  readonly verified?: "sha256" | "size" | "none";
  /** Duration in milliseconds. */
  readonly ms: number;
  /** Why it failed or was skipped. */
  readonly error?: ToucanError;
}

/** Files that are moved at once, where nothing else is said. */
export const PARALLEL_FILES = 8;

/** Connections that are kept between files. */
export const MAX_IDLE = 64;

/** Options of {@link getTree} and {@link putTree}. */
export interface TreeOptions extends RemoteOptions {
  /**
   * Number of simultaneous transfers.
   * @default {8}
   */
  readonly parallel?: number;
  /**
   * Keeps connections; without it there is one for this call.
   * @default {undefined}
   */
  readonly pool?: ConnectionPool;
  /**
   * Called for each file and folder when that is over.
   * @default {undefined}
   */
  readonly onEntry?: (entry: TreeEntry) => void;
  /**
   * Called as bytes of a file come; `path` says of which.
   * @default {undefined}
   */
  readonly onProgress?: (path: string, progress: { readonly bytes: number; readonly total?: number }) => void;
}

/** The result of transferring a tree. */
export interface TreeReport {
  /** Files that were moved and verified. */
  readonly moved: number;
  /** Files that were the same at both ends. */
  readonly unchanged: number;
  /** Number of files and folders that failed. */
  readonly failed: number;
  /** Entries that were skipped. */
  readonly skipped: number;
  /** Bytes of the files that were moved. */
  readonly bytes: number;
  /** The first failure. */
  readonly error?: ToucanError;
}

/** Adds up what became of each entry. */
export class Tally {
  #report: TreeReport = { moved: 0, unchanged: 0, failed: 0, skipped: 0, bytes: 0 };
  readonly #onEntry?: (entry: TreeEntry) => void;

  /** Passes each on, too. */
  constructor(onEntry?: (entry: TreeEntry) => void) {
    this.#onEntry = onEntry;
  }

  /** Takes one. */
  add(entry: TreeEntry): void {
    const { moved, unchanged, failed, skipped, bytes, error } = this.#report;
    const { action } = entry;
    const moves = action === "saved" || action === "sent";
    this.#report = {
      moved: moved + (moves ? 1 : 0),
      unchanged: unchanged + (action === "unchanged" ? 1 : 0),
      failed: failed + (action === "failed" ? 1 : 0),
      skipped: skipped + (action === "skipped" ? 1 : 0),
      bytes: bytes + (moves ? entry.bytes ?? 0 : 0),
      error: error ?? (action === "failed" ? entry.error : undefined),
    };
    this.#onEntry?.(entry);
  }

  /** The sum. */
  get report(): TreeReport {
    return this.#report;
  }
}
