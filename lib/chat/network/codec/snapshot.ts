import type { HistoryEntry } from "../../history/history.ts";
import { isServerId, readIdentity } from "./batch.ts";
import type { MemberIdentity } from "./event.ts";
import { isCount, isRecord, isText, readJson } from "./values.ts";

/** Client in a snapshot: the id of its server, and its number there. */
export type MemberKey = readonly [server: string, member: number];

/** Record of a snapshot. */
export type SnapshotRecord =
  /** First record: number of the last line of the history (`place`). */
  | { readonly kind: "state"; readonly place: number }
  /** A server, and the number of its next event. */
  | { readonly kind: "server"; readonly id: string; readonly name: string; readonly next: number }
  /** A client, after its server. */
  | {
    readonly kind: "member";
    readonly key: MemberKey;
    readonly identity: MemberIdentity;
    /** Letters of the user modes. */
    readonly modes: string;
    /** Time of its last message, in seconds since 1970. */
    readonly spoke: number;
    /** Ids of its last messages, with their targets. */
    readonly said: readonly (readonly [id: string, target: string])[];
    /** Folded names of its channels, in the order in which it has joined them. */
    readonly channels: readonly string[];
    /** Lines of a message that it has begun (IRCv3 multiline). */
    readonly batch: readonly string[];
  }
  /** A channel, after its members. */
  | {
    readonly kind: "channel";
    /** Its state, as in the file of a history (`formatChannel`). */
    readonly state: string;
    /** Members with their ranks and, while the channel is slow, the times of their last messages in milliseconds. */
    readonly members: readonly (readonly [server: string, member: number, rank: number, spoke: number])[];
    readonly invited: readonly MemberKey[];
  }
  /** A ban from the server (`formatServerBan`). */
  | { readonly kind: "ban"; readonly text: string }
  /** An account that exists: its name as it is compared, and as it was registered. */
  | { readonly kind: "account"; readonly account: string; readonly name: string }
  /** An account that was deleted: its name as it is compared. */
  | { readonly kind: "account-deleted"; readonly account: string }
  /** Read markers of an account, by the folded names of channels and nicknames. */
  | {
    readonly kind: "markers";
    readonly account: string;
    readonly times: readonly (readonly [target: string, time: number])[];
  }
  /** An invitation that is valid, as it is stored. */
  | { readonly kind: "invitation"; readonly text: string }
  /** An action of an operator (`formatModeration`), the oldest first. */
  | { readonly kind: "moderation"; readonly text: string }
  /** A line of the history. */
  | { readonly kind: "line"; readonly entry: HistoryEntry }
  /** Last record: number of all others. */
  | { readonly kind: "end"; readonly records: number }
  /** Record of a kind that this version does not know. */
  | { readonly kind: "unknown" };

const MAX_ENTRY_CHARS = 64 * 1024;
const MAX_LIST = 1000;
const MAX_CHANNELS = 100_000;
const MAX_MEMBERS = 10_000_000;

/** Returns a record as one line of JSON. */
export function writeRecord(record: SnapshotRecord): string {
  const written = record.kind === "line" ? { kind: record.kind, entry: inOrder(record.entry) } : record;
  return `${JSON.stringify(written)}\n`;
}

/** Returns an entry with its fields in one order, wherever it comes from: equal snapshots have equal bytes. */
function inOrder({ place, id, time, channel, line, tags, only, account, event }: HistoryEntry): HistoryEntry {
  return { place, id, time, channel, line, tags, only, account, event };
}

/**
 * Parses a line of a snapshot; undefined when it is malformed. Unknown fields and kinds are ignored: a server of the
 * next version may write them.
 */
export function parseRecord(line: string): SnapshotRecord | undefined {
  const value = readJson(line);
  return isRecord(value) && typeof value.kind === "string" ? readRecord(value.kind, value) : undefined;
}

function readRecord(kind: string, value: Readonly<Record<string, unknown>>): SnapshotRecord | undefined {
  switch (kind) {
    case "state":
      return isCount(value.place) ? { kind, place: value.place } : undefined;
    case "server": {
      const { id, name, next } = value;
      return isServerId(id) && isText(name) && isCount(next) ? { kind, id, name, next } : undefined;
    }
    case "member":
      return readMember(value);
    case "channel": {
      const { state, members, invited } = value;
      if (typeof state !== "string" || !isList(members, isPlace, MAX_MEMBERS)) return undefined;
      return isList(invited, isKey, MAX_MEMBERS) ? { kind, state, members, invited } : undefined;
    }
    case "ban":
      return typeof value.text === "string" ? { kind, text: value.text } : undefined;
    case "account": {
      const { account, name } = value;
      return isText(account) && isText(name) ? { kind, account, name } : undefined;
    }
    case "account-deleted":
      return isText(value.account) ? { kind, account: value.account } : undefined;
    case "markers": {
      const { account, times } = value;
      return isText(account) && isList(times, isMarker, MAX_CHANNELS) ? { kind, account, times } : undefined;
    }
    case "invitation":
    case "moderation":
      return typeof value.text === "string" ? { kind, text: value.text } : undefined;
    case "line": {
      const entry = readEntry(value.entry);
      return entry && { kind, entry };
    }
    case "end":
      return isCount(value.records) ? { kind, records: value.records } : undefined;
    default:
      return { kind: "unknown" };
  }
}

function readMember({ key, identity: given, modes, spoke, said, batch, channels }: Readonly<Record<string, unknown>>) {
  const identity = readIdentity(given);
  if (!isKey(key) || !identity || !isText(modes) || !isCount(spoke) || !isList(said, isPair, MAX_LIST)) {
    return undefined;
  }
  if (!isList(batch, isLine, MAX_LIST) || !isList(channels, isName, MAX_CHANNELS)) return undefined;
  return { kind: "member", key, identity, modes, spoke, said, batch, channels } as const;
}

function readEntry(value: unknown): HistoryEntry | undefined {
  if (!isRecord(value)) return undefined;
  const { place, id, time, channel, line, tags, only, account, event } = value;
  if (!isCount(place) || !isText(id) || !isCount(time) || !isText(channel)) return undefined;
  if (typeof line !== "string" || line.length > MAX_ENTRY_CHARS || typeof tags !== "string") return undefined;
  if ((only !== undefined && !isText(only)) || (account !== undefined && !isText(account))) return undefined;
  const optional = { ...(only === undefined ? {} : { only }), ...(account === undefined ? {} : { account }) };
  return { place, id, time, channel, line, tags, ...optional, ...(event === true ? { event } : {}) };
}

function isList<T>(value: unknown, is: (item: unknown) => item is T, limit: number): value is readonly T[] {
  return Array.isArray(value) && value.length <= limit && value.every(is);
}

function isKey(value: unknown): value is MemberKey {
  return Array.isArray(value) && value.length === 2 && isServerId(value[0]) && isCount(value[1]);
}

function isPlace(value: unknown): value is readonly [string, number, number, number] {
  return Array.isArray(value) && value.length === 4 && isServerId(value[0]) && value.slice(1).every(isCount);
}

function isPair(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && isText(value[0]) && isText(value[1]);
}

function isMarker(value: unknown): value is readonly [string, number] {
  return Array.isArray(value) && value.length === 2 && isText(value[0]) && isCount(value[1]);
}

function isName(value: unknown): value is string {
  return isText(value);
}

function isLine(value: unknown): value is string {
  return isText(value, 8192);
}
