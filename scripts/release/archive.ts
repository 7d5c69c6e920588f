import type { Entry } from "./entry.ts";
import { tar } from "./tar.ts";
import { compress } from "./xz.ts";
import { zip } from "./zip.ts";

/** Options of an archive. */
export interface ArchiveOptions {
  /** Time of all entries. */
  readonly time: Date;
  /** Whether it is compressed fast, which makes it larger. @default false */
  readonly fast?: boolean;
  /**
   * Number of bytes at the start of the program that the programs of other archives have too: the runtime. They are
   * compressed once. @default 0
   */
  readonly shared?: number;
}

/** Writes an archive: tar with xz, or zip if the name of the file says so. Permissions: run (xz), write. */
export async function writeArchive(path: string, entries: readonly Entry[], options: ArchiveOptions): Promise<void> {
  const { time, fast = false, shared = 0 } = options;
  const parts = path.endsWith(".zip")
    ? zip(entries, time, fast ? 1 : 9)
    : await Promise.all(streams(entries, time, shared).map((stream) => compress(stream, fast)));
  await Deno.writeFile(path, ReadableStream.from(parts));
}

/** Splits a tar archive into what is compressed separately: before, in and behind what programs share. */
function streams(entries: readonly Entry[], time: Date, shared: number): Uint8Array<ArrayBuffer>[][] {
  const parts = tar(entries, time);
  const program = shared === 0 ? -1 : entries.findIndex(({ executable }) => executable);
  const data = entries[program]?.data;
  if (!data) return [parts];
  // Of each entry there are a header, the data and the padding.
  const at = 3 * program + 1;
  return [parts.slice(0, at), [data.subarray(0, shared)], [data.subarray(shared), ...parts.slice(at + 1)]];
}
