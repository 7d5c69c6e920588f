import type { DownloadOptions, DownloadReport } from "../download/types.ts";

/**
 * Options for downloading a page or its images. `timeout` is for all files together; `maxSize` for the page and for each of
 * its files. Authorization, Cookie and other secret header fields are sent to the page's own origin only.
 */
export interface PageOptions extends DownloadOptions {
  /**
   * Number of simultaneous downloads.
   * @default {6}
   */
  readonly parallel?: number;
  /**
   * Maximum number of files of a page; further ones are not downloaded.
   * @default {2000}
   */
  readonly maxFiles?: number;
  /**
   * Paths that the images of other pages use: see {@link DownloadTarget}.
   * @default {undefined}
   */
  readonly taken?: Set<string>;
}

/** Options of {@link savePage}. */
export interface SavePageOptions extends PageOptions {
  /**
   * Whether to omit scripts; otherwise they are inlined.
   * @default {false}
   */
  readonly noScripts?: boolean;
  /**
   * Maximum size of the saved page in bytes.
   * @default {268435456}
   */
  readonly maxTotal?: number;
}

/** The result of saving a page. */
export interface PageReport extends DownloadReport {
  /** Number of inlined files. */
  readonly inlined: number;
  /** References that are not in the saved page, each with its `kind` and the reason: a failed download, or a limit. */
  readonly failures: readonly DownloadReport[];
}
