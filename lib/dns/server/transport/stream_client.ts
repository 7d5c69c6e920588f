import type { Connection } from "../../../core/dial/connection.ts";
import { IdleTimer } from "../../../core/time/idle.ts";
import { Frames } from "../../client/connections/frames.ts";
import type { Responder } from "../answer/responder.ts";
import type { TransferResponder } from "../answer/transfer_responder.ts";
import type { QueryClient } from "../answer/turn.ts";
import { FrameWriter } from "./frame_writer.ts";

/** Options of a {@link StreamClient}. */
export interface StreamClientOptions {
  /** Answers queries. */
  readonly responder: Responder;
  /** Answers requests for transfers. */
  readonly transfers: TransferResponder;
  /** Milliseconds without a query or a written response after which the connection is closed. */
  readonly idleMs: number;
  /** The client. */
  readonly client: QueryClient;
  /** Transport. */
  readonly transport: "tcp" | "tls";
}

/** Queries of one connection that wait for their responses; beyond it no more are read. */
const MAX_WAITING = 256;

/** Answers the queries of one connection: those that take longer do not hold up the others (RFC 7766 §6.2.1.1). */
export class StreamClient {
  readonly #connection: Connection;
  readonly #options: StreamClientOptions;
  readonly #writer: FrameWriter;
  #idle: IdleTimer;
  readonly #waiting = new Set<Promise<void>>();
  #finished = false;

  /** Serves a connection. */
  constructor(connection: Connection, options: StreamClientOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#idle = this.#timer();
    this.#writer = new FrameWriter(connection, () => this.#idle.touch());
  }

  /** Serves until the client closes its side, is idle, or the server stops. */
  async run(): Promise<void> {
    try {
      await this.#read();
      await Promise.all(this.#waiting);
      await this.#writer.flush();
    } catch {
      // The client has disconnected; it has its reasons.
    } finally {
      this.#idle[Symbol.dispose]();
      this.#connection.close();
    }
  }

  /** Reads no more, and closes the connection when all responses are written. */
  finish(): void {
    this.#finished = true;
    if (this.#waiting.size === 0 && this.#writer.empty) this.close();
  }

  /** Closes the connection, with what the client still waits for written before, unless it does not read. */
  #whenIdle(): void {
    if (this.#waiting.size === 0 || !this.#writer.empty) return this.close();
    this.#finished = true;
    const write = () => {
      this.#idle = this.#timer();
      return this.#writer.flush();
    };
    Promise.all(this.#waiting).then(write).catch(() => {}).finally(() => this.close());
  }

  #timer(): IdleTimer {
    return new IdleTimer(this.#options.idleMs, () => this.#whenIdle());
  }

  /** Closes the connection at once. */
  close(): void {
    this.#finished = true;
    this.#connection.close();
  }

  async #read(): Promise<void> {
    const frames = new Frames();
    while (!this.#finished) {
      const count = await this.#connection.read(frames.room());
      if (count === null) return;
      // Bytes that complete no query do not count: a client could send them for ever.
      for (const message of frames.add(count)) {
        this.#idle.touch();
        this.#answer(message);
        // A client that does not read its responses is not read from either.
        if (this.#writer.full) await this.#writer.ready();
        while (this.#waiting.size >= MAX_WAITING) await Promise.race(this.#waiting);
      }
    }
  }

  #answer(message: Uint8Array): void {
    const { responder, transfers, client, transport } = this.#options;
    const transfer = transfers.transfer(message, client, transport);
    const response = transfer ? this.#transfer(transfer) : responder.respond(message, client, transport);
    if (!(response instanceof Promise)) {
      if (response) this.#writer.add(response);
      return;
    }
    const task = response.then((response) => response && this.#writer.add(response)).catch(() => this.close())
      .finally(() => {
        this.#waiting.delete(task);
        if (this.#finished) this.finish();
      });
    this.#waiting.add(task);
  }

  async #transfer(messages: AsyncIterable<Uint8Array>): Promise<undefined> {
    for await (const message of messages) {
      this.#writer.add(message);
      await this.#writer.ready();
    }
  }
}
