import type { DownloadOptions, DownloadReport } from "../download/types.ts";

/**
 * How a page, or its images, are loaded. `timeout` is for all of it together; `maxSize` for the page and for each of its
 * files. What the fields say of us (Authorization, Cookie and the like) goes to the page's own origin only.
 */
export interface PageOptions extends DownloadOptions {
  /** How many files are loaded at once. @default 6 */
  readonly parallel?: number;
  /** How many files a page may have; those beyond are not loaded. @default 2000 */
  readonly maxFiles?: number;
  /** The paths that the images of other pages have taken: see {@link DownloadTarget}. */
  readonly taken?: Set<string>;
}

/** How `savePage` saves. */
export interface SavePageOptions extends PageOptions {
  /** Whether scripts are left out; otherwise they are inlined as well. @default false */
  readonly noScripts?: boolean;
  /** Bytes that the saved page may have. @default 256 MiB */
  readonly maxTotal?: number;
}

/** How saving a page went. */
export interface PageReport extends DownloadReport {
  /** How many files were inlined. */
  readonly inlined: number;
  /** What is not in the saved page, each with its `kind` and the reason: that it could not be loaded, or a limit. */
  readonly failures: readonly DownloadReport[];
}
