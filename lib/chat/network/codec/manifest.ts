import { isServerId } from "./batch.ts";
import { isCount, isRecord, readJson } from "./values.ts";

/** Version of the snapshots that this server writes; versions that differ by one are read, too. */
export const SNAPSHOT_VERSION = 1;
const MAX_PARTS = 100_000;
/** SHA-256 in hex. */
const DIGEST = /^[0-9a-f]{64}$/;

/** Description of a snapshot, stored after all its parts. */
export interface SnapshotManifest {
  /** Version of its format. */
  readonly version: number;
  /** Sequence of the last message of the log that it includes. */
  readonly sequence: number;
  /** Time of that message, in milliseconds since 1970. */
  readonly time: number;
  /** Server that has written it. */
  readonly writer: string;
  /** SHA-256 digests of its parts, in hex. */
  readonly parts: readonly string[];
}

/** Encodes a manifest as JSON. */
export function encodeManifest({ version, sequence, time, writer, parts }: SnapshotManifest): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify({ v: version, seq: sequence, t: time, s: writer, parts }));
}

/** Parses a manifest; undefined when it is malformed, or of a version that differs by more than one. */
export function parseManifest(bytes: Uint8Array): SnapshotManifest | undefined {
  const value = readJson(bytes);
  if (!isRecord(value)) return undefined;
  const { v: version, seq: sequence, t: time, s: writer, parts } = value;
  if (!isCount(version) || Math.abs(version - SNAPSHOT_VERSION) > 1) return undefined;
  if (!isCount(sequence) || !isCount(time) || !isServerId(writer)) return undefined;
  const isDigests = Array.isArray(parts) && parts.length <= MAX_PARTS && parts.every(isDigest);
  return isDigests ? { version, sequence, time, writer, parts } : undefined;
}

function isDigest(value: unknown): value is string {
  return typeof value === "string" && DIGEST.test(value);
}
