import { MemoryMarkers } from "../history/memory_markers.ts";
import { formatModeration, parseModeration } from "../server/moderation/audit_log.ts";
import type { ChatState } from "../server/state.ts";
import type { SnapshotRecord } from "./codec/snapshot.ts";

/** Actions of operators in a snapshot. */
const MAX_MODERATIONS = 1000;

type FactRecord = SnapshotRecord & { readonly kind: "markers" | "invitation" | "moderation" };

/** Returns the records of what belongs to no client and no channel: read markers, invitations, actions of operators. */
export function captureFacts({ history, invitations, audit }: ChatState): FactRecord[] {
  const markers = history.markers instanceof MemoryMarkers ? history.markers.all : new Map();
  return [
    ...[...markers].map(([account, times]) => ({ kind: "markers" as const, account, times: [...times] })),
    ...invitations.stored.map((text) => ({ kind: "invitation" as const, text })),
    ...audit.last(MAX_MODERATIONS).map((one) => ({ kind: "moderation" as const, text: formatModeration(one) })),
  ];
}

/** Restores a record of {@link captureFacts}. */
export function restoreFact({ history, invitations, audit }: ChatState, record: FactRecord): void {
  if (record.kind === "invitation") return invitations.restore(record.text);
  if (record.kind === "markers") {
    for (const [target, time] of record.times) history.markers.set(record.account, target, time);
    return;
  }
  const moderation = parseModeration(record.text);
  if (moderation) audit.add(moderation);
}
