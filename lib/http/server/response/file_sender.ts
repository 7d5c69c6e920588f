import { SystemError } from "../../../core/mod.ts";
import type { FileSlice } from "./response.ts";

const CHUNK_BYTES = 512 * 1024;
/** Number of simultaneous transfers above which pieces are smaller: each transfer holds two. */
const MANY = 16;
const KEPT = 8;
const spare: Uint8Array<ArrayBuffer>[] = [];
let active = 0;

/** Reads a part of a file in large pieces and hands each to `write`; while one is written the next one is read. */
export async function sendFile(slice: FileSlice, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  const { file, offset, length } = slice;
  if (length === 0) return;
  await file.seek(offset, Deno.SeekMode.Start);
  const size = Math.min(active < MANY ? CHUNK_BYTES : CHUNK_BYTES / 4, length);
  active++;
  let [one, other] = [borrow(size), size < length ? borrow(size) : NOTHING];
  let rest = length;
  let reading = readSome(file, one, rest);
  try {
    while (rest > 0) {
      const count = await reading;
      rest -= count;
      const piece = one.subarray(0, count);
      if (rest > 0) {
        reading = readSome(file, other, rest);
        // When the write fails, this is not waited for.
        reading.catch(() => {});
      }
      await write(piece);
      [one, other] = [other, one];
    }
    if (size === CHUNK_BYTES && spare.length < KEPT) spare.push(one, other);
  } finally {
    active--;
    // The file is about to be closed: not while it is read.
    await reading.catch(() => {});
  }
}

const NOTHING = new Uint8Array();

function borrow(size: number): Uint8Array<ArrayBuffer> {
  return (size === CHUNK_BYTES ? spare.pop() : undefined) ?? new Uint8Array(size);
}

async function readSome(file: Deno.FsFile, into: Uint8Array, rest: number): Promise<number> {
  const count = await file.read(into.length > rest ? into.subarray(0, rest) : into);
  if (!count) throw new SystemError("the file has become shorter while it was sent", { code: "file-changed" });
  return count;
}
