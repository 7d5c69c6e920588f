import { SystemError } from "../errors/errors.ts";

/** Writer that may write only a part of the bytes: a connection, a file. */
export interface ByteWriter {
  /** Writes some of the bytes and returns their number. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Writer with a blocking call. */
export interface SyncByteWriter {
  /** Writes some of the bytes and returns their number. */
  writeSync(bytes: Uint8Array): number;
}

/**
 * Writes all the bytes: one `write` may write only a part of them. `moved` is called after each part, to restart
 * an idle timeout.
 *
 * @throws {SystemError} `output-stuck` when it accepts no bytes; otherwise what `write` throws.
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
 * Writes all the bytes, blocking. Waits for a full pipe that another process has set to non-blocking.
 *
 * @throws {SystemError} `output-stuck` when it accepts no bytes; otherwise what `writeSync` throws.
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
  return new SystemError("the output accepts no data", { code: "output-stuck", operation: "write" });
}
