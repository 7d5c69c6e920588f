import type { Destination } from "./naming/destination.ts";
import { startDownload } from "./start.ts";
import type { DownloadOptions, DownloadReport } from "./types.ts";

/** Downloads to a destination that the caller opened, like `tryDownload`; the destination is closed at the end. */
export async function downloadTo(
  url: string | URL,
  destination: Destination,
  options: DownloadOptions,
): Promise<DownloadReport> {
  return await startDownload(url, { destination }, options);
}
