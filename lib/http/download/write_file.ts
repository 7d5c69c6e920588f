import { dirname } from "../../deps/path.ts";
import { fromSystem, SystemError, toToucanError } from "../../core/mod.ts";
import { Digests } from "./digests.ts";
import { PartFile } from "./part_file.ts";
import type { DownloadReport } from "./types.ts";

/** Writes a file as a download does: whole, or not at all. What goes wrong is told as `error`. */
export async function writeFile(
  path: string,
  bytes: Uint8Array,
  options: { readonly url: string; readonly force: boolean; readonly digest: boolean },
): Promise<Pick<DownloadReport, "file" | "bytes" | "sha256" | "error">> {
  const digests = new Digests(options.digest ? ["sha256"] : []);
  let part: PartFile | undefined;
  try {
    await digests.ready();
    digests.update(bytes);
    part = openPart(path, options);
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

/** Makes the folder of the file only where it is missing: to look at it, or to make it, takes a permission for the folder. */
function openPart(path: string, options: { readonly url: string; readonly force: boolean }): PartFile {
  try {
    return new PartFile(path, { ...options, resume: false });
  } catch (error) {
    if (!(error instanceof SystemError) || error.code !== "file-not-found") throw error;
    makeFolder(dirname(path));
    return new PartFile(path, { ...options, resume: false });
  }
}

/** Makes a folder, and those above it, where they are missing. */
export function makeFolder(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return;
    throw fromSystem(error, { doing: "make the folder", what: path });
  }
}
