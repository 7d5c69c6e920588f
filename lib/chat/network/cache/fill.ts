import { pause, SystemError, TimeSlice } from "../../../core/mod.ts";
import type { ChatState } from "../../server/state.ts";
import type { Broker } from "../broker.ts";
import { parseBatch } from "../codec/batch.ts";
import { detachedReplica } from "../detached_replica.ts";
import { loadOldest, loadSnapshot, type Snapshot } from "../load_snapshot.ts";
import type { CachedHistory } from "./cached_history.ts";
import { FillHistory } from "./fill_history.ts";

const RETRY_MS = 1000;

/**
 * Adds to a history file what it lacks: carries out the messages of the log that are missing on a state of their own,
 * from the snapshot before them, while the server works. When the log does not have them any more, the file gets what
 * the oldest snapshot has.
 */
export async function fillHistory(
  broker: Broker,
  state: ChatState,
  cache: CachedHistory,
  ended: () => boolean,
): Promise<void> {
  for (let [gap] = cache.gaps; gap && !ended(); [gap] = cache.gaps) {
    const [first, last] = gap;
    try {
      const start = await snapshotBefore(broker, first, last);
      const target = new FillHistory(cache, first);
      const { replica } = detachedReplica(state.info, state.limits, target);
      replica.restore(start.records);
      const slice = new TimeSlice();
      if (!await target.flush(slice, ended)) return;
      target.live = true;
      cache.filled(Math.min(last, Math.max(first - 1, start.sequence)));
      if (start.sequence < last) {
        for await (const [sequence, bytes] of broker.messages(start.sequence + 1, last)) {
          if (ended()) return;
          const batch = parseBatch(bytes);
          target.skips = sequence < first;
          if (typeof batch === "object" && "events" in batch) replica.apply(batch, sequence);
          if (target.full) {
            if (!await target.flush(slice, ended)) return;
            if (sequence >= first) cache.filled(sequence);
            cache.commitNow();
          }
          if (slice.due) await slice.pass();
        }
      }
      if (ended() || !await target.flush(slice, ended)) return;
      // Also where the log ends before: there is no more.
      cache.filled(last);
      cache.commitNow();
    } catch (error) {
      if (error instanceof SystemError) return;
      await pause(RETRY_MS);
    }
  }
}

async function snapshotBefore(broker: Broker, first: number, last: number): Promise<Snapshot> {
  try {
    return await loadSnapshot(broker, first - 1);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return await loadOldest(broker, last);
  }
}
