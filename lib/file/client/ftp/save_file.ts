import { isWindows, type OutputTarget, SystemError, toSink } from "../../../core/mod.ts";
import type { FtpClient } from "../../../ftp/mod.ts";
import { openSpecialFile, SinkDestination } from "../../../get/internal.ts";
import { parseMode } from "../../codec/file_field.ts";
import { digestOf } from "../../digest/digest.ts";
import { sha256 } from "../../digest/sha256.ts";
import { absent } from "../../server/root.ts";
import type { GotFile } from "../remote/remote.ts";
import { exactEntry, exactTime, isSameTime } from "./compare.ts";
import { offersSha256 } from "./offers.ts";
import { type PartWanted, receivePart, verify } from "./get_file.ts";
import { receive } from "./receive.ts";
import type { RemoteEntry } from "../remote/remote_entry.ts";

/** Downloads a file to a path, unless that is the same file. A device or a pipe receives the bytes as they come. */
export async function saveToPath(client: FtpClient, wanted: PartWanted, signal?: AbortSignal): Promise<GotFile> {
  const { file, path } = wanted;
  const special = await openSpecialFile(file, signal);
  if (special) {
    const got = await saveToSink(client, special, wanted);
    await special.end();
    return { ...got, file };
  }
  const entry = await exactEntry(client, path, wanted.entry);
  const kept = await keptAt(client, file, path, entry);
  if (kept) return kept;
  const got = await receivePart(client, { ...wanted, entry });
  const mode = parseMode(entry.mode);
  if (mode !== undefined && !isWindows() && absent(() => Deno.lstatSync(file))?.isFile) Deno.chmodSync(file, mode);
  return { action: "saved", file, ...got };
}

async function keptAt(
  client: FtpClient,
  file: string,
  path: string,
  entry: RemoteEntry,
): Promise<GotFile | undefined> {
  const there = absent(() => Deno.statSync(file));
  if (!there?.isFile || there.size !== entry.size) return undefined;
  const kept = { action: "unchanged", file, bytes: there.size } as const;
  if (offersSha256(client)) {
    using opened = await Deno.open(file);
    const sha256 = await digestOf(opened, there.size);
    return sha256 === await client.hash(path, "sha256") ? { ...kept, sha256 } : undefined;
  }
  const time = exactTime(entry);
  return time !== undefined && there.mtime && isSameTime(time, there.mtime.getTime()) ? kept : undefined;
}

/** Downloads a file into a sink. */
export async function saveToSink(
  client: FtpClient,
  sink: OutputTarget,
  { path, entry, onProgress }: Omit<PartWanted, "file" | "url">,
): Promise<GotFile> {
  const destination = new SinkDestination(toSink(sink));
  const { size } = await exactEntry(client, path, entry);
  const hash = offersSha256(client) ? sha256() : undefined;
  await receive(client, destination, { path, size, hash, onProgress });
  return { action: "saved", bytes: destination.size, ...await verify(client, path, hash, size) };
}

/** The error of a sink that has received some bytes of a transfer that failed. */
export function cutSink(cause: unknown): SystemError {
  return new SystemError("the transfer was interrupted, and the output cannot be restarted", {
    code: "output-incomplete",
    operation: "write",
    cause,
  });
}
