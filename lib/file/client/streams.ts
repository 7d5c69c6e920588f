import { type ByteSource, NegativeError, type OutputTarget, SystemError } from "../../core/mod.ts";
import { ConnectionPool, request } from "../../http/mod.ts";
import { parseTargetPath } from "../codec/path.ts";
import { sha256 } from "../digest/sha256.ts";
import { firstOf, listParts, refused, type RemoteOptions, remoteOptions, shown } from "./remote.ts";
import { Tally, type TreeEntry, type TreeOptions, type TreeReport } from "./report.ts";
import { saveFile } from "./get/save_file.ts";
import { verifyPut } from "./put/verify_put.ts";

/**
 * Downloads a single file into a stream or sink.
 *
 * Permissions: `--allow-net=HOST:PORT`.
 *
 * @throws {NegativeError} `http-status`, `is-a-folder`.
 * @throws {NetworkError} What `request` throws.
 */
export async function getStream(
  url: URL,
  sink: OutputTarget,
  options: TreeOptions & { readonly retries?: number },
): Promise<TreeReport> {
  using own = options.pool ? undefined : new ConnectionPool();
  const asking = { ...remoteOptions(options), pool: options.pool ?? own };
  const start = performance.now();
  const name = nameOf(url);
  const entry = await entryOf(url, asking);
  const onProgress = (progress: { bytes: number; total?: number }) => options.onProgress?.(name, progress);
  const saved = await saveFile(url, { sink }, { ...asking, retries: options.retries, entry, onProgress });
  return only(options, { path: name, url: shown(url), type: "file", ...saved, ms: performance.now() - start });
}

/** Returns the listing entry of a file on a Toucan file server; undefined for other servers. */
async function entryOf(url: URL, options: RemoteOptions) {
  try {
    const { type, entries: [entry] } = await firstOf(listParts(url, { ...options, digest: true }));
    if (type === "file") return entry;
  } catch (error) {
    if (error instanceof NegativeError && error.code === "not-a-listing") return undefined;
    throw error;
  }
  throw new SystemError(`cannot write ${shown(url)} to a stream: it is a folder`, {
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
export async function putStream(source: ByteSource, url: URL, options: TreeOptions): Promise<TreeReport> {
  const start = performance.now();
  const name = nameOf(url);
  const hash = sha256();
  let bytes = 0;
  const read = async (into: Uint8Array) => {
    const count = await source.read(into);
    if (count === null) return null;
    hash.update(into.subarray(0, count));
    options.onProgress?.(name, { bytes: bytes += count });
    return count;
  };
  const asking = remoteOptions(options);
  using response = await request(url, { ...asking, timeout: undefined, method: "PUT", body: { read } });
  if (response.status >= 300) throw await refused(response);
  await response.body.bytes(4096);
  const verified = await verifyPut(response, { url, name, size: bytes, digest: hash.digest() }, asking);
  const ms = performance.now() - start;
  return only(options, { path: name, url: shown(url), type: "file", action: "sent", bytes, ...verified, ms });
}

function only(options: TreeOptions, entry: TreeEntry): TreeReport {
  const tally = new Tally(options.onEntry);
  tally.add(entry);
  return tally.report;
}

function nameOf(url: URL): string {
  return parseTargetPath(url.pathname)?.segments.at(-1) ?? "";
}
