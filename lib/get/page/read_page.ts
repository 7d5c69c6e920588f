import { Deadline, NegativeError } from "../../core/mod.ts";
import { essenceOf } from "../../http/codec/fields/media_type.ts";
import type { DownloadReport } from "../download/types.ts";
import { loadWhole } from "./load.ts";
import type { PageDocument } from "./tree/document.ts";
import type { PageOptions } from "./types.ts";

/** A downloaded page. */
export interface ReadPage {
  /** Its parsed document. */
  readonly document: PageDocument;
  /** The report. */
  readonly report: DownloadReport;
}

/** Downloads and parses a page; returns the report alone when that fails. The HTML parser is imported on the first call. */
export async function readPage(url: string, options: PageOptions): Promise<ReadPage | DownloadReport> {
  const { loaded, report } = await loadWhole(url, { ...options, timeout: undefined });
  if (!loaded) return report;
  const { readDocument } = await import("./tree/document.ts");
  const document = await readDocument(loaded);
  if (document) return { document, report };
  const error = new NegativeError(`cannot save as a page: the content is ${essenceOf(loaded.contentType)}`, {
    code: "not-a-page",
    operation: "get",
  });
  return { ...report, error };
}

/** Returns one deadline for a page and all its files. */
export function pageDeadline(url: string, options: PageOptions): Deadline {
  return new Deadline(options, `download ${url} and its files`);
}
