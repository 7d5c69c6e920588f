import { permissionBits, ToucanError } from "../../../core/mod.ts";
import { Fields, request } from "../../../http/mod.ts";
import { FILE_FIELD, formatFileField } from "../../codec/file_field.ts";
import { digestOf } from "../../digest/digest.ts";
import type { LocalEntry } from "../local_entry.ts";
import { StableFile } from "../put/stable_file.ts";
import type { PutFileOptions, PutResult } from "../remote/remote.ts";
import { refused } from "./listing.ts";
import { verifyPut } from "./verify_put.ts";
import type { RemoteOptions } from "../remote/remote_options.ts";

/** From this size on the server is asked before the body is sent. */
const ASK_FIRST = 1 << 20;
/** Up to this size a file is read at once, so that its request can be repeated, and go over a connection that was kept. */
const AT_ONCE = ASK_FIRST - 1;

/**
 * Sends a file to a URL, and once more when it changes while it is read.
 *
 * @throws {SystemError} `file-changed`
 * @throws {NegativeError} `http-status`
 */
export async function putFile(
  local: LocalEntry,
  url: URL,
  remote: RemoteOptions,
  options: PutFileOptions = {},
): Promise<PutResult> {
  try {
    return await putOnce(local, url, remote, options);
  } catch (error) {
    if (!(error instanceof ToucanError) || error.code !== "file-changed") throw error;
    return await putOnce(local, url, remote, { ...options, release: undefined });
  }
}

async function putOnce(
  { file: path, segments, remote: there }: LocalEntry,
  url: URL,
  remote: RemoteOptions,
  { release, onProgress }: PutFileOptions,
): Promise<PutResult> {
  using file = await Deno.open(path, { read: true });
  const stat = file.statSync();
  const { size } = stat;
  if (there?.type === "file" && there.size === size && there.sha256 !== undefined) {
    if (await digestOf(file, size) === there.sha256) return { action: "unchanged", bytes: size, sha256: there.sha256 };
    await file.seek(0, Deno.SeekMode.Start);
  }
  const body = new StableFile(path, file, stat, (bytes) => onProgress?.({ bytes, total: size }));
  const metadata = { modified: stat.mtime?.getTime(), mode: permissionBits(stat) };
  const small = stat.isFile && size <= AT_ONCE ? await body.all() : undefined;
  // It goes out by one write; the rest is waiting for the server to store it.
  if (small) release?.();
  using response = await request(url, {
    ...remote,
    headers: [...new Fields(remote.headers), [FILE_FIELD, formatFileField(metadata)]],
    timeout: undefined,
    method: "PUT",
    body: small ?? body,
    expectContinue: size >= ASK_FIRST,
  });
  if (response.status >= 300) throw await refused(response);
  await response.body.bytes(4096);
  const verified = await verifyPut(response, { url, name: segments.join("/"), size, digest: body.digest }, remote);
  return { action: "sent", bytes: body.bytes, ...verified };
}
