import type { Destination } from "./naming/destination.ts";
import { Download } from "./run.ts";
import type { DownloadOptions, DownloadReport } from "./types.ts";

/** Downloads to a destination of the caller's, as `tryDownload` does; the destination is closed when it is over. */
export async function downloadTo(
  url: string | URL,
  destination: Destination,
  options: DownloadOptions,
): Promise<DownloadReport> {
  return await new Download(url, { destination }, options).run();
}
