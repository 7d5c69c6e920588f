import { ByteReader, formatSize, type Input, NetworkError, showUntrusted, UsageError } from "../../core/mod.ts";
import type { FtpEntry, FtpListing } from "../codec/entry.ts";
import type { FtpFeatures } from "../codec/features.ts";
import { pathProblem } from "../codec/path_text.ts";
import type { FtpReply } from "../codec/reply.ts";
import { FtpDownload, openDownload } from "./transfer/download.ts";
import { type FtpHashAlgorithm, hashOf } from "./commands/hash.ts";
import { listFolder } from "./commands/list.ts";
import type { RetrieveOptions, StoreOptions } from "./options.ts";
import { refusal, type RefusalOptions } from "./refusal.ts";
import { type FtpSession, remotePath } from "./session.ts";
import { renameStored, type RenameStoredOptions } from "./commands/rename_stored.ts";
import { modifiedTime, setModifiedTime } from "./commands/modified_time.ts";
import { statPath } from "./commands/stat.ts";
import { Turns } from "./turns.ts";
import { upload } from "./transfer/upload.ts";

/** Default limit of a file that is retrieved into memory. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Number of UTF-16 units of a path that an error shows. */
const SHOWN_UNITS = 200;

/**
 * FTP session: one command or transfer at a time, further calls wait for their turn. Paths are relative to the folder after
 * the login unless they begin with `/`; they are sent in UTF-8, and must not contain CR, LF or NUL (`UsageError` `injection`).
 *
 * All methods reject with `FtpRefusedError` when the server rejects a command (5xx; code `ftp-refused`, or `no-such-file` where reply 550
 * means that), with `FtpTransientError` for now (4xx), with `TimeoutError` when a reply or data does not come in time, and with `NetworkError` when the
 * connection is lost: the session is `closed` then.
 *
 * @example List a folder and retrieve a file
 * ```ts
 * import { connectFtp, serveFiles } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/a.txt`, "hello");
 * {
 *   await using server = serveFiles(folder, "127.0.0.1:0", { ftp: { listen: "127.0.0.1:0" } });
 *   await using client = await connectFtp(server.ftp[0]?.addr ?? "");
 *   const { entries } = await client.list("");
 *   assertEquals(entries.map(({ name, size }) => [name, size]), [["a.txt", 5]]);
 *   assertEquals(new TextDecoder().decode(await client.retrieveBytes("a.txt")), "hello");
 * }
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class FtpClient implements AsyncDisposable {
  /** Server, as named by the caller: `ftp.example.com:21`. */
  readonly peer: string;
  /** Features of the server. */
  readonly features: FtpFeatures;
  readonly #session: FtpSession;
  readonly #end: (reason: unknown) => void;
  readonly #turns = new Turns();

  /** Takes over a session; `end` aborts all that it waits for. Use `connectFtp`. */
  constructor(session: FtpSession, end: (reason: unknown) => void) {
    this.#session = session;
    this.#end = end;
    this.peer = session.channel.connection.peer;
    this.features = session.features;
  }

  /** Whether the connection was closed, or has failed: every further call is rejected. */
  get closed(): boolean {
    return this.#session.channel.closed;
  }

  /** Returns the file or folder at a path (`MLST`, else `SIZE`, `MDTM` and `CWD`); undefined if there is none. */
  stat(path: string): Promise<FtpEntry | undefined> {
    return this.#run("look up", path, (where, operation) => statPath(this.#session, where, operation));
  }

  /** Returns the time of the last change of a file in milliseconds since 1970 (`MDTM`); undefined if the server does not tell it. */
  modifiedTime(path: string): Promise<number | undefined> {
    return this.#run("look up", path, (where, operation) => modifiedTime(this.#session, where, operation));
  }

  /**
   * Returns the entries of a folder (`MLSD`, else `LIST`), in the order of the server; at most 64 MiB and 1,000,000 entries. Names are
   * untrusted, but never a path.
   */
  list(path: string): Promise<FtpListing> {
    return this.#run("list", path, (where, operation) => listFolder(this.#session, where, operation));
  }

  /** Begins to retrieve a file (`RETR`); other calls wait until the download has ended. Reply 550 is `no-such-file`. */
  async retrieve(path: string, options?: RetrieveOptions): Promise<FtpDownload> {
    const operation = this.#operation("retrieve", path);
    const release = await this.#turns.take();
    try {
      const transfer = await openDownload(this.#session, remotePath(this.#session, path), operation, options ?? {});
      return new FtpDownload(this.#session, transfer, options ?? {}, release);
    } catch (error) {
      this.#session.clock.pause();
      release();
      throw error;
    }
  }

  /**
   * Retrieves a file into memory, at most `limit` bytes (64 MiB unless given).
   *
   * @throws {NetworkError} `too-large`.
   */
  async retrieveBytes(path: string, limit?: number): Promise<Uint8Array<ArrayBuffer>> {
    const most = limit ?? MAX_BYTES;
    await using download = await this.retrieve(path);
    const reader = new ByteReader(download, this.peer);
    const bytes = await reader.readUpTo(most + 1);
    if (bytes.length > most) {
      const text = `cannot retrieve ${showUntrusted(path, { limit: SHOWN_UNITS })}: more than ${formatSize(most)}`;
      throw new NetworkError(text, { code: "too-large", operation: "retrieve", peer: this.peer });
    }
    await download.end();
    return bytes;
  }

  /**
   * Stores a file (`STOR`, `APPE`) from a text, bytes, or a source of them. When the source fails, the connection is closed, so that the
   * server does not take the end of the data for that of the file.
   */
  store(path: string, source: Input, options?: StoreOptions): Promise<void> {
    return this.#run("store", path, (where, what) => upload(this.#session, where, what, source, options ?? {}));
  }

  /** Makes a folder (`MKD`). */
  async makeFolder(path: string): Promise<void> {
    await this.#command("make the folder", path, "MKD");
  }

  /** Removes a file (`DELE`). */
  async remove(path: string): Promise<void> {
    await this.#command("remove", path, "DELE");
  }

  /** Removes an empty folder (`RMD`). */
  async removeFolder(path: string): Promise<void> {
    await this.#command("remove the folder", path, "RMD");
  }

  /** Renames a file or folder (`RNFR`, `RNTO`). */
  async rename(from: string, to: string): Promise<void> {
    this.#operation("rename to", to);
    await this.#run("rename", from, async (where, operation) => {
      const { channel } = this.#session;
      this.#granted(await channel.ask("RNFR", where), operation, { missing: true });
      this.#granted(await channel.ask("RNTO", remotePath(this.#session, to)), operation, {});
    });
  }

  /**
   * Renames a file that was stored under a temporary name, after its size was checked and its time set, with fewer waits than by calls
   * of their own (`SIZE`, `MFMT` or `MDTM`, `RNFR`, `RNTO`).
   */
  async renameStored(from: string, to: string, options: RenameStoredOptions): Promise<void> {
    this.#operation("rename to", to);
    await this.#run(
      "rename",
      from,
      (where, operation) => renameStored(this.#session, [where, remotePath(this.#session, to)], operation, options),
    );
  }

  /**
   * Sets the time of the last change of a file, in milliseconds since 1970 (`MFMT`, or `MDTM` with a time). Returns false where the server
   * cannot do that.
   */
  setModified(path: string, ms: number): Promise<boolean> {
    return this.#run("set the time of", path, (where, what) => setModifiedTime(this.#session, where, ms, what));
  }

  /**
   * Returns the hash of a file in hexadecimal digits, as the server computes it (`HASH`, `XSHA256` and the like); undefined if it offers
   * none.
   */
  hash(path: string, algorithm: FtpHashAlgorithm): Promise<string | undefined> {
    return this.#run("hash", path, (where, operation) => hashOf(this.#session, where, algorithm, operation));
  }

  /** Does nothing on the server (`NOOP`): rejects if the connection is lost. */
  async noop(): Promise<void> {
    await this.#turn(async () => this.#granted(await this.#session.channel.ask("NOOP"), "keep the connection", {}));
  }

  /** Says goodbye (`QUIT`), and closes the connection; a server that does not reply does not matter. */
  async quit(): Promise<void> {
    try {
      await this.#turn(() => this.#session.channel.ask("QUIT"));
    } catch {
      // Closed, or about to be.
    } finally {
      this.close();
    }
  }

  /** Closes the connection at once; pending calls and downloads are rejected. */
  close(): void {
    this.#end(
      new NetworkError(`the connection to ${this.peer} was closed`, { code: "connection-closed", peer: this.peer }),
    );
    this.#session.channel.close();
    this.#session.clock[Symbol.dispose]();
    this.#session.dataClock[Symbol.dispose]();
  }

  /** Quits; if a call or a download has not ended, it is aborted instead. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.closed && !this.#turns.busy) await this.quit();
    this.close();
  }

  async #command(verb: string, path: string, command: string, options: RefusalOptions = {}): Promise<void> {
    await this.#run(verb, path, async (where, operation) => {
      this.#granted(await this.#session.channel.ask(command, where), operation, options);
    });
  }

  #granted(reply: FtpReply, operation: string, options: RefusalOptions): void {
    if (reply.code < 200 || reply.code >= 400) throw refusal(this.peer, operation, reply, options);
  }

  /** Returns the operation on a path, for errors; throws for a path that cannot be sent. */
  #operation(verb: string, path: string): string {
    const operation = `${verb} ${showUntrusted(path === "" ? "." : path, { limit: SHOWN_UNITS })}`;
    const problem = path === "" ? undefined : pathProblem(path);
    if (problem !== undefined) throw new UsageError(`cannot ${operation}: ${problem}`, { code: "injection" });
    return operation;
  }

  async #run<T>(verb: string, path: string, work: (path: string, operation: string) => Promise<T>): Promise<T> {
    const operation = this.#operation(verb, path);
    return await this.#turn(() => work(remotePath(this.#session, path), operation));
  }

  async #turn<T>(work: () => Promise<T>): Promise<T> {
    const release = await this.#turns.take();
    try {
      return await work();
    } finally {
      this.#session.clock.pause();
      release();
    }
  }
}
