import { type Connection, fromSystem, NetworkError } from "../../../core/mod.ts";
import { stalled, StallTimer } from "../../../core/time/stall.ts";
import type { FtpSession } from "../session.ts";

/** Milliseconds without data that are allowed by default. */
const STALL_MS = 60_000;

/** Data connection of a transfer: limited in the time without data, and ended with the session. */
export class DataConnection {
  /** Connection beneath. */
  readonly connection: Connection;
  /** Number of bytes that were moved. */
  bytes = 0;
  readonly #stall: StallTimer;
  readonly #signal: AbortSignal;
  readonly #abort: () => void;
  #failure?: unknown;
  #closed = false;

  /** Takes over a connection of a session. */
  constructor(connection: Connection, session: FtpSession) {
    this.connection = connection;
    const limit = session.options.stall ?? STALL_MS;
    this.#stall = new StallTimer(limit, () => {
      const { peer } = session.channel.connection;
      this.#fail(stalled(peer, limit, { phase: "body", bytes: this.bytes }));
    });
    this.#signal = session.clock.signal;
    this.#abort = () => this.#fail(this.#signal.reason);
    this.#signal.addEventListener("abort", this.#abort, { once: true });
    if (this.#signal.aborted) this.#abort();
  }

  /** Reads some bytes; null at the end. */
  async read(into: Uint8Array): Promise<number | null> {
    const count = await this.#try("read from", this.connection.read(into));
    if (count !== null) this.bytes += count;
    return count;
  }

  /** Writes all the bytes. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const count = await this.#try("write to", this.connection.write(done === 0 ? bytes : bytes.subarray(done)));
      if (count === 0) throw new NetworkError(`${this.connection.peer} accepts no data`, { code: "connection-reset" });
      done += count;
      this.bytes += count;
    }
  }

  /** Ends the data that is sent. Over TLS the connection stays open until the server has replied: it may still send records of TLS. */
  async finish(): Promise<void> {
    if (this.connection.security) await this.#try("write to", this.connection.finish());
    else this.close();
  }

  /** Closes the connection; a pending read or write fails. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stall.stop();
    this.#signal.removeEventListener("abort", this.#abort);
    this.connection.close();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.close();
  }

  async #try<T>(doing: string, work: Promise<T>): Promise<T> {
    try {
      const result = await this.#stall.during(work);
      if (this.#failure !== undefined) throw this.#failure;
      return result;
    } catch (error) {
      throw this.#failure ?? fromSystem(error, { doing, what: `${this.connection.peer} (data connection)` });
    }
  }
}
