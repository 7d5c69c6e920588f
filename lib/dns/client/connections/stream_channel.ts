import { type Connection, fromSystem, TimeoutError } from "../../../core/mod.ts";
import { type AskOptions, onAbort } from "./ask_options.ts";
import { abortReason, type ChannelOptions, type DirectChannel, noAnswer, traceQuery } from "./channel.ts";
import type { QueryForm, Question } from "../../codec/query.ts";
import { SentQuery } from "./sent_query.ts";
import { ConnectionLost, type QueryConnection, StreamConnection } from "./stream_connection.ts";
import { closedError } from "./udp_channel.ts";
import { type Waiting, waitingQuery } from "./waiting.ts";

/** Queries at once on a connection, and connections. */
const PIPELINED = 100;
const MAX_CONNECTIONS = 4;

/** Establishes a connection. */
export type Dial = (signal: AbortSignal) => Promise<Connection>;

/** Starts to query over a connection; `freed` is to be called when there is room for another query. */
export type Establish = (connection: Connection, freed: () => void) => QueryConnection;

/**
 * Queries one server over connections that are kept (RFC 7766), over TCP or TLS. A kept connection that the server
 * closes is replaced, and what waited on it is sent again over a new one. A server that closes after the first query gets
 * one at a time from then on, and a connection for a query alone that brings no response is a failure.
 */
export class StreamChannel implements DirectChannel {
  readonly #dial: Dial;
  readonly #options: ChannelOptions;
  readonly #establish: Establish;
  readonly #opening = new Map<Promise<QueryConnection>, number>();
  readonly #controller = new AbortController();
  #connections: QueryConnection[] = [];
  #pipelined = PIPELINED;
  #queue: (() => void)[] = [];

  /** Opens nothing yet; without `establish` each message follows its length. */
  constructor(dial: Dial, options: ChannelOptions, establish?: Establish) {
    this.#dial = dial;
    this.#options = options;
    this.#establish = establish ?? ((connection, freed) => new StreamConnection(connection, options, freed));
  }

  /** Sends a query and returns the bytes of its response. */
  async ask(question: Question, options: AskOptions): Promise<Uint8Array> {
    const { trace, peer } = this.#options;
    while (true) {
      const connection = await this.#connection(options);
      // Another query may have taken the place in the meantime.
      if (!this.#hasRoom(connection)) continue;
      try {
        return await this.#send(connection, question, options);
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error;
        const { sent, received } = connection;
        // A connection for one query that brings no response is a failure. Any other may have been closed as idle, or by
        // a server that reads one query only: a reset for the others takes its response along.
        if (received === 0 && sent === 1) throw error;
        if (received <= 1) this.#pipelined = 1;
        trace?.({ direction: "*", peer, text: "the connection was closed: sent again over a new one" });
      } finally {
        this.#queue.shift()?.();
      }
    }
  }

  /** Sends a query without a promise, or returns false if there is no room on an open connection, or others wait for it. */
  send(form: QueryForm, name: string, waiting: Waiting): boolean {
    if (this.#queue.length > 0) return false;
    const open = this.#connections.find((connection) => this.#hasRoom(connection));
    if (!open) return false;
    waiting.sent.reuse(form, name, open.freeId(), false);
    open.send(waiting);
    return true;
  }

  #hasRoom({ ended, waiting, limit = Infinity }: QueryConnection): boolean {
    return !ended && waiting < Math.min(this.#pipelined, limit);
  }

  #send(connection: QueryConnection, question: Question, options: AskOptions): Promise<Uint8Array> {
    const sent = SentQuery.of(question, connection.freeId(), false);
    const { waiting, reply } = waitingQuery(sent, options, (waiting, reason) => {
      connection.forget(waiting);
      return abortReason(reason, this.#options.peer, 0, connection.begun);
    });
    if (this.#options.trace) traceQuery(this.#options, question, sent.bytes);
    connection.send(waiting);
    return reply;
  }

  /** A connection with room for another query; waits for one if all are full. */
  async #connection(options: AskOptions): Promise<QueryConnection> {
    while (true) {
      options.signal?.throwIfAborted();
      if (this.#controller.signal.aborted) throw closedError(this.#options.peer);
      if (performance.now() >= options.expires) throw noAnswer(this.#options.peer, 0);
      this.#connections = this.#connections.filter(({ ended }) => !ended);
      const open = this.#connections.find((connection) => this.#hasRoom(connection));
      if (open) return open;
      const [opening] = [...this.#opening].find(([, expected]) => expected < this.#pipelined) ?? [];
      if (opening) await this.#expect(opening, options);
      else if (this.#connections.length + this.#opening.size < MAX_CONNECTIONS) {
        await this.#expect(this.#open(), options);
      } else await this.#turn(options);
    }
  }

  #open(): Promise<QueryConnection> {
    const opening = this.#dial(this.#controller.signal).then((connection) => {
      const opened = this.#establish(connection, () => this.#queue.shift()?.());
      if (this.#controller.signal.aborted) opened.close(closedError(this.#options.peer));
      this.#connections.push(opened);
      return opened;
    }).finally(() => this.#opening.delete(opening));
    this.#opening.set(opening, 0);
    return opening;
  }

  async #expect(opening: Promise<QueryConnection>, options: AskOptions): Promise<void> {
    this.#opening.set(opening, (this.#opening.get(opening) ?? 0) + 1);
    const { peer } = this.#options;
    try {
      await within(opening, options, () => noAnswer(peer, 0));
    } catch (error) {
      throw fromSystem(error, { doing: "ask", what: peer });
    }
  }

  async #turn(options: AskOptions): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#queue.push(resolve);
    try {
      await within(promise, options, () => noAnswer(this.#options.peer, 0));
    } catch (error) {
      const index = this.#queue.indexOf(resolve);
      if (index < 0) this.#queue.shift()?.();
      else this.#queue.splice(index, 1);
      throw error;
    }
  }

  /** Closes its connections; queries that wait are rejected. */
  close(): void {
    const reason = closedError(this.#options.peer);
    this.#controller.abort(reason);
    for (const connection of this.#connections) connection.close(reason);
    for (const wake of this.#queue.splice(0)) wake();
  }
}

/** Settles as `work` does, or rejects when the time is over or the signal fires; `work` itself continues. */
async function within<T>(work: Promise<T>, { expires, signal }: AskOptions, late: () => unknown): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = onAbort(signal, (reason) => reject(reason instanceof TimeoutError ? late() : reason));
  const left = expires - performance.now();
  const timer = Number.isFinite(left) ? setTimeout(() => reject(late()), Math.max(0, left)) : undefined;
  work.catch(() => {});
  promise.catch(() => {});
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    stop();
  }
}
