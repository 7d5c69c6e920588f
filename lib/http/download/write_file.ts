import { dirname } from "../../deps/path.ts";
import { fromSystem } from "../../core/mod.ts";
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
    makeFolder(dirname(path));
    part = new PartFile(path, { ...options, resume: false });
    part.begin({ url: options.url });
    part.write(bytes);
    await part.finish();
    return { file: path, bytes: bytes.length, sha256: digests.finish().get("sha256") };
  } catch (error) {
    return { bytes: 0, error };
  } finally {
    part?.close();
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
