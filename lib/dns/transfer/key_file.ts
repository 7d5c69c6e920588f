import { fromSystem, UsageError } from "../../core/mod.ts";
import { parseTsigKeys } from "../codec/tsig/keys.ts";
import type { TsigKey } from "../codec/tsig/chain.ts";

const MAX_FILE_BYTES = 64 * 1024;

/**
 * Reads a key from a file, in one of the forms of {@link parseTsigKeys}.
 *
 * Requires read permission for the file.
 *
 * @throws {UsageError} `invalid-tsig-key` when the file does not contain exactly one.
 * @throws {SystemError} When it cannot be read.
 */
export async function readTsigKey(path: string): Promise<TsigKey> {
  let text: string;
  try {
    using file = await Deno.open(path);
    const buffer = new Uint8Array(MAX_FILE_BYTES);
    let size = 0;
    for (let count = await file.read(buffer); count !== null; count = await file.read(buffer.subarray(size))) {
      size += count;
      if (size === MAX_FILE_BYTES) throw invalid(path, `it has more than ${MAX_FILE_BYTES / 1024} KiB`);
    }
    text = new TextDecoder().decode(buffer.subarray(0, size));
  } catch (error) {
    throw error instanceof UsageError ? error : fromSystem(error, { doing: "read", what: path });
  }
  const [key, ...more] = parseTsigKeys(text);
  if (!key || more.length > 0) throw invalid(path, `it has ${more.length + 1} keys, one is required`);
  return key;
}

function invalid(path: string, why: string): UsageError {
  return new UsageError(`invalid key file ${path}: ${why}`, { code: "invalid-tsig-key" });
}
