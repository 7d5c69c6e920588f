import { type Deadline, NegativeError, ToucanError, UsageError } from "../../../core/mod.ts";
import { type FtpClient, type FtpEntry, type FtpListing, type FtpTarget, readFtpUrl } from "../../../ftp/internal.ts";
import { type Entity, isSameEntity } from "../entity.ts";
import { shownUrl } from "../naming/naming.ts";
import type { Answer, Source, Wanted } from "../source.ts";
import type { DownloadOptions } from "../types.ts";
import { doubledWait } from "../wait.ts";
import { FtpFileAnswer, FtpListingAnswer } from "./answer.ts";
import { type Lease, Sessions } from "./sessions.ts";
import { mayPassByFtp } from "./transient.ts";

/** Downloads by FTP: files as they are (`TYPE I`), and listings of folders. */
export class FtpSource implements Source {
  readonly url: string;
  readonly continues: boolean;
  readonly #options: DownloadOptions;
  #opened?: { readonly url: FtpTarget; readonly sessions: Sessions };

  constructor(url: string, options: DownloadOptions) {
    this.url = url.trim();
    this.#options = options;
    this.continues = options.method !== "HEAD" && !isListing(this.url);
  }

  async ask(wanted: Wanted, deadline: Deadline): Promise<Answer> {
    const { url, sessions } = this.#opened ??= this.#open();
    return await sessions.begin(async (lease) => {
      return await (url.folder ? this.#list(lease, url) : this.#file(lease, url, wanted, deadline));
    }, deadline);
  }

  waitAfter(error: unknown, count: number): number | undefined {
    const { retryWait = 1000, retryRefused = false } = this.#options;
    if (!(error instanceof ToucanError)) return undefined;
    if (error.code === "connection-refused" && !retryRefused) return undefined;
    return mayPassByFtp(error) ? doubledWait(retryWait, count) : undefined;
  }

  #open(): { readonly url: FtpTarget; readonly sessions: Sessions } {
    const url = readFtpUrl(this.url);
    const href = URL.parse(this.url);
    if (!href) throw new UsageError("invalid URL", { code: "invalid-url" });
    if (url.typecode === "a") {
      throw new UsageError("cannot transfer a file as text (;type=a): files are transferred as they are", {
        code: "unsupported-type",
      });
    }
    return { url, sessions: new Sessions(url, href, this.#options) };
  }

  async #file(lease: Lease, { path }: FtpTarget, wanted: Wanted, deadline: Deadline): Promise<Answer> {
    const { client } = lease;
    const entry = await client.stat(path);
    const head = this.#options.method === "HEAD";
    if (!entry && head) throw missing(client.peer, path);
    if (entry?.type === "folder" && !head) throw isFolder(client.peer, path);
    const entity = entityOf(shownUrl(this.url), entry);
    const known = { url: shownUrl(this.url), path, entry, peer: client.peer, lease };
    if (head) return new FtpFileAnswer({ kind: "whole", entity }, known);
    if (wanted.kind === "byte" || wanted.kind === "head") return new FtpFileAnswer({ kind: "probe", entity }, known);
    const from = wanted.kind === "rest" ? wanted.from : 0;
    if (wanted.kind === "rest" && !isSameEntity(wanted.entity, entity)) {
      return new FtpFileAnswer({ kind: "mismatch", reason: "the file has changed on the server" }, known);
    }
    if (wanted.kind === "rest") this.#options.onEvent?.({ kind: "resume", from });
    const download = await client.retrieve(path, { offset: from, size: entry?.size });
    deadline.phase = "body";
    const size = entry?.size ?? (from === 0 ? download.size : undefined);
    const outcome = wanted.kind === "rest" && size !== undefined
      ? { kind: "rest", length: size - from } as const
      : { kind: "whole", entity } as const;
    return new FtpFileAnswer(outcome, { ...known, size, download });
  }

  async #list(lease: Lease, { path }: FtpTarget): Promise<Answer> {
    const { client } = lease;
    let listing: FtpListing;
    try {
      listing = await client.list(path);
    } catch (error) {
      if (error instanceof NegativeError && await isFileAt(client, path)) throw isFile(client.peer, path, error);
      throw error;
    }
    const { entries, unreadable } = listing;
    // Some servers list nothing instead of refusing.
    if (entries.length + unreadable === 0 && await isFileAt(client, path)) throw isFile(client.peer, path);
    return new FtpListingAnswer(entries, { url: shownUrl(this.url), peer: client.peer, unreadable, lease });
  }
}

/** Whether a path that ends with a slash is that of a file. */
async function isFileAt(client: FtpClient, path: string): Promise<boolean> {
  const bare = path.replace(/\/+$/, "");
  return bare !== "" && bare !== path && !client.closed && (await client.stat(bare))?.type === "file";
}

function isListing(url: string): boolean {
  return /(?:\/|;type=d)$/i.test(url.replace(/[?#].*$/, ""));
}

/** Returns the identity of a file: both its size and its time have to be known for it to be resumed. */
function entityOf(url: string, entry: FtpEntry | undefined): Entity {
  const { size: length, modified, precision } = entry ?? {};
  // A file that was changed within this second may be changed again without another time.
  const settled = modified !== undefined && length !== undefined && precision === "second" &&
    Date.now() - modified >= 1000;
  return { url, length, lastModified: settled ? new Date(modified).toISOString() : undefined };
}

function missing(peer: string, path: string): NegativeError {
  return new NegativeError(`cannot find ${path || "/"} on ${peer}`, { code: "no-such-file", operation: "get", peer });
}

function isFolder(peer: string, path: string): NegativeError {
  return new NegativeError(`${path || "/"} is a folder on ${peer}`, { code: "is-a-folder", operation: "get", peer });
}

function isFile(peer: string, path: string, cause?: Error): NegativeError {
  return new NegativeError(`${path.replace(/\/+$/, "")} is a file on ${peer}`, {
    code: "is-a-file",
    operation: "get",
    peer,
    cause,
  });
}
