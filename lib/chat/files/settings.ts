import type { FileKind } from "./kinds.ts";

/** Files that the clients of a chat share: uploaded from its page, and served by it. */
export interface ChatFilesSettings {
  /** Folder of the files, which this server alone uses. It is created if it is missing. */
  readonly folder: string;
  /**
   * Maximum size of a file in bytes.
   *
   * @default {10 MiB}
   */
  readonly size?: number;
  /**
   * Maximum size of all files in bytes. The files of one account, or of one address without an account, take at most a quarter of it.
   *
   * @default {1 GiB}
   */
  readonly total?: number;
  /**
   * Milliseconds after which a file is deleted.
   *
   * @default {7 days}
   */
  readonly age?: number;
  /**
   * Accepted kinds of files; by default all.
   *
   * @default {undefined}
   */
  readonly kinds?: readonly FileKind[];
}

/** Default limits of shared files. */
export const FILES_DEFAULTS = { size: 10 << 20, total: 1 << 30, age: 7 * 86_400_000 } as const;
