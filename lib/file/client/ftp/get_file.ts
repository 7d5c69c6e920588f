import { PartFile, SMALL_FILE_BYTES } from "../../../get/internal.ts";
import type { FtpClient } from "../../../ftp/mod.ts";
import { formatTimeValue } from "../../../ftp/internal.ts";
import { type Sha256, sha256 } from "../../digest/sha256.ts";
import type { LocalTree } from "../local_tree.ts";
import { differs } from "../remote/differs.ts";
import type { GotFile, RetryCount, TreeGetter, WantedFile } from "../remote/remote.ts";
import { exactEntry, exactTime, isSameTime, lacksTime, withTime } from "./compare.ts";
import { offersSha256 } from "./offers.ts";
import type { FtpConnections } from "./connections.ts";
import { receive } from "./receive.ts";
import { retried } from "./retried.ts";
import type { RemoteEntry } from "../remote/remote_entry.ts";

/** Paths and URLs of the files below a URL. */
export interface FtpPlaces {
  /** Returns the path of the names on the server. */
  pathOf(names: readonly string[]): string;
  /** Returns the URL of the names. */
  urlOf(names: readonly string[], folder: boolean): string;
}

/** Options of {@link FtpGetter}. */
export interface FtpGetterOptions extends RetryCount {
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/**
 * Downloads files into a tree. A file with the size and the digest of the one on the server is kept; where the server computes no
 * digests, one with its size and exact time.
 */
export class FtpGetter implements TreeGetter {
  readonly #tree: LocalTree;
  readonly #connections: FtpConnections;
  readonly #places: FtpPlaces;
  readonly #options: FtpGetterOptions;

  /** Downloads into this tree. */
  constructor(tree: LocalTree, connections: FtpConnections, places: FtpPlaces, options: FtpGetterOptions) {
    this.#tree = tree;
    this.#connections = connections;
    this.#places = places;
    this.#options = options;
  }

  /** Downloads a file, unless the tree has it. */
  async get(wanted: WantedFile): Promise<GotFile> {
    this.#tree.checkFree(wanted.place);
    const finish = await retried(
      (attempt) => this.#connections.use((client) => this.#receive(client, wanted, attempt)),
      this.#options,
    );
    wanted.release();
    return await finish();
  }

  /** Receives a file; the returned function puts it in its place, without a connection. */
  async #receive(client: FtpClient, wanted: WantedFile, attempt: number): Promise<() => Promise<GotFile>> {
    const { at, place } = wanted;
    const path = this.#places.pathOf(at);
    // The file may have changed since it was listed, or the listing was wrong.
    const listed = attempt === 0 ? wanted.entry : { ...wanted.entry, size: undefined };
    // Of what is not there, the time is not compared, and comes with the file.
    const late = lacksTime(client, listed) && isSmall(listed) && this.#tree.sizeOf(place) === undefined;
    const exact = late ? listed : await exactEntry(client, path, listed);
    const entry = { ...exact, size: exact.size ?? wanted.entry.size };
    const kept = await this.#kept(client, path, entry, place);
    if (kept) return () => Promise.resolve(kept);
    return await (isSmall(entry)
      ? this.#receiveSmall(client, path, entry, wanted)
      : this.#receivePart(client, path, entry, wanted));
  }

  /** The file of the tree, if it is the one on the server. */
  async #kept(
    client: FtpClient,
    path: string,
    entry: RemoteEntry,
    place: readonly string[],
  ): Promise<GotFile | undefined> {
    const size = this.#tree.sizeOf(place);
    if (size === undefined || size !== entry.size) return undefined;
    const kept = { action: "unchanged", file: this.#tree.place(place), bytes: size } as const;
    if (offersSha256(client)) {
      const digest = await this.#tree.digest(place);
      return digest === await client.hash(path, "sha256") ? { ...kept, sha256: digest } : undefined;
    }
    const [there, here] = [exactTime(entry), this.#tree.modifiedOf(place)];
    return there !== undefined && here !== undefined && isSameTime(there, here) ? kept : undefined;
  }

  async #receiveSmall(
    client: FtpClient,
    path: string,
    entry: RemoteEntry,
    { place, onProgress }: WantedFile,
  ): Promise<() => Promise<GotFile>> {
    const { size = 0, mode } = entry;
    const held = this.#tree.held(place, size, { mode });
    const hash = offersSha256(client) ? sha256() : undefined;
    const ask = lacksTime(client, entry);
    const modified = await receive(client, held, { path, size, modified: ask, hash, onProgress });
    const timed = modified === undefined ? await exactEntry(client, path, entry) : withTime(entry, modified);
    held.modified = exactTime(timed);
    const verified = await verify(client, path, hash, size);
    return async () => {
      await held.finish();
      return { action: "saved", file: held.file, bytes: size, ...verified };
    };
  }

  /** Receives a file that is large or of unknown size, so that it can be resumed if its size and time are known. */
  async #receivePart(
    client: FtpClient,
    path: string,
    entry: RemoteEntry,
    { at, place, onProgress }: WantedFile,
  ): Promise<() => Promise<GotFile>> {
    const staged = this.#tree.stage(place);
    const part = await receivePart(client, {
      ...{ file: staged, path, entry, onProgress, url: this.#places.urlOf(at, false) },
    });
    return async () => {
      const metadata = { modified: exactTime(entry), mode: entry.mode };
      return { action: "saved", file: await this.#tree.settle(staged, place, metadata), ...part };
    };
  }
}

function isSmall({ size }: RemoteEntry): boolean {
  return size !== undefined && size <= SMALL_FILE_BYTES;
}

/** A file that is received into a part file. */
export interface PartWanted extends Pick<WantedFile, "entry"> {
  /** Local path. */
  readonly file: string;
  /** URL, for the note beside the part. */
  readonly url: string;
  /** Path on the server. */
  readonly path: string;
  /** Called as bytes are received. */
  readonly onProgress?: WantedFile["onProgress"];
}

/**
 * Receives a file to a path, verified, and resumes the part of an earlier run if size and time on the server are still those of its
 * note. When it returns, the complete file has its name.
 */
export async function receivePart(
  client: FtpClient,
  { file, url, path, entry, onProgress }: PartWanted,
): Promise<Omit<GotFile, "action" | "file">> {
  const { size } = entry;
  const time = exactTime(entry);
  const entity = { url, length: size, lastModified: time === undefined ? undefined : formatTimeValue(time) };
  const part = new PartFile(file, { url, resume: true, force: true });
  try {
    const same = part.entity?.length === size && part.entity?.lastModified === entity.lastModified &&
      size !== undefined;
    if (part.size === 0 || !same) part.begin(entity);
    const resumedFrom = part.size;
    const hash = offersSha256(client) ? sha256() : undefined;
    if (hash) { for (const piece of part.contents()) hash.update(piece); }
    await receive(client, part, { path, size, hash, onProgress });
    const verified = await verify(client, path, hash, size).catch((error) => {
      part.discard();
      throw error;
    });
    part.modified = time;
    await part.finish();
    return { bytes: part.size, ...verified, ...(resumedFrom > 0 ? { resumedFrom } : {}) };
  } finally {
    part.close();
  }
}

/** Compares the digest of what was received with that of the server; without one the size, if it is known, was compared already. */
export async function verify(
  client: FtpClient,
  path: string,
  hash: Sha256 | undefined,
  size: number | undefined,
): Promise<Pick<GotFile, "sha256" | "verified">> {
  const there = hash ? await client.hash(path, "sha256") : undefined;
  if (!hash || there === undefined) return { verified: size === undefined ? "none" : "size" };
  const digest = hash.digest().toHex();
  if (digest !== there) throw differs(path);
  return { sha256: digest, verified: "sha256" };
}
