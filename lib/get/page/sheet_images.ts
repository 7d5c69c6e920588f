import type { DownloadReport } from "../download/types.ts";
import { NegativeError } from "../../core/mod.ts";
import { notRequested } from "../download/record.ts";
import { decodeStyle } from "./charset/decode.ts";
import { type ImageLinks, styleImages } from "./image_links.ts";
import { loadWhole, optionsForFile, Turnstile } from "./load.ts";
import { webUrl } from "./tree/elements.ts";
import type { PageOptions } from "./types.ts";

/** Maximum number of style sheets of a page that are searched for images. */
const MAX_SHEETS = 200;
/** Maximum depth of imports. */
const MAX_DEPTH = 8;
/** Maximum number of omitted sheets that are listed. */
const MAX_OMISSIONS = 1000;

/** The images of style sheets. */
export interface SheetImages {
  /** Absolute URLs of images, and data URLs. */
  readonly images: readonly string[];
  /** Reports of sheets that could not be searched. */
  readonly failures: readonly DownloadReport[];
}

/** Finds the images in the style sheets of a page and in those that they import; each sheet is downloaded once. */
export async function sheetImages(
  sheets: readonly string[],
  { url: page, base, encoding }: { readonly url: URL; readonly base: URL; readonly encoding: string },
  options: PageOptions,
): Promise<SheetImages> {
  const images: string[] = [];
  const failures: DownloadReport[] = [];
  const seen = new Set<string>();
  const turnstile = new Turnstile(options.parallel ?? 6);
  const omitted = new Set<string>();
  const omit = (url: string, code: string, message: string) => {
    if (omitted.has(url) || omitted.size > MAX_OMISSIONS) return;
    omitted.add(url);
    const error = omitted.size <= MAX_OMISSIONS
      ? new NegativeError(message, { code, operation: "get" })
      : new NegativeError(`further omissions are not listed (limit ${MAX_OMISSIONS})`, {
        code: "too-many-omissions",
        operation: "get",
      });
    failures.push({ ...notRequested(url, error), kind: "style" });
  };
  const visit = async (links: readonly string[], around: URL, charset: string, depth: number): Promise<void> => {
    await Promise.all(links.map(async (link) => {
      const url = webUrl(link, around);
      if (!url || seen.has(url.href)) return;
      if (seen.size === MAX_SHEETS) {
        return omit(url.href, "too-many-files", `the page has more than ${MAX_SHEETS} style sheets`);
      }
      seen.add(url.href);
      if (depth === MAX_DEPTH) {
        return omit(url.href, "too-deep", `style sheets import more than ${MAX_DEPTH} levels deep`);
      }
      const own = { ...optionsForFile(options, page, url), digest: false };
      const { loaded, report } = await turnstile.pass(() => loadWhole(url, own));
      if (!loaded) return void failures.push({ ...report, kind: "style" });
      const { text, encoding } = decodeStyle(loaded.bytes, loaded.contentType, charset);
      const found: ImageLinks = styleImages(text, "stylesheet");
      for (const image of found.images) images.push(URL.parse(image, loaded.url)?.href ?? image);
      await visit(found.sheets, loaded.url, encoding, depth + 1);
    }));
  };
  await visit(sheets, base, encoding, 0);
  return { images, failures };
}
