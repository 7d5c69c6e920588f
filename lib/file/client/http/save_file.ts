import { isWindows } from "../../../core/mod.ts";
import { type DownloadTarget, tryDownload } from "../../../get/mod.ts";
import { Fields, parseHttpDate } from "../../../http/mod.ts";
import { boundTime, parseMode } from "../../codec/file_field.ts";
import { digestOf } from "../../digest/digest.ts";
import { readReprDigest } from "../../digest/repr_digest.ts";
import { absent } from "../../server/root.ts";
import { resumed } from "./get_file.ts";
import type { GotFile, SaveOptions } from "../remote/remote.ts";
import { differs } from "../remote/differs.ts";
import type { RemoteEntry } from "../remote/remote_entry.ts";
import type { RemoteOptions } from "../remote/remote_options.ts";

/**
 * Downloads a single file to a path, or into a sink, from any server: verified by the SHA-256 of the listing or of the
 * response (RFC 9530), or where there is none by its length.
 *
 * @throws {ToucanError} What a download fails with, and `digest-mismatch`.
 */
export async function saveFile(
  url: URL,
  target: Exclude<DownloadTarget, { readonly folder: string }>,
  { entry, ...options }: RemoteOptions & SaveOptions,
): Promise<GotFile> {
  const file = "file" in target ? target.file : undefined;
  const listed = entry?.sha256;
  if (file !== undefined && listed !== undefined && await isThere(file, listed)) {
    return { action: "unchanged", file, bytes: entry?.size, sha256: listed };
  }
  const report = await tryDownload(url, target, {
    ...options,
    timeout: undefined,
    headers: new Fields([...new Fields(options.headers), ["Want-Repr-Digest", "sha-256=1"]]),
    resume: file !== undefined,
    force: true,
    digest: true,
    checksum: listed === undefined ? undefined : { algorithm: "sha256", value: listed },
  });
  const { error, bytes, sha256, head } = report;
  if (error !== undefined) throw error;
  const expected = listed ?? (head && readReprDigest(head.headers));
  if (expected !== undefined && sha256 !== expected) throw differs(url.pathname);
  if (file !== undefined) giveMetadata(file, entry, head?.headers);
  const verified = expected !== undefined ? "sha256" : head?.headers.has("content-length") ? "size" : "none";
  return {
    ...{ action: "saved", file, bytes, verified, ...resumed(report) },
    sha256: expected === undefined ? undefined : sha256,
  };
}

async function isThere(path: string, sha256: string): Promise<boolean> {
  try {
    const stat = Deno.statSync(path);
    if (!stat.isFile) return false;
    using file = await Deno.open(path);
    return await digestOf(file, stat.size) === sha256;
  } catch {
    return false;
  }
}

/** Gives a saved file the time and the permission bits that it has on the server. */
function giveMetadata(file: string, entry?: RemoteEntry, headers?: Fields): void {
  // A device, a pipe or what a link leads to: the sandbox may not even permit to look at it.
  if (!absent(() => Deno.lstatSync(file))?.isFile) return;
  const modified = entry?.modified ?? boundTime(parseHttpDate(headers?.get("last-modified") ?? "") ?? NaN, Date.now());
  if (modified !== undefined) Deno.utimeSync(file, new Date(), new Date(modified));
  const mode = parseMode(entry?.mode);
  if (mode !== undefined && !isWindows()) Deno.chmodSync(file, mode);
}
