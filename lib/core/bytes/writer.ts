import { SystemError } from "../errors/errors.ts";

/** Something that takes bytes, perhaps not all at once: a connection, a file. */
export interface ByteWriter {
  /** Writes some of the bytes and says how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** The same for calls that block. */
export interface SyncByteWriter {
  /** Writes some of the bytes and says how many. */
  writeSync(bytes: Uint8Array): number;
}

/**
 * Writes all the bytes: one `write` may take only part of them. `moved` is called with each part that was taken, for those who
 * limit the time in which nothing is.
 *
 * @throws {SystemError} `output-stuck` when it takes none; otherwise what `write` throws.
 */
export async function writeAll(
  writer: ByteWriter,
  bytes: Uint8Array,
  moved?: (count: number) => void,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const count = await writer.write(done === 0 ? bytes : bytes.subarray(done));
    if (count === 0) throw stuck();
    done += count;
    moved?.(count);
  }
}

/**
 * Writes all the bytes, blocking. A pipe that another process has set to non-blocking and that is full for the moment
 * is waited for.
 *
 * @throws {SystemError} `output-stuck` when it takes none; otherwise what `writeSync` throws.
 */
export function writeAllSync(writer: SyncByteWriter, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    const count = writeSome(writer, done === 0 ? bytes : bytes.subarray(done));
    if (count === 0) throw stuck();
    done += count;
  }
}

function writeSome(writer: SyncByteWriter, bytes: Uint8Array): number {
  while (true) {
    try {
      return writer.writeSync(bytes);
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(nothing, 0, 0, 1);
    }
  }
}

const nothing = new Int32Array(new SharedArrayBuffer(4));

function stuck(): SystemError {
  return new SystemError("the output takes no more", { code: "output-stuck", operation: "write" });
}
