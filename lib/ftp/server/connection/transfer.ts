import {
  closeQuietly,
  Connection,
  Deadline,
  formatNetAddress,
  fromSystem,
  IdleTimer,
  pause,
  SystemError,
  ToucanError,
  type Transport,
  writeAll,
} from "../../../core/mod.ts";
import type { FtpReplyText } from "../../codec/reply_text.ts";
import type { Passive } from "../data/passive.ts";
import { FtpRefusal } from "../refusal.ts";

/** Use of a data connection. */
export interface Job {
  /** Text of the 150 reply. */
  readonly opening: string;
  /** Sends or receives everything. Returns the text of the last reply. */
  run(data: DataConnection): Promise<string>;
  /** Releases what the job holds, however it ended. */
  close(): Promise<void> | void;
}

/** Data connection of a transfer. */
export interface DataConnection {
  /** Reads some bytes; null when the client has ended its side, with TLS by close_notify. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes all of the bytes. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the sending side. */
  finish(): Promise<void>;
  /** Throws if the transfer was aborted, or the control connection is gone. */
  check(): void;
  /**
   * Waits this many milliseconds for the control connection to end, after the end of the data. When a client is killed, its system
   * ends both connections one after the other, and which end is noticed first is chance. TLS tells by itself.
   */
  settle(ms: number): Promise<void>;
}

/** Dependencies of a transfer on its session. */
export interface TransferContext {
  /** Port of the data connection. */
  readonly passive: Passive;
  /** Performs the TLS handshake, where data is to be protected. */
  readonly secure?: (conn: Transport, signal: AbortSignal) => Promise<Transport>;
  /** Sends a reply. */
  readonly reply: (reply: FtpReplyText) => Promise<void>;
  /** Limits in milliseconds. */
  readonly timeouts: { readonly data: number; readonly handshake: number };
}

/** Transfer on a data connection (RFC 959 §5.3, §3.2). */
export class Transfer {
  /** Resolves when it is over, with the last reply, which was not sent yet. */
  readonly done: Promise<FtpReplyText>;
  /** Bytes on the data connection so far. */
  bytes = 0;
  /** Cause of a failure that is not the client's. */
  error?: ToucanError;
  readonly #context: TransferContext;
  readonly #abort = new AbortController();
  #conn?: Transport;

  /** Starts it. */
  constructor(context: TransferContext, job: Job) {
    this.#context = context;
    this.done = this.#run(job).catch((error) => this.#failure(error));
  }

  /** Ends it: the client has asked for that, is gone, or was too slow. */
  abort(reason: FtpRefusal): void {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort(reason);
    void this.#context.passive.close();
    if (this.#conn) closeQuietly(this.#conn);
  }

  async #run(job: Job): Promise<FtpReplyText> {
    const { passive, reply } = this.#context;
    try {
      const raw = await passive.connection.catch(() => {
        throw new FtpRefusal(425, "Cannot open data connection");
      });
      this.#check();
      this.#conn = raw;
      await reply({ code: 150, text: job.opening });
      const conn = await this.#secured(raw);
      return { code: 226, text: await this.#move(conn, job) };
    } catch (error) {
      return this.#failure(error);
    } finally {
      await job.close();
      if (this.#conn) closeQuietly(this.#conn);
      await passive.close();
    }
  }

  /** Performs the TLS handshake, if there is to be one. */
  async #secured(raw: Deno.TcpConn): Promise<Transport> {
    const { secure, timeouts } = this.#context;
    if (!secure) {
      const peer = formatNetAddress(raw.remoteAddr);
      return this.#conn = new Connection(raw, { peer, remote: peer, local: formatNetAddress(raw.localAddr) });
    }
    using deadline = new Deadline({ signal: this.#abort.signal, timeout: timeouts.handshake }, "TLS handshake");
    try {
      return this.#conn = await secure(raw, deadline.signal);
    } catch (error) {
      this.#check();
      throw new FtpRefusal(425, "TLS handshake on the data connection failed", error);
    }
  }

  async #move(conn: Transport, job: Job): Promise<string> {
    const { timeouts } = this.#context;
    using idle = new IdleTimer(timeouts.data, () => this.abort(new FtpRefusal(426, "Data connection timed out")));
    const moved = (count: number) => {
      this.bytes += count;
      idle.touch();
    };
    return await job.run({
      read: (into) =>
        uncut(async () => {
          const count = await conn.read(into);
          // What follows is for the disk to do, and takes its time.
          if (count === null) idle[Symbol.dispose]();
          else moved(count);
          return count;
        }),
      write: (bytes) => uncut(() => writeAll(conn, bytes, moved)),
      finish: () => uncut(() => conn.finish?.() ?? conn.closeWrite()),
      check: () => this.#check(),
      // With TLS, close_notify tells the end of a file from that of the client.
      settle: (ms) => pause(this.#context.secure ? 0 : ms, this.#abort.signal),
    });
  }

  #check(): void {
    this.#abort.signal.throwIfAborted();
  }

  #failure(error: unknown): FtpReplyText {
    const reason = this.#abort.signal.aborted ? this.#abort.signal.reason : error;
    if (reason instanceof FtpRefusal) return { code: reason.reply, text: reason.message };
    const known = fromSystem(reason, { doing: "transfer", what: "data" });
    this.error = known instanceof ToucanError
      ? known
      : new SystemError("cannot transfer data", { code: "transfer-failed", cause: reason });
    return { code: 451, text: "Local error in processing" };
  }
}

/** Does something on the data connection: whatever fails there, with TLS also an end without close_notify, is a cut. */
async function uncut<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new FtpRefusal(426, "Data connection closed; transfer aborted", error);
  }
}
