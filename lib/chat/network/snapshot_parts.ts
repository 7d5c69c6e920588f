import { LineSplitter, TimeSlice } from "../../core/mod.ts";
import { parseRecord, type SnapshotRecord, writeRecord } from "./codec/snapshot.ts";

/** Size of a part, below the limit of a message of the brokers (1 MiB). */
const PART_BYTES = 256 * 1024;
/** Characters that are compressed at once. */
const CHUNK_CHARS = 32 * 1024;
/** Limit of the bytes of a record: a channel with its members. */
const MAX_RECORD_BYTES = 256 * 1024 * 1024;

/** Part of a snapshot. */
export interface SnapshotPart {
  /** Its bytes: a section of the gzip stream. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256 in hex. */
  readonly digest: string;
}

/** Encodes records as parts: JSON lines, compressed by gzip. The last record says how many there are. */
export async function* packSnapshot(records: readonly SnapshotRecord[]): AsyncGenerator<SnapshotPart> {
  const compressed = ReadableStream.from(encoded(records)).pipeThrough(new CompressionStream("gzip"));
  let buffer = new Uint8Array(PART_BYTES);
  let filled = 0;
  for await (let chunk of compressed) {
    while (chunk.length > 0) {
      const taken = chunk.subarray(0, PART_BYTES - filled);
      buffer.set(taken, filled);
      filled += taken.length;
      chunk = chunk.subarray(taken.length);
      if (filled < PART_BYTES) continue;
      yield { bytes: buffer, digest: await digestOf(buffer) };
      buffer = new Uint8Array(PART_BYTES);
      filled = 0;
    }
  }
  const rest = buffer.slice(0, filled);
  if (filled > 0) yield { bytes: rest, digest: await digestOf(rest) };
}

/**
 * Decodes the parts of a snapshot; undefined when one is missing or damaged, or a record is malformed. All records are
 * read before any counts.
 */
export async function unpackSnapshot(
  digests: readonly string[],
  part: (index: number) => Promise<Uint8Array | undefined>,
): Promise<SnapshotRecord[] | undefined> {
  const parts = async function* () {
    for (const [i, digest] of digests.entries()) {
      const bytes = new Uint8Array(await part(i) ?? []);
      if (await digestOf(bytes) !== digest) throw new Error("damaged");
      yield bytes;
    }
  };
  const records: SnapshotRecord[] = [];
  try {
    const lines = linesOf(ReadableStream.from(parts()).pipeThrough(new DecompressionStream("gzip")));
    for await (const line of lines) {
      const record = parseRecord(line);
      if (!record) return undefined;
      records.push(record);
    }
  } catch {
    return undefined;
  }
  const last = records.pop();
  return last?.kind === "end" && last.records === records.length && records[0]?.kind === "state" ? records : undefined;
}

async function* encoded(records: readonly SnapshotRecord[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  // Clients are served meanwhile.
  const slice = new TimeSlice();
  let text = "";
  for (const record of records) {
    text += writeRecord(record);
    if (text.length < CHUNK_CHARS) continue;
    yield encoder.encode(text);
    text = "";
    if (slice.due) await slice.pass();
  }
  yield encoder.encode(text + writeRecord({ kind: "end", records: records.length }));
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const splitter = new LineSplitter({ limit: MAX_RECORD_BYTES });
  for await (const chunk of stream) {
    for (const { text, problem } of splitter.push(chunk)) {
      if (problem !== undefined) throw new Error(problem);
      yield text;
    }
  }
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
