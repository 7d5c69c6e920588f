import type { Remote } from "./remote.ts";
import type { ListOptions, RemoteEntry, RemoteListing } from "./remote_entry.ts";

/** Lists a folder, all parts in one. */
export function listAll(
  remote: Remote,
  names: readonly string[],
  options?: ListOptions,
): Promise<RemoteListing> {
  return joinParts(remote.listParts(names, options));
}

/** Joins the parts of a listing. */
export async function joinParts(parts: AsyncGenerator<RemoteListing>): Promise<RemoteListing> {
  const { next: _, ...first } = await firstOf(parts);
  const digested = new Map<string, RemoteEntry>();
  for await (const { entries } of parts) for (const entry of entries) digested.set(entry.name, entry);
  return { ...first, entries: first.entries.map((entry) => digested.get(entry.name) ?? entry) };
}

/** Returns the first part. */
export async function firstOf(parts: AsyncGenerator<RemoteListing>): Promise<RemoteListing> {
  const { value, done } = await parts.next();
  if (done) throw new TypeError("a listing has at least one part");
  return value;
}
