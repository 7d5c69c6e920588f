import type { DownloadOptions, DownloadReport, DownloadTarget } from "./download/types.ts";
import { Download } from "./download/run.ts";

/**
 * Loads what a URL names to where it shall be, and tells how that went; what goes wrong on the way, a senseless URL
 * included, is the report's `error` and is not thrown.
 *
 * A file is written as `NAME.part`, with `NAME.part.json` beside it, which holds the URL, the length and the validator
 * (a strong entity tag, or a Last-Modified that is strong by RFC 9110 §8.8.2.2). When as many bytes are there as the
 * server has said, and the checksum fits, it is flushed to the disk and renamed, never over a file that is there
 * unless `force` is set. What may pass (a connection that fails or stalls, 408, 425, 429 and 5xx) is tried again after
 * a while, from the byte on at which the last try has ended, with Range and If-Range; whatever is not a continuation of
 * the same entity, word for word, makes it begin anew. A run that was killed leaves the `.part`, which `resume`
 * continues; a lock on it, which the system lets go with the process, keeps a second run out.
 *
 * Needs the net permission; for files read and write of them.
 *
 * The error of the report is a
 * - {@link NegativeError} `http-status` for an answer that is none of 2xx and 304, `checksum-mismatch`, `too-large`;
 * - {@link NetworkError} for what {@link request} and {@link follow} throw, `body-cut`, `entity-changed` where what went to a sink
 *   cannot be continued, `range-unsound` for a server that sends other bytes than it says;
 * - {@link TimeoutError} `timeout` for the whole, `stalled`;
 * - {@link SystemError} `file-exists`, `file-busy`, `disk-full`, `permission-denied` and the like;
 * - {@link UsageError} for what cannot be asked for.
 *
 * @example Load a file
 * ```ts
 * import { download, serveHttp } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await using server = serveHttp("127.0.0.1:0", () => ({ body: "hello" }));
 * const report = await download(`http://${server.address}/a.txt`, { folder }, { digest: true });
 * assertEquals([report.error, report.bytes, report.file], [undefined, 5, `${folder}/a.txt`]);
 * assertEquals(await Deno.readTextFile(`${folder}/a.txt`), "hello");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function download(
  url: string | URL,
  target: DownloadTarget,
  options: DownloadOptions = {},
): Promise<DownloadReport> {
  return await new Download(url, target, options).run();
}
