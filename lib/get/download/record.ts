import type { ToucanError } from "../../core/mod.ts";
import type { DownloadReport } from "./types.ts";

/** The fields of a download's JSON record, without the error. */
export type DownloadRecord = Omit<DownloadReport, "head" | "error">;

/** Returns the record of a report: the named fields only, since the report of a page has more. */
export function downloadRecord(report: DownloadReport): DownloadRecord {
  const { url, kind, finalUrl, httpVersion, status, location, file } = report;
  const { bytes, sha256, contentType, etag, resumedFrom, tries, ms } = report;
  const asked = { url, kind, finalUrl, httpVersion, status, location, file };
  return { ...asked, bytes, sha256, contentType, etag, resumedFrom, tries, ms };
}

/** Returns the report of a URL that was not requested. */
export function notRequested(url: string, error: ToucanError): DownloadReport {
  return { url, bytes: 0, resumedFrom: 0, tries: 0, ms: 0, error };
}
