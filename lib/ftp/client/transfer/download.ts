import { NetworkError } from "../../../core/mod.ts";
import { modifiedOf } from "../commands/modified_time.ts";
import { confirmed, settled } from "./end_transfer.ts";
import type { FtpSession } from "../session.ts";
import type { RetrieveOptions } from "../options.ts";
import { beginTransfer, type Transfer } from "./transfer.ts";

/**
 * File that is being retrieved: read it to its end, then call `end`. The session is free for other commands afterwards.
 *
 * @example Retrieve a file from an offset
 * ```ts
 * import { connectFtp, serveFiles } from "../../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/a.txt`, "hello world");
 * {
 *   await using server = serveFiles(folder, "127.0.0.1:0", { ftp: { listen: "127.0.0.1:0" } });
 *   await using client = await connectFtp(server.ftp[0]?.addr ?? "");
 *   await using download = await client.retrieve("a.txt", { offset: 6, size: 11 });
 *   const buffer = new Uint8Array(64 * 1024);
 *   let bytes = 0;
 *   for (let count = await download.read(buffer); count !== null; count = await download.read(buffer)) bytes += count;
 *   await download.end();
 *   assertEquals(bytes, 5);
 * }
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class FtpDownload implements AsyncDisposable {
  /** Size of the whole file, if the server or the caller has told it. */
  readonly size?: number;
  /** Time of the last change in milliseconds since 1970, if it was asked for and the server tells it. */
  readonly modified?: number;
  readonly #session: FtpSession;
  readonly #transfer: Transfer;
  readonly #options: RetrieveOptions;
  readonly #release: () => void;
  #state: "open" | "read" | "ended" = "open";

  /** Takes over a transfer; `release` is called when it has ended. */
  constructor(session: FtpSession, transfer: Transfer, options: RetrieveOptions, release: () => void) {
    this.#session = session;
    this.#transfer = transfer;
    this.#options = options;
    this.#release = release;
    const [time] = transfer.asked;
    this.modified = time && modifiedOf(time);
    this.size = options.size ?? (options.offset ? undefined : announcedSize(transfer.begun.lines.join(" ")));
  }

  /** Number of bytes that were received. */
  get bytes(): number {
    return this.#transfer.data.bytes;
  }

  /**
   * Reads some bytes, straight from the connection; null at the end of the data.
   *
   * @throws {NetworkError} `connection-…` when the data connection was cut: over TLS also when it ended without close_notify, unless
   * the file is known to be whole; `transfer-incomplete` when there is more data than the size given.
   * @throws {TimeoutError} `stalled`.
   */
  async read(into: Uint8Array): Promise<number | null> {
    if (this.#state !== "open") return null;
    const { data } = this.#transfer;
    try {
      const count = await data.read(into);
      if (this.#isLonger()) throw this.#incomplete(`the server sent more than ${this.#expected()} bytes`);
      if (count !== null) return count;
      // The server may wait for the end of TLS.
      if (data.connection.security) await data.finish().catch(() => {});
    } catch (error) {
      const whole = error instanceof NetworkError && error.code === "connection-cut" && this.#isWhole();
      if (!whole) throw await this.#failed(error);
    }
    data.close();
    this.#state = "read";
    return null;
  }

  /**
   * Waits for the server's confirmation that the transfer is complete.
   *
   * @throws {NetworkError} `transfer-incomplete` when it does not confirm it, when not all data was read, or when the number of bytes
   * is not that of the size given.
   */
  async end(): Promise<void> {
    if (this.#state === "ended") return;
    if (this.#state === "open") {
      await this.abort();
      throw this.#incomplete("not all data was read");
    }
    this.#state = "ended";
    try {
      await confirmed(this.#session, this.#transfer);
    } finally {
      this.#release();
    }
    if (this.#options.size === undefined || this.#isWhole()) return;
    throw this.#incomplete(`received ${this.bytes} of ${this.#expected()} bytes`);
  }

  /** Ends the transfer early. The connection stays usable if the server replies soon; otherwise it is closed. */
  async abort(): Promise<void> {
    if (this.#state === "ended") return;
    await this.#failed(undefined);
  }

  /** Ends the transfer if it has not ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.abort();
  }

  async #failed(error: unknown): Promise<unknown> {
    this.#state = "ended";
    this.#transfer.data.close();
    try {
      return await settled(this.#session, this.#transfer, error);
    } finally {
      this.#release();
    }
  }

  /** Number of bytes of this transfer, if the size of the file was given. */
  #expected(): number | undefined {
    const { size, offset = 0 } = this.#options;
    return size === undefined ? undefined : Math.max(0, size - offset);
  }

  #isWhole(): boolean {
    const { size, offset = 0 } = this.#options;
    return size !== undefined && offset + this.bytes === size;
  }

  #isLonger(): boolean {
    const expected = this.#expected();
    return expected !== undefined && this.bytes > expected;
  }

  #incomplete(what: string): NetworkError {
    const { operation } = this.#transfer;
    const { peer } = this.#session.channel.connection;
    return new NetworkError(`cannot ${operation} from ${peer}: ${what}`, {
      code: "transfer-incomplete",
      operation,
      peer,
      bytes: this.bytes,
    });
  }
}

/** Size in the first reply to `RETR`, as many servers write it: `Opening BINARY mode data connection for a.txt (1234 bytes).` */
function announcedSize(text: string): number | undefined {
  const [, digits] = /\((\d{1,15}) bytes\)\.?\s*$/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Requests a file. */
export async function openDownload(
  session: FtpSession,
  path: string,
  operation: string,
  options: RetrieveOptions,
): Promise<Transfer> {
  const { offset = 0, modified = false } = options;
  return await beginTransfer(session, {
    ask: modified && session.features.has("MDTM") ? [{ verb: "MDTM", argument: path }] : [],
    restart: offset > 0 ? { verb: "REST", argument: `${offset}`, refused: { code: "resume-refused" } } : undefined,
    command: { verb: "RETR", argument: path },
    operation,
    refused: { missing: true },
  });
}
