import { type ByteSource, NegativeError, type OutputTarget, SystemError } from "../../core/mod.ts";
import { openRemote } from "./remote/open_remote.ts";
import type { OnProgress, Remote } from "./remote/remote.ts";
import { Tally, type TreeEntry, type TreeOptions, type TreeReport } from "./report.ts";
import { firstOf } from "./remote/parts.ts";

/**
 * Downloads a single file into a stream or sink.
 *
 * Permissions: `--allow-net=HOST:PORT`.
 *
 * @throws {NegativeError} `http-status`, `is-a-folder`.
 * @throws {NetworkError} What `request` throws.
 */
export async function getStream(
  url: string | URL,
  sink: OutputTarget,
  options: TreeOptions & { readonly retries?: number },
): Promise<TreeReport> {
  await using remote = await openRemote(url, options);
  const start = performance.now();
  const { about, onProgress } = fileOf(remote, options);
  const saved = await remote.save({ sink }, { retries: options.retries, entry: await entryOf(remote), onProgress });
  return only(options, { ...about, ...saved, ms: performance.now() - start });
}

/** Returns the listing entry of a file; undefined for servers without listings. */
async function entryOf(remote: Remote) {
  try {
    const { type, entries: [entry] } = await firstOf(remote.listParts([], { digest: true }));
    if (type === "file") return entry;
  } catch (error) {
    if (error instanceof NegativeError && error.code === "not-a-listing") return undefined;
    throw error;
  }
  throw new SystemError(`cannot write ${remote.urlOf([], false)} to a stream: it is a folder`, {
    code: "is-a-directory",
    operation: "get",
  });
}

/**
 * Sends what a source gives as the file at a URL.
 *
 * Permissions: `--allow-net=HOST:PORT`.
 *
 * @throws {NegativeError} `http-status`
 * @throws {NetworkError} `digest-mismatch`, and what `request` throws.
 */
export async function putStream(source: ByteSource, url: string | URL, options: TreeOptions): Promise<TreeReport> {
  await using remote = await openRemote(url, options);
  const start = performance.now();
  const { about, onProgress } = fileOf(remote, options);
  const sent = await remote.putStream(source, { onProgress });
  return only(options, { ...about, ...sent, ms: performance.now() - start });
}

function fileOf(remote: Remote, options: TreeOptions) {
  const path = remote.names.at(-1) ?? "";
  const onProgress: OnProgress = (progress) => options.onProgress?.(path, progress);
  return { about: { path, url: remote.urlOf([], false), type: "file" as const }, onProgress };
}

function only(options: TreeOptions, entry: TreeEntry): TreeReport {
  const tally = new Tally(options.onEntry);
  tally.add(entry);
  return tally.report;
}
