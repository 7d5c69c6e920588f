import { dirname } from "../../../deps/std/path.ts";
import { fromSystem, GroupCommit, makeFolders, SystemError, toToucanError } from "../../../core/mod.ts";
import { openSpecialFile } from "../naming/destination.ts";
import { Digests } from "../digests.ts";
import { PartFile } from "./part_file.ts";
import type { DownloadReport } from "../types.ts";

/** Writes a file completely or not at all, like a download. Returns a failure as `error`. */
export async function writeFile(
  path: string,
  bytes: Uint8Array,
  options: { readonly url: string; readonly force: boolean; readonly digest: boolean; readonly signal?: AbortSignal },
): Promise<Pick<DownloadReport, "file" | "bytes" | "sha256" | "error">> {
  const digests = new Digests(options.digest ? ["sha256"] : []);
  let part: PartFile | undefined;
  try {
    await digests.ready();
    digests.update(bytes);
    const special = await openSpecialFile(path, options.signal);
    if (special) {
      await special.write(bytes);
      special.end();
      return { file: path, bytes: bytes.length, sha256: digests.finish().get("sha256") };
    }
    part = await openInFolder(path, options);
    part.begin({ url: options.url });
    part.write(bytes);
    await part.finish();
    return { file: path, bytes: bytes.length, sha256: digests.finish().get("sha256") };
  } catch (error) {
    return { bytes: 0, error: toToucanError(error) };
  } finally {
    part?.close();
  }
}

/** Opens a part; creates a missing folder, which needs more permissions than the file. */
async function openInFolder(
  path: string,
  options: { readonly url: string; readonly force: boolean },
): Promise<PartFile> {
  try {
    return new PartFile(path, { ...options, resume: false });
  } catch (error) {
    if (!(error instanceof SystemError) || error.code !== "file-not-found") throw error;
    await makeFolder(dirname(path));
    return new PartFile(path, { ...options, resume: false });
  }
}

/** Creates a folder and its missing parents. Resolves when their names are on the disk. */
export async function makeFolder(path: string, commits: GroupCommit = new GroupCommit()): Promise<void> {
  try {
    await Promise.all(makeFolders(path).map((parent) => commits.flush(parent)));
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return;
    throw fromSystem(error, { doing: "create the folder", what: path });
  }
}
