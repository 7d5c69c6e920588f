import type { ByteSource } from "../../../core/mod.ts";
import { request } from "../../../http/mod.ts";
import { sha256 } from "../../digest/sha256.ts";
import type { PutFileOptions, PutResult } from "../remote/remote.ts";
import { refused } from "./listing.ts";
import { verifyPut } from "./verify_put.ts";
import type { RemoteOptions } from "../remote/remote_options.ts";

/**
 * Sends what a source gives as the file at a URL.
 *
 * @throws {NegativeError} `http-status`
 * @throws {NetworkError} `digest-mismatch`, and what `request` throws.
 */
export async function putStream(
  source: ByteSource,
  url: URL,
  { onProgress, release: _, ...options }: RemoteOptions & PutFileOptions,
): Promise<PutResult> {
  const hash = sha256();
  let bytes = 0;
  const read = async (into: Uint8Array) => {
    const count = await source.read(into);
    if (count === null) return null;
    hash.update(into.subarray(0, count));
    onProgress?.({ bytes: bytes += count });
    return count;
  };
  using response = await request(url, { ...options, timeout: undefined, method: "PUT", body: { read } });
  if (response.status >= 300) throw await refused(response);
  await response.body.bytes(4096);
  const name = decodeURIComponent(url.pathname.slice(url.pathname.lastIndexOf("/") + 1));
  const verified = await verifyPut(response, { url, name, size: bytes, digest: hash.digest() }, options);
  return { action: "sent", bytes, ...verified };
}
