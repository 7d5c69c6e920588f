import type { FtpDownload, FtpEntry } from "../../../ftp/internal.ts";
import { safeFileName, shortenName } from "../../../http/codec/fields/file_name.ts";
import { MAX_PROPOSED_BYTES } from "../naming/naming.ts";
import type { Answer, Facts, Outcome } from "../source.ts";
import { listingText } from "./listing_text.ts";
import type { Lease } from "./sessions.ts";

/** Size of the read buffer in bytes. */
const CHUNK_BYTES = 1 << 20;

/** A file of a server, as far as it is known. */
export interface FtpFile {
  /** URL, without its password. */
  readonly url: string;
  /** Path of the file. */
  readonly path: string;
  /** Address of the server. */
  readonly peer: string;
  /** The session that the file is transferred in. */
  readonly lease: Lease;
  /** Entry of the file. */
  readonly entry?: FtpEntry;
  /** Size in bytes. */
  readonly size?: number;
  /** The transfer, if one was started. */
  readonly download?: FtpDownload;
}

/** Reply of an FTP server about a file, and its transfer. */
export class FtpFileAnswer implements Answer {
  readonly outcome: Outcome;
  readonly size?: number;
  readonly #file: FtpFile;
  /** Whether the session can transfer another file. */
  #idle: boolean;

  constructor(outcome: Outcome, file: FtpFile) {
    this.outcome = outcome;
    this.size = file.size ?? file.entry?.size;
    this.#file = file;
    this.#idle = file.download === undefined;
  }

  get facts(): Facts {
    return { finalUrl: this.#file.url, entry: this.#file.entry };
  }

  get host(): string {
    return this.#file.peer;
  }

  get modified(): number | undefined {
    const { modified } = this.#file.entry ?? {};
    return modified === undefined || modified <= 0 || modified > Date.now() ? undefined : modified;
  }

  name(): string {
    const last = this.#file.path.split("/").at(-1) ?? "";
    return shortenName(safeFileName(last) ?? "download", MAX_PROPOSED_BYTES);
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    const { download } = this.#file;
    if (!download) return;
    const room = new Uint8Array(Math.max(1, Math.min(this.size ?? CHUNK_BYTES, CHUNK_BYTES)));
    while (true) {
      const count = await download.read(room);
      if (count === null) return;
      yield room.subarray(0, count);
    }
  }

  async confirm(): Promise<void> {
    await this.#file.download?.end();
    this.#idle = true;
  }

  async discard(): Promise<void> {}

  async close(): Promise<void> {
    const { lease, download } = this.#file;
    if (this.#idle) return await lease.release();
    lease.close();
    await download?.abort().catch(() => {});
  }
}

/** Listing of a folder of an FTP server. */
export class FtpListingAnswer implements Answer {
  readonly outcome: Outcome;
  readonly size: number;
  readonly facts: Facts;
  readonly host: string;
  readonly #text: Uint8Array;
  readonly #lease: Lease;

  constructor(
    entries: readonly FtpEntry[],
    { url, peer, unreadable, lease }: {
      readonly url: string;
      readonly peer: string;
      readonly unreadable: number;
      readonly lease: Lease;
    },
  ) {
    this.outcome = { kind: "whole", entity: { url } };
    this.#text = new TextEncoder().encode(listingText(entries));
    this.size = this.#text.length;
    this.facts = { finalUrl: url, entries, ...(unreadable > 0 && { unreadable }) };
    this.host = peer;
    this.#lease = lease;
  }

  name(): string {
    return "listing.txt";
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    yield this.#text;
  }

  async discard(): Promise<void> {}

  async close(): Promise<void> {
    await this.#lease.release();
  }
}
