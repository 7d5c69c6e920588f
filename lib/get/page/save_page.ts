import { NegativeError, thrownBy, toSink, toToucanError } from "../../core/mod.ts";
import { Fields } from "../../http/codec/fields/fields.ts";
import { proposedName } from "../download/naming/naming.ts";
import { TakenNames } from "../download/naming/taken_names.ts";
import type { DownloadReport, DownloadTarget } from "../download/types.ts";
import { writeFile } from "../download/write/write_file.ts";
import { pageDeadline, type ReadPage, readPage } from "./read_page.ts";
import type { PageType } from "./tree/document.ts";
import type { PageReport, SavePageOptions } from "./types.ts";

const ROOM = 256 << 20;

const ENDINGS: Readonly<Record<PageType, { readonly ending: string; readonly fits: RegExp }>> = {
  "text/html": { ending: "html", fits: /\.html?$/i },
  "application/xhtml+xml": { ending: "xhtml", fits: /\.xht(?:ml)?$/i },
  "image/svg+xml": { ending: "svg", fits: /\.svg$/i },
};

/**
 * Saves a page as one file that looks the same without a network: images, style sheets and their imports, fonts, icons,
 * video, audio and scripts are data URLs in it, frames are `srcdoc` (those of a frameset, XHTML and SVG: data URLs), elements of
 * other SVG files are copied. It is written in UTF-8, HTML as HTML, XHTML and SVG as XML, without its Content-Security-Policy,
 * which would block the data URLs; links are absolute. A reference that is not in the file keeps its absolute URL and is listed in
 * `failures` with its `kind`: failed downloads, limits (4 levels of frames, 100 frames, 8 levels and 1,000 of imported style
 * sheets), and the target of a refresh.
 *
 * A frame of another origin than the page around it, or with a Content-Security-Policy of its own, gets a `sandbox` without
 * its origin, and its files are requested without credentials. Requests that scripts make when the page is opened cannot be known.
 * A `srcdoc` is displayed in standards mode, regardless of its document type.
 *
 * Permissions: `--allow-net=HOST:PORT` for the page and whatever it shows; for `{ file: "page.html" }` also
 * `--allow-write=page.html,page.html.part` and `--allow-read` of the same; for a folder `--allow-read=FOLDER` and
 * `--allow-write=FOLDER`.
 *
 * @param url The URL of the page.
 * @param target Where to write the file.
 * @returns The report of the page, with the references that are not in it.
 * @throws {ToucanError} A failure of the page itself, as {@link download} throws it; `not-a-page` for other content.
 * @example Save a page with its image
 * ```ts
 * import { savePage, serveHttp } from "../../../mod.ts";
 * import { assertEquals, assertMatch } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * await using server = serveHttp("127.0.0.1:0", ({ target }) =>
 *   target === "/" ? { headers: { "Content-Type": "text/html" }, body: "<img src=a.svg>" } : { body: "<svg/>" });
 * const report = await savePage(server.url, { file }, { force: true });
 * assertEquals(report.inlined, 1);
 * assertMatch(await Deno.readTextFile(file), /<img src="data:image\/svg\+xml;base64,PHN2Zy8\+">/);
 * await Deno.remove(file);
 * ```
 */
export async function savePage(url: string, target: DownloadTarget, options?: SavePageOptions): Promise<PageReport> {
  const report = await trySavePage(url, target, options);
  if (report.error) throw thrownBy(report.error);
  return report;
}

/**
 * Saves a page like {@link savePage}, but returns a failure as the report's `error`: for many pages, each with its own result.
 *
 * Permissions: those of {@link savePage}.
 *
 * @param url The URL of the page.
 * @param target Where to write the file.
 * @returns The report of the page, with `error` if it failed.
 * @throws {TypeError} For arguments of the wrong type.
 * @example Save two pages, one of which does not exist
 * ```ts
 * import { serveHttp, trySavePage } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = serveHttp("127.0.0.1:0", ({ target }) =>
 *   target === "/a" ? { headers: { "Content-Type": "text/html" }, body: "<p>a" } : { status: 404 });
 * const sink = { write: () => {}, end: () => {} };
 * const reports = await Promise.all(["a", "b"].map((name) => trySavePage(server.url + name, { sink })));
 * assertEquals(reports.map(({ error }) => error?.code), [undefined, "http-status"]);
 * ```
 */
export function trySavePage(
  url: string,
  target: DownloadTarget,
  options?: SavePageOptions,
): Promise<PageReport>;
export async function trySavePage(
  url: string,
  target: DownloadTarget,
  options: SavePageOptions = {},
): Promise<PageReport> {
  const start = performance.now();
  using deadline = pageDeadline(url, options);
  const asking: SavePageOptions = { ...options, signal: deadline.signal };
  const page = await readPage(url, { ...asking, digest: false });
  if (!("document" in page)) return { ...page, inlined: 0, failures: [] };
  const done = await build(page, target, asking).catch((error: unknown) => ({ error, inlined: 0, failures: [] }));
  const ms = () => Math.round(performance.now() - start);
  if ("error" in done) {
    const error = deadline.signal.aborted ? deadline.signal.reason : tooDeep(done.error);
    return { ...page.report, ...done, bytes: 0, ms: ms(), error: toToucanError(error, deadline.signal) };
  }
  const { bytes, inlined, failures } = done;
  if (deadline.signal.aborted) {
    const error = toToucanError(deadline.signal.reason, deadline.signal);
    return { ...page.report, inlined, failures, bytes: 0, ms: ms(), error };
  }
  const written = await write(page, bytes, target, asking);
  return { ...page.report, ...written, inlined, failures, ms: ms() };
}

/** Imports the HTML and CSS parsers on the first call. */
async function build(page: ReadPage, target: DownloadTarget, options: SavePageOptions) {
  const { inlinePage } = await import("./inline/page.ts");
  const asHtml = "file" in target && /\.html?$/i.test(target.file);
  return await inlinePage(page, { ...options, asHtml }, options.maxTotal ?? ROOM);
}

async function write(
  page: ReadPage,
  bytes: Uint8Array,
  target: DownloadTarget,
  { force = false, digest = false, signal }: SavePageOptions,
): Promise<Pick<DownloadReport, "file" | "bytes" | "sha256" | "error">> {
  if ("sink" in target) {
    try {
      const sink = toSink(target.sink);
      await sink.write(bytes);
      if (target.sink instanceof WritableStream) await sink.end();
      return { bytes: bytes.length };
    } catch (error) {
      return { bytes: 0, error: toToucanError(error) };
    }
  }
  const taken = "folder" in target ? target.taken ?? new Set<string>() : new Set<string>();
  const path = "file" in target ? target.file : TakenNames.of(taken).take(target.folder, nameFor(page));
  return await writeFile(path, bytes, { url: page.report.url, force, digest, signal });
}

/** Returns the proposed name with the extension for its media type. */
function nameFor({ report, document: { url, type } }: ReadPage): string {
  const name = proposedName(report.head ?? { url, headers: new Fields() });
  const { ending, fits } = ENDINGS[type];
  return fits.test(name) ? name : `${name.replace(/\.(?:xht|xhtml|html?)$/i, "")}.${ending}`;
}

function tooDeep(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  return new NegativeError("cannot write the page: it is nested too deeply, or too large", {
    code: "page-too-deep",
    cause: error,
  });
}
