import { SystemError } from "../../core/mod.ts";
import type { FileSlice } from "./types.ts";

const PIECE = 1 << 20;
const KEPT = 4;
const spare: Uint8Array<ArrayBuffer>[] = [];

/** Reads a part of a file in large pieces and hands each to `write`. */
export async function sendFile(slice: FileSlice, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  const { file, offset, length } = slice;
  if (length === 0) return;
  await file.seek(offset, Deno.SeekMode.Start);
  const small = length < PIECE / 4;
  const buffer = small ? new Uint8Array(length) : spare.pop() ?? new Uint8Array(PIECE);
  try {
    for (let rest = length; rest > 0;) {
      const count = await file.read(buffer.length > rest ? buffer.subarray(0, rest) : buffer);
      if (!count) throw new SystemError("the file has become shorter while it was sent", { code: "file-changed" });
      await write(buffer.subarray(0, count));
      rest -= count;
    }
  } finally {
    if (!small && spare.length < KEPT) spare.push(buffer);
  }
}
