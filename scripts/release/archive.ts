import type { Entry } from "./entry.ts";
import { tar } from "./tar.ts";
import { zip } from "./zip.ts";

/** Options of an archive. */
export interface ArchiveOptions {
  /** Time of all entries. */
  readonly time: Date;
  /** Whether it is compressed fast, which makes it larger. @default false */
  readonly fast?: boolean;
}

/**
 * Settings of the compressor. The filter for the machine code of x86 would save a twentieth, but BusyBox unpacks it
 * wrongly.
 */
const BEST = "--lzma2=preset=9e";
const FAST = "--lzma2=preset=0";

/** Writes an archive: tar with xz, or zip if the name of the file says so. Permissions: run (xz), write. */
export async function writeArchive(path: string, entries: readonly Entry[], options: ArchiveOptions): Promise<void> {
  if (path.endsWith(".zip")) {
    await Deno.writeFile(path, ReadableStream.from(zip(entries, options.time, options.fast ? 1 : 9)));
  } else {
    await xz(path, tar(entries, options.time), options);
  }
}

async function xz(path: string, parts: readonly Uint8Array<ArrayBuffer>[], options: ArchiveOptions): Promise<void> {
  // One thread: with several, the bytes depend on their number.
  const args = ["--compress", "--stdout", "--threads=1", "--check=crc64", options.fast ? FAST : BEST];
  const process = new Deno.Command("xz", { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  const [, , { success }, said] = await Promise.all([
    ReadableStream.from(parts).pipeTo(process.stdin),
    Deno.writeFile(path, process.stdout),
    process.status,
    new Response(process.stderr).text(),
  ]);
  if (!success) throw new Error(`xz failed: ${said.trim()}`);
}
