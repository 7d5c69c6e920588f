import type { ToucanError } from "../../core/mod.ts";
import type { DownloadReport } from "./types.ts";

/** What a record says of a download: all of its report but the head and the error, which have forms of their own. */
export type DownloadRecord = Omit<DownloadReport, "head" | "error">;

/** A report as a record has it, without what more a report may know. */
export function downloadRecord(report: DownloadReport): DownloadRecord {
  const {
    url,
    kind,
    finalUrl,
    httpVersion,
    status,
    location,
    file,
    bytes,
    sha256,
    contentType,
    etag,
    resumedFrom,
    tries,
    ms,
  } = report;
  return {
    url,
    kind,
    finalUrl,
    httpVersion,
    status,
    location,
    file,
    bytes,
    sha256,
    contentType,
    etag,
    resumedFrom,
    tries,
    ms,
  };
}

/** The report of what was not even asked for. */
export function notLoaded(url: string, error: ToucanError): DownloadReport {
  return { url, bytes: 0, resumedFrom: 0, tries: 0, ms: 0, error };
}
