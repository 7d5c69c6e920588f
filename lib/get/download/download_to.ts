import type { Destination } from "./naming/destination.ts";
import { Download } from "./run.ts";
import type { DownloadOptions, DownloadReport } from "./types.ts";

/** Downloads to a destination that the caller opened, like `tryDownload`; the destination is closed at the end. */
export async function downloadTo(
  url: string | URL,
  destination: Destination,
  options: DownloadOptions,
): Promise<DownloadReport> {
  return await new Download(url, { destination }, options).run();
}
