import { pause, SystemError } from "../../core/mod.ts";
import type { Broker } from "./broker.ts";
import { parseManifest } from "./codec/manifest.ts";
import type { SnapshotRecord } from "./codec/snapshot.ts";
import { unpackSnapshot } from "./snapshot_parts.ts";

/** State of a network as of a place in its log. */
export interface Snapshot {
  /** Sequence of the last message of the log that it includes; 0 for the beginning of the log. */
  readonly sequence: number;
  /** Time of that message, in milliseconds since 1970. */
  readonly time: number;
  /** Sequence of the last message of the log when it was read. */
  readonly last: number;
  /** Its records. */
  readonly records: readonly SnapshotRecord[];
}

const BEGINNING = { sequence: 0, time: 0, records: [] };
const RETRY_MS = 1000;

/**
 * Returns the newest snapshot up to a sequence that is whole and that this version can read, and from which the log
 * goes on; without one, the beginning of the log.
 *
 * @throws {SystemError} `network-state` when there is none, and the beginning of the log is gone.
 */
export async function loadSnapshot(broker: Broker, upTo: number = Infinity): Promise<Snapshot> {
  const { first, last } = await broker.extent();
  const sequences = await broker.snapshots.list();
  for (const sequence of sequences) {
    if (sequence > upTo || sequence > last || sequence + 1 < first) continue;
    const snapshot = await readSnapshot(broker, sequence);
    if (snapshot) return { ...snapshot, last };
  }
  if (first <= 1) return { ...BEGINNING, last };
  throw new SystemError(
    `cannot read the state of the network: its log begins at message ${first}, and none of ${sequences.length} snapshots can be read`,
    { code: "network-state", operation: "chat" },
  );
}

/** Returns the oldest snapshot that can be read, or the beginning of the log: from there it can be carried out again. */
export async function loadOldest(broker: Broker, upTo: number): Promise<Snapshot> {
  const { first, last } = await broker.extent();
  if (first <= 1) return { ...BEGINNING, last };
  for (const sequence of [...await broker.snapshots.list()].reverse()) {
    if (sequence > upTo || sequence + 1 < first) continue;
    const snapshot = await readSnapshot(broker, sequence);
    if (snapshot) return { ...snapshot, last };
  }
  return await loadSnapshot(broker, upTo);
}

/** Returns what {@link loadSnapshot} does, once the brokers can be reached; undefined when that is not needed any more. */
export async function loadUntilAvailable(broker: Broker, ended: () => boolean): Promise<Snapshot | undefined> {
  while (!ended()) {
    try {
      return await loadSnapshot(broker);
    } catch (error) {
      if (error instanceof SystemError) throw error;
      await pause(RETRY_MS);
    }
  }
}

async function readSnapshot({ snapshots }: Broker, sequence: number): Promise<Omit<Snapshot, "last"> | undefined> {
  const bytes = await snapshots.manifest(sequence);
  const manifest = bytes && parseManifest(bytes);
  if (manifest?.sequence !== sequence) return undefined;
  const { writer, parts, time } = manifest;
  const records = await unpackSnapshot(parts, (index) => snapshots.part(sequence, writer, index));
  return records && { sequence, time, records };
}
