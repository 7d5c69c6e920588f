import { UsageError } from "../../core/mod.ts";
import { tryDownload } from "../download.ts";
import { isFtpUrl } from "../download/ftp/is_ftp_url.ts";
import { shownUrl } from "../download/naming/naming.ts";
import { notRequested } from "../download/record.ts";
import type { DownloadOptions, DownloadReport, DownloadTarget } from "../download/types.ts";

/** Downloads a page or a file of it, like `tryDownload`: a page must not make its reader connect to servers of other protocols. */
export async function loadByHttp(
  url: string | URL,
  target: DownloadTarget,
  options: DownloadOptions,
): Promise<DownloadReport> {
  const text = String(url);
  if (!isFtpUrl(text)) return await tryDownload(url, target, options);
  const scheme = /^\s*(ftps?)/i.exec(text)?.[1]?.toLowerCase() ?? "ftp";
  const error = new UsageError(`unsupported URL scheme "${scheme}" of a page or image (supported: http, https)`, {
    code: "unsupported-scheme",
  });
  return notRequested(shownUrl(text), error);
}
