import { thrownBy } from "../core/mod.ts";
import type { DownloadOptions, DownloadReport, DownloadTarget } from "./download/types.ts";
import { Download } from "./download/run.ts";

/**
 * Loads what a URL names to where it shall be, and returns how that went.
 *
 * A file is written as `NAME.part`, with `NAME.part.json` beside it, which holds the URL, the length and the validator
 * (a strong entity tag, or a Last-Modified that is strong by RFC 9110 §8.8.2.2). When as many bytes are there as the
 * server has said, and the checksum fits, it is flushed to the disk and renamed, never over a file that is there
 * unless `force` is set. What may pass (a connection that fails or stalls, 408, 425, 429 and 5xx) is tried again after
 * a while, from the byte on at which the last try has ended, with Range and If-Range; whatever is not a continuation of
 * the same entity, word for word, makes it begin anew. A run that was killed leaves the `.part`, which `resume`
 * continues; a lock on it, which the system lets go with the process, keeps a second run out.
 *
 * In a folder, a file of up to 1 MiB (or of a size that is not known) is received in memory and written as
 * `.toucan-….part` when it is whole: it leaves no note, and is loaded again rather than continued. A file under its
 * name is whole, after a loss of power as well, and the call returns when its name is on the disk too; downloads that
 * share `commits` put their small files there together, those that share a `pool` use the same connections.
 *
 * Permissions: `--allow-net=HOST:PORT`; for `{ file: "a.txt" }` also `--allow-write=a.txt,a.txt.part,a.txt.part.json` and
 * `--allow-read` of the same (without those of `a.txt.part.json` it works, but what is cut cannot be resumed); for a folder
 * `--allow-read=FOLDER` and `--allow-write=FOLDER`.
 *
 * What goes wrong is thrown, a failure to connect just as {@link dial} throws it; {@link tryDownload} returns it instead:
 *
 * @throws {NegativeError} `http-status` for an answer that is none of 2xx and 304, `checksum-mismatch`, `too-large`.
 * @throws {NetworkError} What {@link request} and {@link follow} throw, `body-cut`, `entity-changed` where what went to a sink
 *   cannot be continued, `range-unsound` for a server that sends other bytes than it says.
 * @throws {TimeoutError} `timeout` for the whole, `stalled`.
 * @throws {SystemError} `file-exists`, `file-busy`, `disk-full`, `permission-denied` and the like.
 * @throws {UsageError} For what cannot be asked for.
 *
 * @example Load a file
 * ```ts
 * import { download, serveHttp } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await using server = serveHttp("127.0.0.1:0", () => ({ body: "hello" }));
 * const report = await download(`${server.url}a.txt`, { folder }, { digest: true });
 * assertEquals([report.bytes, report.file], [5, `${folder}/a.txt`]);
 * assertEquals(await Deno.readTextFile(`${folder}/a.txt`), "hello");
 * await Deno.remove(folder, { recursive: true });
 * ```
 * @example Catch what goes wrong
 * ```ts
 * import { download, NetworkError } from "../../mod.ts";
 * import { assertRejects } from "@std/assert";
 *
 * const output = new WritableStream();
 * const error = await assertRejects(() => download("http://no-such-name.invalid/", { sink: output }), NetworkError);
 * if (error.code !== "name-not-found") throw error;
 * ```
 */
export async function download(
  url: string | URL,
  target: DownloadTarget,
  options?: DownloadOptions,
): Promise<DownloadReport> {
  const report = await tryDownload(url, target, options);
  if (report.error) throw thrownBy(report.error);
  return report;
}

/**
 * Downloads as {@link download} does, but returns what goes wrong on the way, an invalid URL included, as the report's `error`,
 * beside what is known of the transfer: for many URLs, each with its own result.
 *
 * Permissions: those of {@link download}.
 *
 * @example Many URLs
 * ```ts
 * import { serveHttp, tryDownload } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = serveHttp("127.0.0.1:0", ({ target }) => ({ status: target === "/a" ? 200 : 404 }));
 * const sink = { write: () => {}, end: () => {} };
 * const reports = await Promise.all(["a", "b"].map((name) => tryDownload(server.url + name, { sink })));
 * assertEquals(reports.map(({ error }) => error?.code), [undefined, "http-status"]);
 * ```
 */
export async function tryDownload(
  url: string | URL,
  target: DownloadTarget,
  options?: DownloadOptions,
): Promise<DownloadReport> {
  return await new Download(url, target, options ?? {}).run();
}
