import { type ChunkSink, type Deadline, toSink } from "../../../core/mod.ts";
import { join } from "../../../deps/std/path.ts";
import { Fields } from "../../../http/codec/fields/fields.ts";
import { type ExistingFile, existingFile } from "../write/complete.ts";
import { type Destination, openSpecialFile, SinkDestination } from "./destination.ts";
import type { Digests } from "../digests.ts";
import { SMALL_FILE_BYTES } from "../write/held_file.ts";
import { proposedName, shownUrl } from "./naming.ts";
import { PartFile } from "../write/part_file.ts";
import type { Requester } from "../requester.ts";
import { isNew, saveSmall } from "../write/save_small.ts";
import { type NameTurn, TakenNames } from "./taken_names.ts";
import type { DownloadHead, DownloadOptions, DownloadTarget } from "../types.ts";
import { makeFolder } from "../write/write_file.ts";

/** A target that the caller has opened, or one that the download opens. */
export type OpenTarget = DownloadTarget | { readonly destination: Destination };

/** What a place is found for. */
export interface Placing {
  /** Who knows the URL that is asked for. */
  readonly requester: Pick<Requester, "url">;
  /** How the download is done. */
  readonly options: DownloadOptions;
  /** What an earlier run left counts in these. */
  readonly digests: Digests;
  /** Whether a part can be continued. */
  readonly continues: boolean;
}

/** Where a download goes: its target, opened as soon as it can be. */
export class Place {
  /** Where the bytes go; undefined until it is open, and where the file is there already. */
  destination?: Destination;
  /** The file that an earlier run may have finished. */
  existing?: ExistingFile;
  /** Bytes that an earlier run had left. */
  resumedFrom = 0;
  /** The sink of a target that is one. */
  readonly sink?: ChunkSink;
  readonly #target: OpenTarget;
  readonly #how: Placing;
  readonly #turn?: NameTurn;

  /** Enters the line for a name, where the target is a folder shared with others. */
  constructor(target: OpenTarget, how: Placing) {
    this.#target = target;
    this.#how = how;
    this.sink = "sink" in target ? toSink(target.sink) : undefined;
    if (!("folder" in target) || !target.taken) return;
    const url = URL.parse(how.requester.url);
    if (url) this.#turn = TakenNames.of(target.taken).enter(proposedName({ url, headers: new Fields() }));
  }

  /** Whether the name comes with the response: what an earlier run left is found only then. */
  get isNamedLater(): boolean {
    return "folder" in this.#target;
  }

  /** Opens what can be opened before the network is touched: whatever stands in the way of a file is found first. */
  async prepare(signal: AbortSignal): Promise<void> {
    const target = this.#target;
    if (this.sink) this.destination = new SinkDestination(this.sink);
    if ("destination" in target) this.destination = target.destination;
    if (!("file" in target)) return;
    const special = await openSpecialFile(target.file, signal);
    if (special) this.destination = new SinkDestination(special, target.file);
    else if (!this.#findExisting(target.file)) this.#open(target.file);
  }

  /** Opens a file in a folder under the name that the response proposes; `length` is its size as far as that is known. */
  async openNamed(head: DownloadHead, length: number | undefined, deadline: Deadline): Promise<void> {
    const target = this.#target;
    if (!("folder" in target)) return;
    const { folder, taken } = target;
    const { force = false, commits, onEvent } = this.#how.options;
    const name = proposedName(head);
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

  /** Lets the others in the line for a name go on. */
  settleTurn(): void {
    this.#turn?.settle();
  }

  /** Closes the destination. */
  close(): void {
    this.destination?.close();
    this.settleTurn();
  }

  /** Finds a file that can be the result of an earlier run. */
  #findExisting(path: string): boolean {
    const { resume, force } = this.#how.options;
    if (resume === true && !force && this.#how.continues) this.existing = existingFile(path);
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
    const { requester, continues, options: { resume = false, force = false } } = this.#how;
    return new PartFile(file, { url: shownUrl(requester.url), resume: resume && continues, force });
  }
}
