import { type ChunkSink, type Deadline, toSink } from "../../../core/mod.ts";
import { join } from "../../../deps/std/path.ts";
import { Fields } from "../../../http/codec/fields/fields.ts";
import { type ExistingFile, existingFile } from "../write/complete.ts";
import { type Destination, openSpecialFile, SinkDestination } from "./destination.ts";
import type { Digests } from "../digests.ts";
import { SMALL_FILE_BYTES } from "../write/buffered_file.ts";
import { proposedName, shownUrl } from "./naming.ts";
import { PartFile } from "../write/part_file.ts";
import { isNew, saveSmall } from "../write/save_small.ts";
import type { Source } from "../source.ts";
import { type NameTurn, TakenNames } from "./taken_names.ts";
import type { DownloadOptions, DownloadTarget } from "../types.ts";
import { makeFolder } from "../write/write_file.ts";

/** A target that the caller opened, or one that the download opens. */
export type OpenTarget = DownloadTarget | { readonly destination: Destination };

/** The download that a place belongs to. */
export interface Placing {
  /** Has the requested URL, and knows whether a part can be resumed. */
  readonly source: Pick<Source, "url" | "continues">;
  /** Options of the download. */
  readonly options: DownloadOptions;
  /** Digests, which include the part of an earlier run. */
  readonly digests: Digests;
}

/** The target of a download, opened as soon as possible. */
export class Place {
  /** The open target; undefined before it is opened, and when the file exists already. */
  destination?: Destination;
  /** The file that an earlier run may have completed. */
  existing?: ExistingFile;
  /** Bytes kept from an earlier run. */
  resumedFrom = 0;
  /** The sink, if the target is one. */
  readonly sink?: ChunkSink;
  readonly #target: OpenTarget;
  readonly #how: Placing;
  readonly #turn?: NameTurn;

  /** Queues for a name, if the target is a folder shared with other downloads. */
  constructor(target: OpenTarget, how: Placing) {
    this.#target = target;
    this.#how = how;
    this.sink = "sink" in target ? toSink(target.sink) : undefined;
    if (!("folder" in target) || !target.taken) return;
    const url = URL.parse(how.source.url);
    if (url) this.#turn = TakenNames.of(target.taken).enter(proposedName({ url, headers: new Fields() }));
  }

  /** Whether the name depends on the response, and with it the part of an earlier run. */
  get isNamedLater(): boolean {
    return "folder" in this.#target;
  }

  /** Opens the target before the network is used, if its name is known: errors of the file are found first. */
  async prepare(signal: AbortSignal): Promise<void> {
    const target = this.#target;
    if (this.sink) this.destination = new SinkDestination(this.sink);
    if ("destination" in target) this.destination = target.destination;
    if (!("file" in target)) return;
    const special = await openSpecialFile(target.file, signal);
    if (special) this.destination = new SinkDestination(special, target.file);
    else if (!this.#findExisting(target.file)) this.#open(target.file);
  }

  /** Opens a file in a folder under the name that a response proposes; `length` is its size, if known. */
  async openNamed(name: string, length: number | undefined, deadline: Deadline): Promise<void> {
    const target = this.#target;
    if (!("folder" in target)) return;
    const { folder, taken } = target;
    const { force = false, commits, onEvent } = this.#how.options;
    if (this.#turn) await deadline.race(this.#turn.come(name));
    await makeFolder(folder, commits);
    const path = taken ? TakenNames.of(taken).take(folder, name) : join(folder, name);
    this.settleTurn();
    if (!this.#findExisting(path)) {
      const small = isNew(path) && !(length !== undefined && length > SMALL_FILE_BYTES);
      const larger = () => this.#openPart(path);
      if (small) this.destination = saveSmall(path, length, { force, larger, commits });
      else this.#open(path);
    }
    onEvent?.({ kind: "named", file: path });
  }

  /** Leaves the queue for names. */
  settleTurn(): void {
    this.#turn?.settle();
  }

  /** Closes the destination. */
  close(): void {
    this.destination?.close();
    this.settleTurn();
  }

  /** Finds a file that may be the result of an earlier run. */
  #findExisting(path: string): boolean {
    const { resume, force } = this.#how.options;
    if (resume === true && !force && this.#how.source.continues) this.existing = existingFile(path);
    return this.existing !== undefined;
  }

  #open(file: string): void {
    const part = this.#openPart(file);
    this.destination = part;
    this.resumedFrom = part.size;
    const { digests } = this.#how;
    if (part.size > 0 && digests.any) { for (const piece of part.contents()) digests.update(piece); }
  }

  #openPart(file: string): PartFile {
    const { source, options: { resume = false, force = false } } = this.#how;
    return new PartFile(file, { url: shownUrl(source.url), resume: resume && source.continues, force });
  }
}
