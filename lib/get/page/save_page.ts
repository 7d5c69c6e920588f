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
 * Saves a page as one file that shows the same without a network: images, style sheets and what they import and show,
 * fonts, icons, films, sounds and scripts are in it as data URLs, frames as `srcdoc` (those of a frameset, XHTML and SVG as
 * data URLs), elements of other SVG files as copies. It is written in UTF-8, HTML as HTML, XHTML and SVG as XML, without its
 * Content-Security-Policy, which would forbid all that; links are absolute. What is not in it keeps its absolute URL and is
 * listed in `failures`, with its `kind`: what could not be loaded, what exceeds a limit (4 levels of frames, 100 frames, 8
 * levels and 1,000 of imported style sheets), and where a refresh leads.
 *
 * A frame of another origin than the page around it, or with a Content-Security-Policy of its own, gets a `sandbox` without
 * its origin, and what it refers to is loaded without credentials. What scripts load when the page is opened is not known. A `srcdoc` is
 * shown in standards mode, whatever its document type.
 *
 * Permissions: `--allow-net=HOST:PORT` for the page and whatever it shows; for `{ file: "page.html" }` also
 * `--allow-write=page.html,page.html.part` and `--allow-read` of the same; for a folder `--allow-read=FOLDER` and
 * `--allow-write=FOLDER`. What goes wrong with the page itself is thrown, as {@link download} throws it.
 *
 * @example
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
 * Saves a page as {@link savePage} does, but returns what goes wrong as the report's `error`: for many pages, each with its own
 * result.
 *
 * Permissions: those of {@link savePage}.
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

/** What reads HTML and CSS is loaded only now. */
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

/** The proposed name, with an ending by which a browser reads the file as what it is. */
function nameFor({ report, document: { url, type } }: ReadPage): string {
  const name = proposedName(report.head ?? { url, headers: new Fields() });
  const { ending, fits } = ENDINGS[type];
  return fits.test(name) ? name : `${name.replace(/\.(?:xht|xhtml|html?)$/i, "")}.${ending}`;
}

function tooDeep(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  return new NegativeError("the page is nested too deeply, or is too large, to be written", {
    code: "page-too-deep",
    cause: error,
  });
}
