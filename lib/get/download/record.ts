import type { ToucanError } from "../../core/mod.ts";
import type { FtpEntry } from "../../ftp/mod.ts";
import type { DownloadReport } from "./types.ts";

/** The fields of a download's JSON record, without the error. */
export type DownloadRecord = Omit<DownloadReport, "head" | "error" | "entry" | "entries"> & {
  /** Size of a file on an FTP server in bytes. */
  readonly size?: number;
  /** Time of its last change in milliseconds since 1970. */
  readonly modified?: number;
  /** Entries of a folder. */
  readonly entries?: readonly Pick<FtpEntry, "name" | "type" | "size" | "modified" | "target">[];
};

/** Returns the record of a report: the named fields only, since the report of a page has more. */
export function downloadRecord(report: DownloadReport): DownloadRecord {
  const { url, kind, finalUrl, httpVersion, status, location, file } = report;
  const { bytes, sha256, contentType, etag, resumedFrom, tries, ms } = report;
  const asked = { url, kind, finalUrl, httpVersion, status, location, file };
  const entries = report.entries?.map(({ name, type, size, modified, target }) => ({
    name,
    type,
    size,
    modified,
    target,
  }));
  const known = { size: report.entry?.size, modified: report.entry?.modified, entries, unreadable: report.unreadable };
  return { ...asked, bytes, sha256, contentType, etag, ...known, resumedFrom, tries, ms };
}

/** Returns the report of a URL that was not requested. */
export function notRequested(url: string, error: ToucanError): DownloadReport {
  return { url, bytes: 0, resumedFrom: 0, tries: 0, ms: 0, error };
}
