import type { FtpClient } from "../../../ftp/mod.ts";
import { toEntry } from "./listing.ts";
import { boundTime } from "../../codec/file_field.ts";
import type { RemoteEntry } from "../remote/remote_entry.ts";

/** Returns whether all that an entry lacks is the exact time, and the server tells that. */
export function lacksTime({ features }: FtpClient, { size, modified, precision }: RemoteEntry): boolean {
  return size !== undefined && (modified === undefined || precision !== undefined) && features.has("MDTM");
}

/** Returns an entry with its exact size and time, which listings of `LIST` lack, where the server tells them. */
export async function exactEntry(client: FtpClient, path: string, entry: RemoteEntry): Promise<RemoteEntry> {
  if (entry.size !== undefined && entry.modified !== undefined && entry.precision === undefined) return entry;
  if (lacksTime(client, entry)) {
    const modified = await client.modifiedTime(path);
    if (modified !== undefined) return withTime(entry, modified);
  }
  const there = await client.stat(path);
  if (there?.type !== "file") return entry;
  const { size, modified, precision, mode } = toEntry(there);
  const exact = modified !== undefined && precision === undefined;
  return {
    ...entry,
    size: size ?? entry.size,
    mode: mode ?? entry.mode,
    ...(exact ? { modified, precision } : {}),
  };
}

/** Returns an entry with its exact time. */
export function withTime(entry: RemoteEntry, modified: number): RemoteEntry {
  return { ...entry, modified: boundTime(modified, Date.now()), precision: undefined };
}

/** The time of an entry, if it is exact: one to the minute is in the time zone of the server, which is not known. */
export function exactTime({ modified, precision }: RemoteEntry): number | undefined {
  return precision === undefined ? modified : undefined;
}

/** Returns whether two times are the same, as far as both have the accuracy. Most servers keep seconds. */
export function isSameTime(one: number, other: number): boolean {
  if (one % 1000 !== 0 && other % 1000 !== 0) return Math.trunc(one) === Math.trunc(other);
  return Math.floor(one / 1000) === Math.floor(other / 1000);
}
