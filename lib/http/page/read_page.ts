import { Deadline, NegativeError } from "../../core/mod.ts";
import { essenceOf } from "../codec/media_type.ts";
import type { DownloadReport } from "../download/types.ts";
import type { Tree } from "../../deps/html.ts";
import { decodePage } from "./charset.ts";
import { loadWhole } from "./load.ts";
import type { PageOptions } from "./types.ts";

/** A page that was read. */
export interface ReadPage {
  /** Who has answered in the end. */
  readonly url: URL;
  /** What it consists of. */
  readonly document: Tree.Document;
  /** How it went. */
  readonly report: DownloadReport;
}

const PAGES = new Set(["text/html", "application/xhtml+xml"]);

/** Loads a page and takes it apart; the report alone when that fails. What reads HTML is loaded only now. */
export async function readPage(url: string, options: PageOptions): Promise<ReadPage | DownloadReport> {
  const { loaded, report } = await loadWhole(url, { ...options, timeout: undefined });
  if (!loaded) return report;
  const type = essenceOf(loaded.contentType);
  if (type !== undefined && !PAGES.has(type)) {
    const error = new NegativeError(`it is no page, but ${type}`, {
      code: "not-a-page",
      operation: "get",
      hint: "--save saves any file",
    });
    return { ...report, error };
  }
  const { parse } = await import("../../deps/html.ts");
  // What is for browsers without scripts often has the images that scripts would load.
  const document = parse(decodePage(loaded.bytes, loaded.contentType), { scriptingEnabled: false });
  return { url: loaded.url, document, report };
}

/** One deadline over a page and all its files. */
export function pageDeadline(url: string, options: PageOptions): Deadline {
  return new Deadline(options, `load ${url} and what belongs to it`);
}
