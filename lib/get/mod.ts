/**
 * Downloads by HTTP and FTP that resume where they stopped, pages saved as one file with all that they show, and the images of a page.
 * @module
 */
export { download, tryDownload } from "./download.ts";
export { type Checksum, type ChecksumAlgorithm, parseChecksum } from "./download/checksum.ts";
export type {
  DownloadEvent,
  DownloadHead,
  DownloadOptions,
  DownloadProgress,
  DownloadReport,
  DownloadTarget,
  ReferenceKind,
} from "./download/types.ts";
export { FtpPool } from "./download/ftp/pool.ts";
export { saveImages } from "./page/save_images.ts";
export { savePage, trySavePage } from "./page/save_page.ts";
export type { PageOptions, PageReport, SavePageOptions } from "./page/types.ts";
