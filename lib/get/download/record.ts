import type { ToucanError } from "../../core/mod.ts";
import type { DownloadReport } from "./types.ts";

/** The fields of a download's JSON record, without the error. */
export type DownloadRecord = Omit<DownloadReport, "head" | "error">;

/** Returns the record of a report. */
export function downloadRecord({ head: _head, error: _error, ...record }: DownloadReport): DownloadRecord {
  return record;
}

/** Returns the report of a URL that was not requested. */
export function notRequested(url: string, error: ToucanError): DownloadReport {
  return { url, bytes: 0, resumedFrom: 0, tries: 0, ms: 0, error };
}
