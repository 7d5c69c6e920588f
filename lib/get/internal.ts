/**
 * All of `lib/get`: the library, and what else tools, other rooms and tests need of it.
 * @module
 */
export * from "./mod.ts";
export { eventText, headLines, receivedText } from "./download/event_text.ts";
export { type DownloadRecord, downloadRecord, notRequested } from "./download/record.ts";
export { isFtpUrl } from "./download/ftp/is_ftp_url.ts";
export { mayPassByFtp } from "./download/ftp/transient.ts";
export { doubledWait } from "./download/wait.ts";
export { entryLines } from "./download/ftp/entry_lines.ts";
export { decodePage } from "./page/charset/decode.ts";
export { loadAs, type LoadMode } from "./page/load_as.ts";
export { parseSrcset, type SrcsetImage } from "./page/srcset.ts";
export { BufferedFile, type BufferedFileOptions, SMALL_FILE_BYTES } from "./download/write/buffered_file.ts";
export type { Destination } from "./download/naming/destination.ts";
export type { Entity } from "./download/entity.ts";
export { downloadTo } from "./download/download_to.ts";
export { openStaged } from "./download/write/save_small.ts";
export { compareVersions, isVersion } from "./release/compare_versions.ts";
export { newestRelease, type Release } from "./release/newest_release.ts";
export { pathsOfDownload } from "./download/write/part_file.ts";
export { openSpecialFile, SinkDestination } from "./download/naming/destination.ts";
export { PartFile } from "./download/write/part_file.ts";
