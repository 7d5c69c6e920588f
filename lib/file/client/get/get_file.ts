import { SystemError } from "../../../core/mod.ts";
import { type DownloadOptions, type DownloadProgress, type DownloadReport, tryDownload } from "../../../get/mod.ts";
import { Fields } from "../../../http/mod.ts";
import { downloadTo, SMALL_FILE_BYTES } from "../../../get/internal.ts";
import type { ListedEntry } from "../../server/listing.ts";
import type { LocalTree } from "../local_tree.ts";
import { getSmall } from "./get_small.ts";
import { list, type RemoteOptions } from "../remote.ts";
import type { TreeEntry } from "../report.ts";

/** A file that is to be downloaded. */
export interface WantedFile {
  /** Where it is. */
  readonly url: URL;
  /** Its entry in the listing. */
  readonly entry: ListedEntry;
  /** The names of its place in the tree. */
  readonly place: readonly string[];
  /** Called when it is received, and only has to be put on the disk. */
  readonly release: () => void;
  /** Called as bytes come. */
  readonly onProgress: (progress: DownloadProgress) => void;
}

/** A file that is in its place. */
export type GotFile = Pick<TreeEntry, "action" | "file" | "sha256" | "verified" | "bytes" | "resumedFrom">;

/** Downloads files into a tree, each verified by the SHA-256 of the listing or of its response. */
export class FileGetter {
  readonly #tree: LocalTree;
  readonly #options: RemoteOptions & Pick<DownloadOptions, "retries" | "retryWait">;
  /** The header fields, and the wish for a digest (RFC 9530). */
  readonly #withDigest: Fields;
  /** Whether the server sends digests with files. */
  #digestsCome = true;

  /** Downloads into this tree. */
  constructor(tree: LocalTree, options: RemoteOptions & Pick<DownloadOptions, "retries" | "retryWait">) {
    this.#tree = tree;
    this.#options = options;
    this.#withDigest = new Fields([...new Fields(options.headers), ["Want-Repr-Digest", "sha-256=1"]]);
  }

  /** Downloads a file, unless the tree has it. */
  async get(wanted: WantedFile): Promise<GotFile> {
    const { entry, place } = wanted;
    this.#tree.checkFree(place);
    const size = this.#tree.sizeOf(place);
    const blind = size === undefined && (entry.sha256 !== undefined || this.#digestsCome);
    const got = blind ? await this.#getAtOnce(wanted, entry) : undefined;
    if (got) return got;
    const known = entry.sha256 === undefined ? await this.#ask(wanted.url) : entry;
    const { sha256 } = known;
    if (sha256 === undefined) throw failure("file-changing", "the file changes while the server reads it");
    const file = this.#tree.place(place);
    if (size === known.size && await this.#tree.digest(place) === sha256) {
      return { action: "unchanged", file, sha256, bytes: entry.size };
    }
    return (blind ? undefined : await this.#getAtOnce(wanted, known)) ??
      await this.#getPatiently(wanted, known, sha256);
  }

  /** Downloads a small file where nothing goes wrong; undefined where something does. */
  async #getAtOnce(wanted: WantedFile, known: ListedEntry): Promise<GotFile | undefined> {
    const { size, sha256 } = known;
    if (size > SMALL_FILE_BYTES) return undefined;
    const { url, place, release, onProgress } = wanted;
    const asking = { ...this.#options, timeout: undefined, headers: this.#withDigest };
    const got = await getSmall(url, size, sha256, asking);
    this.#options.signal?.throwIfAborted();
    if (got === "no-digest") this.#digestsCome = false;
    if (!got || got === "no-digest") return undefined;
    const held = this.#tree.held(place, size, known);
    held.write(got.bytes);
    onProgress({ bytes: size, total: size });
    release();
    await held.finish();
    return { action: "saved", file: held.file, sha256: got.sha256, verified: "sha256", bytes: size };
  }

  /** Downloads a file with retries, a large one so that it can be resumed. */
  async #getPatiently(wanted: WantedFile, known: ListedEntry, sha256: string): Promise<GotFile> {
    const { url, place, release, onProgress } = wanted;
    const { size } = known;
    const options: DownloadOptions = {
      ...{ ...this.#options, timeout: undefined, resume: true, force: true, maxSize: size },
      checksum: { algorithm: "sha256", value: sha256 },
      ...{ onReceived: release, onProgress },
    };
    const staged = size <= SMALL_FILE_BYTES ? undefined : this.#tree.stage(place);
    const report = staged === undefined
      ? await downloadTo(url, this.#tree.held(place, size, known), options)
      : await tryDownload(url, { file: staged }, options);
    if (report.error !== undefined) throw report.error;
    if (staged !== undefined) await this.#tree.settle(staged, place, known);
    const { bytes } = report;
    return { action: "saved", file: this.#tree.place(place), sha256, verified: "sha256", bytes, ...resumed(report) };
  }

  /** Asks for a file by itself. */
  async #ask(url: URL): Promise<ListedEntry> {
    // Reading a large file for its digest takes its time.
    const patient = { ...this.#options, timeout: undefined, stall: 600_000, digest: true };
    const { entries: [entry] } = await list(url, patient);
    if (!entry) throw failure("not-a-listing", "the listing of the server lacks the file");
    return entry;
  }
}

/** Bytes of an earlier run, where there are any. */
export function resumed({ resumedFrom }: Pick<DownloadReport, "resumedFrom">): Pick<TreeEntry, "resumedFrom"> {
  return resumedFrom > 0 ? { resumedFrom } : {};
}

function failure(code: string, message: string): SystemError {
  return new SystemError(message, { code, operation: "get" });
}
