import type { Broker, LogExtent } from "./broker.ts";
import type { ChatLogRetention } from "./chat_network.ts";
import { encodeManifest, SNAPSHOT_VERSION } from "./codec/manifest.ts";
import type { SnapshotRecord } from "./codec/snapshot.ts";
import { packSnapshot } from "./snapshot_parts.ts";

/** Options of a {@link SnapshotKeeper}. */
export interface SnapshotKeeperOptions {
  /** Number of events after which there is a snapshot. */
  readonly events: number;
  /** Limits of the log. */
  readonly retention: ChatLogRetention;
  /** Returns the id of this server if it is the one that writes snapshots now. */
  writer(): string | undefined;
  /** Returns the records of the state as it is now. */
  capture(): readonly SnapshotRecord[];
}

/** Time after which there is a snapshot, in a network with few events. */
const SNAPSHOT_INTERVAL_MS = 600_000;
/** Snapshots that are kept: with them, a server can start at several places of the log. */
const MAX_SNAPSHOTS = 6;
/** Snapshots that are kept in any case: the last one may turn out to be damaged. */
const MIN_SNAPSHOTS = 2;

/**
 * Writes snapshots, and deletes what is not needed any more. The log alone decides when there is one, so that the
 * snapshots of all servers would be the same.
 */
export class SnapshotKeeper {
  readonly #broker: Broker;
  readonly #options: SnapshotKeeperOptions;
  #events = 0;
  #time: number;
  #writing?: Promise<void>;
  /** Place of the last message that has been applied. */
  #last = { sequence: 0, time: 0 };
  /** Whether a snapshot was due while another one was being written. */
  #late = false;

  /** Starts to count after a snapshot with a time, or from the beginning of the log, which has time 0. */
  constructor(broker: Broker, time: number, options: SnapshotKeeperOptions) {
    this.#broker = broker;
    this.#options = options;
    this.#time = time;
  }

  /** Records that a message has been applied, and begins to write a snapshot if it is time. */
  applied(sequence: number, time: number, events: number): void {
    if (this.#time === 0) this.#time = time;
    this.#last = { sequence, time };
    this.#events += events;
    if (this.#events < this.#options.events && time - this.#time < SNAPSHOT_INTERVAL_MS) return;
    this.#events = 0;
    this.#time = time;
    if (this.#writing) this.#late = true;
    else this.#begin();
  }

  /** Resolves when no snapshot is being written. */
  async idle(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  /** Begins to write the state as it is now, if that is the part of this server. */
  #begin(): void {
    const writer = this.#options.writer();
    if (writer === undefined) return;
    const { sequence, time } = this.#last;
    this.#writing = this.#write(writer, sequence, time, this.#options.capture())
      // The log has all; the next snapshot is another attempt.
      .catch(() => {})
      .finally(() => {
        this.#writing = undefined;
        if (!this.#late) return;
        this.#late = false;
        this.#begin();
      });
  }

  async #write(writer: string, sequence: number, time: number, records: readonly SnapshotRecord[]): Promise<void> {
    const { snapshots } = this.#broker;
    const parts: string[] = [];
    for await (const { bytes, digest } of packSnapshot(records)) {
      await snapshots.writePart(sequence, writer, parts.length, bytes);
      parts.push(digest);
    }
    const manifest = encodeManifest({ version: SNAPSHOT_VERSION, sequence, time, writer, parts });
    await snapshots.writeManifest(sequence, manifest);
    await this.#clean();
  }

  /** Deletes snapshots and messages that are not needed any more. */
  async #clean(): Promise<void> {
    const { snapshots } = this.#broker;
    let kept = await snapshots.list();
    const limit = await this.#limit(await this.#broker.extent());
    // A server that has to start at the beginning of the log starts at the snapshot before it.
    const base = kept.slice(MIN_SNAPSHOTS - 1).find((sequence) => sequence <= limit);
    if (base !== undefined) {
      for (const sequence of kept) if (sequence < base) await snapshots.remove(sequence);
      kept = kept.filter((sequence) => sequence >= base);
      await this.#broker.purge(base);
    }
    for (; kept.length > MAX_SNAPSHOTS; kept = await snapshots.list()) {
      await snapshots.remove(leastNeeded(kept));
    }
  }

  /** Returns the sequence up to which the limits of the log are exceeded. */
  async #limit({ first, last, bytes }: LogExtent): Promise<number> {
    const { age, bytes: size } = this.#options.retention;
    // The brokers do not tell the size of a part of the log.
    const bySize = size === undefined || bytes <= size ? 0 : first + Math.ceil((last - first) * (1 - size / bytes));
    if (age === undefined) return bySize;
    const oldest = Date.now() - age;
    let [low, high] = [first, last + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const time = await this.#broker.timeOf(middle);
      if (time === undefined || time < oldest) low = middle + 1;
      else high = middle;
    }
    return Math.max(bySize, low - 1);
  }
}

/** Returns the snapshot without which the others are spread most evenly; the first and the last two always stay. */
function leastNeeded(sequences: readonly number[]): number {
  let [found, smallest] = [0, Infinity];
  for (let i = MIN_SNAPSHOTS; i < sequences.length - 1; i++) {
    const gap = (sequences[i - 1] ?? 0) - (sequences[i + 1] ?? 0);
    if (gap < smallest) [found, smallest] = [sequences[i] ?? 0, gap];
  }
  return found;
}
