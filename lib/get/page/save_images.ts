import { concurrently, NegativeError } from "../../core/mod.ts";
import { loadByHttp } from "./load_by_http.ts";
import { notRequested } from "../download/record.ts";
import { TakenNames } from "../download/naming/taken_names.ts";
import { writeFile } from "../download/write/write_file.ts";
import type { DownloadReport } from "../download/types.ts";
import { type DataUrl, parseDataUrl } from "./data_url.ts";
import { optionsForFile } from "./load.ts";
import { pageDeadline, readPage } from "./read_page.ts";
import { baseOf } from "./tree/elements.ts";
import type { PageOptions } from "./types.ts";

const ENDINGS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/avif": "avif",
  "image/svg+xml": "svg",
  "image/bmp": "bmp",
  "image/x-icon": "ico",
  "image/vnd.microsoft.icon": "ico",
};
const FILES = 2000;

/**
 * Saves every image of a page in a folder, several at once, and yields a report for each when it is complete: `img` and
 * `picture` with every candidate of their `srcset`, images that scripts load later (`data-src` and the like), icons, posters,
 * images of SVG, `object` and `embed` and of styles (attributes, elements, linked and imported sheets, 200 at most), preview
 * images (`og:image`), and data URLs. Placeholders (`about:`, `javascript:`, `blob:`) are skipped. Files with the same name are
 * numbered. When the page itself fails, its report is the only one.
 *
 * Permissions: `--allow-net=HOST:PORT` for the page and its images, `--allow-read=FOLDER` and `--allow-write=FOLDER`.
 *
 * @param url The URL of the page.
 * @param folder The folder; created if it is missing.
 * @returns A report for each image.
 * @throws {TypeError} For arguments of the wrong type.
 * @example Save the image of a page
 * ```ts
 * import { saveImages, serveHttp } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await using server = serveHttp("127.0.0.1:0", ({ target }) =>
 *   target === "/" ? { headers: { "Content-Type": "text/html" }, body: "<img src=a.svg>" } : { body: "<svg/>" });
 * const reports = await Array.fromAsync(saveImages(server.url, folder));
 * assertEquals(reports.map(({ file }) => file), [`${folder}/a.svg`]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function saveImages(
  url: string,
  folder: string,
  options?: PageOptions,
): AsyncGenerator<DownloadReport>;
export async function* saveImages(
  url: string,
  folder: string,
  options: PageOptions = {},
): AsyncGenerator<DownloadReport> {
  using deadline = pageDeadline(url, options);
  const asking = { ...options, signal: deadline.signal };
  const page = await readPage(url, { ...asking, digest: false });
  if (!("document" in page)) return yield page;
  // The CSS parser is imported on the first call.
  const { imageLinks } = await import("./image_links.ts");
  const { sheetImages } = await import("./sheet_images.ts");
  const { tree, url: own, encoding } = page.document;
  const base = baseOf(tree, own);
  const { images, sheets } = imageLinks(tree);
  const found = await sheetImages(sheets, { url: own, base, encoding }, asking);
  yield* found.failures;
  const absolute = [...images.map((link) => URL.parse(link, base)?.href ?? link), ...found.images];
  // Placeholders are skipped; URLs that differ in the fragment only are one file.
  const links = [
    ...new Set(absolute.filter((link) => !/^(?:about|blob|javascript):/i.test(link)).map(withoutFragment)),
  ];
  const { taken = new Set<string>() } = options;
  const { parallel = 6, maxFiles = FILES } = options;
  const load = (link: string, index: number, onReceived: () => void): Promise<DownloadReport> => {
    if (link.startsWith("data:")) return saveData(link, index + 1, folder, taken, asking);
    const target = URL.parse(link);
    if (!target) {
      return Promise.resolve(
        notRequested(link, new NegativeError("invalid image URL", { code: "invalid-url", operation: "get" })),
      );
    }
    return loadByHttp(link, { folder, taken }, {
      ...optionsForFile(asking, own, target),
      resume: false,
      onReceived,
    });
  };
  const save = ([index, link]: [number, string], release: () => void) => load(link, index, release);
  yield* concurrently(links.slice(0, maxFiles).entries(), parallel, save, { behind: parallel });
  for (const link of links.slice(maxFiles)) {
    yield notRequested(
      link,
      new NegativeError(`the page has more than ${maxFiles} images`, { code: "too-many-files", operation: "get" }),
    );
  }
}

function withoutFragment(url: string): string {
  return url.replace(/#.*$/s, "");
}

async function saveData(
  link: string,
  number: number,
  folder: string,
  taken: Set<string>,
  options: PageOptions,
): Promise<DownloadReport> {
  const url = link.length > 64 ? `${link.slice(0, 64)}…` : link;
  const data: DataUrl | undefined = parseDataUrl(link);
  if (!data) {
    return notRequested(url, new NegativeError("invalid data URL", { code: "invalid-url", operation: "get" }));
  }
  const ending = Object.hasOwn(ENDINGS, data.type) ? ENDINGS[data.type] : "bin";
  const path = TakenNames.of(taken).take(folder, `image-${number}.${ending}`);
  const done = await writeFile(path, data.bytes, {
    url,
    force: options.force ?? false,
    digest: options.digest ?? false,
  });
  return { url, contentType: data.type, resumedFrom: 0, tries: 0, ms: 0, ...done };
}
