import { NegativeError, SystemError } from "../../core/mod.ts";
import {
  type DownloadOptions,
  type DownloadProgress,
  type DownloadReport,
  Fields,
  tryDownload,
} from "../../http/mod.ts";
import { downloadTo, SMALL_FILE_BYTES } from "../../http/internal.ts";
import type { ListedEntry } from "../listing.ts";
import { readReprDigest } from "../repr_digest.ts";
import type { LocalTree } from "./local_tree.ts";
import { list, type RemoteOptions } from "./remote.ts";
import type { TreeEntry } from "./report.ts";

/** A file that is to be downloaded. */
export interface WantedFile {
  /** Where it is. */
  readonly url: URL;
  /** What the listing says of it. */
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

/** The response came without the digest that it was to bring. */
class NoDigest extends Error {}

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
    const small = entry.size <= SMALL_FILE_BYTES;
    if (small && size === undefined && entry.sha256 === undefined && this.#digestsCome) {
      const got = await this.#getWithDigest(wanted);
      if (got) return got;
    }
    const known = entry.sha256 === undefined ? await this.#ask(wanted.url) : entry;
    const { sha256 } = known;
    if (sha256 === undefined) throw failure("file-changing", "the file changes while the server reads it");
    const file = this.#tree.place(place);
    if (size === known.size && await this.#tree.digest(place) === sha256) {
      return { action: "unchanged", file, sha256, bytes: entry.size };
    }
    return await this.#getKnown(wanted, known, sha256);
  }

  #asking({ onProgress, release }: WantedFile, { size }: ListedEntry): DownloadOptions {
    return { ...this.#options, timeout: undefined, force: true, maxSize: size, onReceived: release, onProgress };
  }

  /** Downloads a small file that comes with its digest; undefined where that did not come. */
  async #getWithDigest(wanted: WantedFile): Promise<GotFile | undefined> {
    const { url, entry, place, release } = wanted;
    let expected: string | undefined;
    const report = await downloadTo(url, this.#tree.held(place, entry.size, entry), {
      ...this.#asking(wanted, entry),
      headers: this.#withDigest,
      digest: true,
      onHead: ({ status, headers }) => {
        if (status >= 300) return;
        expected = readReprDigest(headers) ?? expected;
        if (expected === undefined) throw new NoDigest();
      },
      onReceived: (sha256) => {
        if (sha256 !== expected) throw mismatch(sha256, expected);
        release();
      },
    });
    const { error, bytes, sha256 } = report;
    if (error instanceof NoDigest || error?.cause instanceof NoDigest) {
      this.#digestsCome = false;
      return undefined;
    }
    if (error !== undefined) throw error;
    return { action: "saved", file: this.#tree.place(place), sha256, verified: "sha256", bytes, ...resumed(report) };
  }

  async #getKnown(wanted: WantedFile, known: ListedEntry, sha256: string): Promise<GotFile> {
    const { url, place } = wanted;
    const { size } = known;
    const options: DownloadOptions = {
      ...this.#asking(wanted, known),
      resume: true,
      checksum: { algorithm: "sha256", value: sha256 },
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
    if (!entry) throw failure("not-a-listing", "the server says nothing about the file");
    return entry;
  }
}

/** Bytes of an earlier run, where there are any. */
export function resumed({ resumedFrom }: DownloadReport): Pick<TreeEntry, "resumedFrom"> {
  return resumedFrom > 0 ? { resumedFrom } : {};
}

function mismatch(sha256: string | undefined, expected: string | undefined): NegativeError {
  return new NegativeError(`checksum mismatch: sha256 is ${sha256}, expected ${expected}`, {
    code: "checksum-mismatch",
    operation: "get",
  });
}

function failure(code: string, message: string): SystemError {
  return new SystemError(message, { code, operation: "get" });
}
