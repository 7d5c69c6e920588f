import { fromSystem, showUntrusted, UsageError } from "../../lib/core/mod.ts";
import { readZone, type ResourceRecord } from "../../lib/dns/internal.ts";

const MAX_BYTES = 1024 * 1024;

/** File of records, as messages about it name it. */
export interface RecordFile {
  /** Path of the file. */
  readonly path: string;
  /** Contents, in the plural or as a mass: "trust anchors". */
  readonly what: string;
  /** Error code of an invalid file. */
  readonly code: string;
}

/**
 * Reads the records of a small zone file, whose names are below the root.
 *
 * @throws {UsageError} With the code of the file and the place of the first error in it.
 * @throws {SystemError} When it cannot be read.
 */
export async function readRecordFile(file: RecordFile): Promise<readonly ResourceRecord[]> {
  const { path } = file;
  const { records, errors: [wrong] } = readZone(await readRecordText(file), { origin: ".", file: path, ttl: 0 });
  if (!wrong) return records;
  throw invalidRecords(file, `line ${wrong.line}, column ${wrong.column}: ${showUntrusted(wrong.message)}`);
}

/**
 * Reads the text of a small file of records.
 *
 * @throws {UsageError} With the code of the file when it is too large.
 * @throws {SystemError} When it cannot be read.
 */
export async function readRecordText(file: RecordFile): Promise<string> {
  const { path } = file;
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_BYTES) throw invalidRecords(file, `it has more than ${MAX_BYTES} bytes`);
    return await Deno.readTextFile(path);
  } catch (error) {
    throw error instanceof UsageError ? error : fromSystem(error, { doing: "read", what: path });
  }
}

/** Returns the error for a file with the wrong records. */
function invalidRecords({ path, what, code }: RecordFile, why: string): UsageError {
  return new UsageError(`invalid file of ${what} ${path}: ${why}`, { code });
}
