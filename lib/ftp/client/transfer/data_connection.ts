import { type Connection, fromSystem, NetworkError } from "../../../core/mod.ts";
import { stalled } from "../../../core/time/stall.ts";
import type { FtpSession } from "../session.ts";
import type { DataClock, DataWait } from "./data_clock.ts";

/** Data connection of a transfer: limited in the time without data, and ended with the session. */
export class DataConnection implements DataWait {
  /** Connection beneath. */
  readonly connection: Connection;
  /** Number of bytes that were moved. */
  bytes = 0;
  readonly #clock: DataClock;
  readonly #peer: string;
  #failure?: unknown;
  #closed = false;

  /** Takes over a connection of a session. */
  constructor(connection: Connection, session: FtpSession) {
    this.connection = connection;
    this.#peer = session.channel.connection.peer;
    this.#clock = session.dataClock;
    this.#clock.current = this;
    const { signal } = session.clock;
    if (signal.aborted) this.aborted(signal.reason);
  }

  /** Reads some bytes; null at the end. */
  async read(into: Uint8Array): Promise<number | null> {
    this.#clock.moving.begin();
    try {
      const count = await this.connection.read(into);
      if (this.#failure !== undefined) throw this.#failure;
      if (count !== null) this.bytes += count;
      return count;
    } catch (error) {
      throw this.#failed("read from", error);
    } finally {
      this.#clock.moving.end();
    }
  }

  /** Writes all the bytes. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const count = await this.#write(done === 0 ? bytes : bytes.subarray(done));
      if (count === 0) throw new NetworkError(`${this.connection.peer} accepts no data`, { code: "connection-reset" });
      done += count;
      this.bytes += count;
    }
  }

  /** Ends the data that is sent. Over TLS the connection stays open until the server has replied: it may still send records of TLS. */
  async finish(): Promise<void> {
    if (!this.connection.security) return this.close();
    try {
      await this.#clock.moving.during(this.connection.finish());
      if (this.#failure !== undefined) throw this.#failure;
    } catch (error) {
      throw this.#failed("write to", error);
    }
  }

  /** Closes the connection; a pending read or write fails. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#clock.current === this) this.#clock.current = undefined;
    this.connection.close();
  }

  /** Ends it since no data moves. */
  stalled(): void {
    this.aborted(stalled(this.#peer, this.#clock.stallMs, { phase: "body", bytes: this.bytes }));
  }

  /** Ends it with an error. */
  aborted(reason: unknown): void {
    this.#failure ??= reason;
    this.close();
  }

  async #write(bytes: Uint8Array): Promise<number> {
    this.#clock.moving.begin();
    try {
      const count = await this.connection.write(bytes);
      if (this.#failure !== undefined) throw this.#failure;
      return count;
    } catch (error) {
      throw this.#failed("write to", error);
    } finally {
      this.#clock.moving.end();
    }
  }

  #failed(doing: string, error: unknown): unknown {
    return this.#failure ?? fromSystem(error, { doing, what: `${this.connection.peer} (data connection)` });
  }
}
