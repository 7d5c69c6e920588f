import { readAhead, SystemError } from "../../../core/mod.ts";
import type { FileSlice } from "./response.ts";

/** Reads a part of a file in large pieces and hands each to `write`; while one is written the next one is read. */
export async function sendFile(slice: FileSlice, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  const { file, offset, length } = slice;
  if (length === 0) return;
  await file.seek(offset, Deno.SeekMode.Start);
  let rest = length;
  const read = async (into: Uint8Array) => {
    if (rest === 0) return null;
    const count = await file.read(into.length > rest ? into.subarray(0, rest) : into);
    if (!count) throw new SystemError("the file has become shorter while it was sent", { code: "file-changed" });
    rest -= count;
    return count;
  };
  await readAhead(read, write, length);
}
