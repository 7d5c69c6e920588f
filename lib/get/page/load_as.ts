import { tryDownload } from "../download.ts";
import type { DownloadReport, DownloadTarget } from "../download/types.ts";
import { saveImages } from "./save_images.ts";
import { trySavePage } from "./save_page.ts";
import type { SavePageOptions } from "./types.ts";

/** Ways to download a URL: the file itself, the page with all that it shows, or the images of the page. */
export type LoadMode = "file" | "page" | "images";

/**
 * Downloads a URL in one of three ways, and yields a report for each file: that of `tryDownload` or `trySavePage`, one for each
 * omission of a page, or one for each image.
 *
 * Needs the net permission; for files read and write of them.
 */
export async function* loadAs(
  mode: LoadMode,
  url: string,
  target: DownloadTarget,
  options: SavePageOptions,
): AsyncGenerator<DownloadReport> {
  if (mode === "images") {
    const { folder, taken } = "folder" in target ? target : { folder: ".", taken: undefined };
    return yield* saveImages(url, folder, { ...options, taken });
  }
  if (mode === "file") return yield await tryDownload(url, target, options);
  const report = await trySavePage(url, target, options);
  yield report;
  yield* report.failures;
}
