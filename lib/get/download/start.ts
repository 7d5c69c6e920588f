import { isFtpUrl } from "./ftp/is_ftp_url.ts";
import { HttpSource } from "./http/source.ts";
import type { OpenTarget } from "./naming/place.ts";
import { Download } from "./run.ts";
import type { DownloadOptions, DownloadReport } from "./types.ts";

/** Runs a download by the protocol of its URL. */
export async function startDownload(
  url: string | URL,
  target: OpenTarget,
  options: DownloadOptions,
): Promise<DownloadReport> {
  const given = String(url);
  // The name of a file by HTTP is taken in the order of the calls: nothing may be awaited before.
  if (!isFtpUrl(given)) return await new Download(given, new HttpSource(given, options), target, options).run();
  const { FtpSource } = await import("./ftp/source.ts");
  return await new Download(given, new FtpSource(given, options), target, options).run();
}
