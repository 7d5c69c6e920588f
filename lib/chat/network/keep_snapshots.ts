import type { ChatState } from "../server/state.ts";
import type { Broker } from "./broker.ts";
import type { MembershipOptions } from "./membership_options.ts";
import type { Replica } from "./replica.ts";
import { SnapshotKeeper } from "./snapshot_keeper.ts";

/** Lines of history in a snapshot, as a server without a file keeps them. */
const SNAPSHOT_LINES = 1000;
const SNAPSHOT_CHANNELS = 200;

/** Returns the keeper of the snapshots after one of a time; `self` returns this server while it is in the network. */
export function keepSnapshots(
  broker: Broker,
  time: number,
  state: ChatState,
  replica: Replica,
  { snapshotEvents: events, retention }: MembershipOptions,
  self: () => string | undefined,
): SnapshotKeeper {
  return new SnapshotKeeper(broker, time, {
    events,
    retention,
    writer: () => {
      // The lowest id at this place of the log.
      const [first] = [...replica.servers].sort();
      return first === self() ? first : undefined;
    },
    capture: () => {
      const lines = state.history.recent(SNAPSHOT_LINES, SNAPSHOT_CHANNELS);
      return [...replica.capture(), ...lines.map((entry) => ({ kind: "line" as const, entry }))];
    },
  });
}
