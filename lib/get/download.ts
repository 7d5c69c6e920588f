import { thrownBy } from "../core/mod.ts";
import type { DownloadOptions, DownloadReport, DownloadTarget } from "./download/types.ts";
import { startDownload } from "./download/start.ts";

/**
 * Downloads a URL to a file, a folder or a sink, and returns a report.
 *
 * A file is written as `NAME.part`, with `NAME.part.json` beside it, which has the URL, the length and the validator (a strong
 * entity tag, or a Last-Modified that is strong by RFC 9110 §8.8.2.2). When it is complete and the checksum matches, it is
 * flushed to the disk and renamed; an existing file is replaced only with `force`. After a transient failure (a connection
 * that fails or stalls, 408, 425, 429 and 5xx) the download is retried from the byte at which the last attempt ended, with
 * Range and If-Range; if the response does not continue the same entity, it restarts. A run that was killed leaves the
 * `.part`, which `resume` continues; a lock on it, which the system releases with the process, keeps other runs out.
 *
 * In a folder, a file of up to 1 MiB (or of unknown size) is received in memory and written as `.toucan-….part` when it is
 * complete: it leaves no note, and is downloaded again rather than resumed. A file under its final name is complete, also
 * after a loss of power, and the call returns when its name is on the disk. Downloads that share `commits` flush their
 * small files together, those that share a `pool` use the same connections.
 *
 * Permissions: `--allow-net=HOST:PORT`; for `{ file: "a.txt" }` also `--allow-write=a.txt,a.txt.part,a.txt.part.json` and
 * `--allow-read` of the same (without those of `a.txt.part.json` it works, but an interrupted download cannot be resumed); for a
 * folder `--allow-read=FOLDER` and `--allow-write=FOLDER`.
 *
 * @param url The URL; without a scheme it is http:.
 * @param target Where to write the body.
 * @returns What was downloaded. Failures are thrown; {@link tryDownload} returns them.
 * @throws {NegativeError} `http-status` for a status other than 2xx and 304, `checksum-mismatch`, `too-large`.
 * @throws {NetworkError} What {@link request} and {@link follow} throw; `body-cut`; `entity-changed` if the bytes written to a sink
 *   cannot be continued; `range-unsound` if the server's range responses are inconsistent.
 * @throws {TimeoutError} `timeout` for the total time, `stalled`.
 * @throws {SystemError} `file-exists`, `file-busy`, `disk-full`, `permission-denied` and the like.
 * @throws {UsageError} For an invalid URL or option.
 *
 * @example Download a file
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
 * @example Handle a failure
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
 * Downloads a URL like {@link download}, but returns a failure, an invalid URL included, as the report's `error`: for many URLs,
 * each with its own result.
 *
 * Permissions: those of {@link download}.
 *
 * @param url The URL; without a scheme it is http:.
 * @param target Where to write the body.
 * @returns What was downloaded, with `error` if it failed.
 * @throws {TypeError} For arguments of the wrong type.
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
  return await startDownload(url, target, options ?? {});
}
