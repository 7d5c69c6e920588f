import { ToucanError } from "../../../core/mod.ts";
import type { FtpClient } from "../../../ftp/mod.ts";
import { digestOf } from "../../digest/digest.ts";
import type { LocalEntry } from "../local_entry.ts";
import { StableFile } from "../put/stable_file.ts";
import type { PutFileOptions, PutResult } from "../remote/remote.ts";
import { exactEntry, exactTime, isSameTime } from "./compare.ts";
import { offersSha256 } from "./offers.ts";
import type { Upload } from "./send.ts";
import type { RemoteEntry } from "../remote/remote_entry.ts";

/** From this size on an interrupted upload is looked for. */
const RESUMED = 1 << 20;

/** Uploads to a server, in its way. */
export type Sender = (client: FtpClient, upload: Upload) => Promise<Omit<PutResult, "action">>;

/** A local file, and where it goes. */
export interface PutFile {
  /** The file. */
  readonly local: LocalEntry;
  /** Folder on the server, with a slash at its end unless it is empty. */
  readonly folder: string;
  /** Uploads it. */
  readonly send: Sender;
}

/**
 * Uploads a file, unless the server has it, and once more when it changes while it is read.
 *
 * @throws {SystemError} `file-changed`
 */
export async function putFile(client: FtpClient, put: PutFile, options: PutFileOptions): Promise<PutResult> {
  try {
    return await putOnce(client, put, options);
  } catch (error) {
    if (!(error instanceof ToucanError) || error.code !== "file-changed" || client.closed) throw error;
    return await putOnce(client, put, options);
  }
}

async function putOnce(client: FtpClient, put: PutFile, { onProgress }: PutFileOptions): Promise<PutResult> {
  const { local: { file: path, segments, remote: there }, folder, send } = put;
  // The walk has just looked at it: a pipe, for whose writer this would wait, does not get here.
  using file = Deno.openSync(path, { read: true });
  const stat = file.statSync();
  const { size } = stat;
  const name = segments.at(-1) ?? "";
  const modified = stat.mtime?.getTime();
  const kept = there && await keptThere(client, `${folder}${name}`, there, { file, size, modified });
  if (kept) return kept;
  const open = () => {
    file.seekSync(0, Deno.SeekMode.Start);
    return new StableFile(path, file, stat, (bytes) => onProgress?.({ bytes, total: size }));
  };
  const version = `${size} ${modified ?? ""}`;
  return {
    action: "sent",
    ...await send(client, { folder, name, version, size, modified, open, resume: size >= RESUMED }),
  };
}

interface LocalFile {
  readonly file: Deno.FsFile;
  readonly size: number;
  readonly modified?: number;
}

/**
 * The file of the server, if it is the local one: by its digest, or where the server computes none by size and time. Where the server
 * cannot set times, a file of the same size that was stored after the local one was changed.
 */
async function keptThere(
  client: FtpClient,
  path: string,
  listed: RemoteEntry,
  { file, size, modified }: LocalFile,
): Promise<PutResult | undefined> {
  if (listed.type !== "file" || (listed.size !== undefined && listed.size !== size)) return undefined;
  const kept = { action: "unchanged", bytes: size } as const;
  if (offersSha256(client)) {
    const sha256 = await digestOf(file, size);
    return sha256 === await client.hash(path, "sha256") ? { ...kept, sha256 } : undefined;
  }
  const entry = await exactEntry(client, path, listed);
  const time = exactTime(entry);
  if (time === undefined || modified === undefined || entry.size !== size) return undefined;
  const later = !client.features.has("MFMT") && time > modified;
  return isSameTime(time, modified) || later ? kept : undefined;
}
