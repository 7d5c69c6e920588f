import { Deadline, NegativeError } from "../../core/mod.ts";
import { essenceOf } from "../../http/codec/fields/media_type.ts";
import type { DownloadReport } from "../download/types.ts";
import { loadWhole } from "./load.ts";
import type { PageDocument } from "./tree/document.ts";
import type { PageOptions } from "./types.ts";

/** A page that was read. */
export interface ReadPage {
  /** The page, parsed. */
  readonly document: PageDocument;
  /** How it went. */
  readonly report: DownloadReport;
}

/** Loads and parses a page; the report alone when that fails. What reads HTML is loaded only now. */
export async function readPage(url: string, options: PageOptions): Promise<ReadPage | DownloadReport> {
  const { loaded, report } = await loadWhole(url, { ...options, timeout: undefined });
  if (!loaded) return report;
  const { readDocument } = await import("./tree/document.ts");
  const document = await readDocument(loaded);
  if (document) return { document, report };
  const error = new NegativeError(`it is no page, but ${essenceOf(loaded.contentType)}`, {
    code: "not-a-page",
    operation: "get",
    hint: "--save saves any file",
  });
  return { ...report, error };
}

/** One deadline over a page and all its files. */
export function pageDeadline(url: string, options: PageOptions): Deadline {
  return new Deadline(options, `load ${url} and what belongs to it`);
}
