import { SystemError } from "../../../core/mod.ts";
import { type DownloadOptions, type DownloadReport, tryDownload } from "../../../get/mod.ts";
import { Fields } from "../../../http/mod.ts";
import { downloadTo, SMALL_FILE_BYTES } from "../../../get/internal.ts";
import type { LocalTree } from "../local_tree.ts";
import { getSmall } from "./get_small.ts";
import type { GotFile, RetryCount, TreeGetter, WantedFile } from "../remote/remote.ts";
import { listParts } from "./listing.ts";
import type { TreeEntry } from "../report.ts";
import { joinParts } from "../remote/parts.ts";
import type { RemoteEntry } from "../remote/remote_entry.ts";
import type { RemoteOptions } from "../remote/remote_options.ts";

/** Downloads files into a tree, each verified by the SHA-256 of the listing or of its response. */
export class FileGetter implements TreeGetter {
  readonly #tree: LocalTree;
  readonly #urlOf: (names: readonly string[]) => URL;
  readonly #options: RemoteOptions & RetryCount;
  /** The header fields, and the wish for a digest (RFC 9530). */
  readonly #withDigest: Fields;
  /** Whether the server sends digests with files. */
  #digestsCome = true;

  /** Downloads into this tree; `urlOf` returns the URL of the names of a file. */
  constructor(tree: LocalTree, urlOf: (names: readonly string[]) => URL, options: RemoteOptions & RetryCount) {
    this.#tree = tree;
    this.#urlOf = urlOf;
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
    const known = entry.sha256 === undefined ? await this.#ask(this.#urlOf(wanted.at)) : entry;
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
  async #getAtOnce(wanted: WantedFile, known: RemoteEntry): Promise<GotFile | undefined> {
    const { size = Infinity, sha256 } = known;
    if (size > SMALL_FILE_BYTES) return undefined;
    const { at, place, release, onProgress } = wanted;
    const asking = { ...this.#options, timeout: undefined, headers: this.#withDigest };
    const got = await getSmall(this.#urlOf(at), size, sha256, asking);
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
  async #getPatiently(wanted: WantedFile, known: RemoteEntry, sha256: string): Promise<GotFile> {
    const { at, place, release, onProgress } = wanted;
    const url = this.#urlOf(at);
    const { size } = known;
    if (size === undefined) throw failure("not-a-listing", "the listing of the server lacks the size of the file");
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
  async #ask(url: URL): Promise<RemoteEntry> {
    // Reading a large file for its digest takes its time.
    const patient = { ...this.#options, timeout: undefined, stall: 600_000, digest: true };
    const { entries: [entry] } = await joinParts(listParts(url, patient));
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
