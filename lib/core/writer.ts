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

/** Writes all the bytes: one `write` may take only part of them. */
export async function writeAll(writer: ByteWriter, bytes: Uint8Array): Promise<void> {
  let done = await writer.write(bytes);
  while (done < bytes.length) done += await writer.write(bytes.subarray(done));
}

/** Writes all the bytes, blocking. */
export function writeAllSync(writer: SyncByteWriter, bytes: Uint8Array): void {
  let done = writer.writeSync(bytes);
  while (done < bytes.length) done += writer.writeSync(bytes.subarray(done));
}
