import { closeQuietly, type Connection, NetworkError, writeAll } from "../../../core/mod.ts";
import { DnsMessageError, malformed } from "../../codec/reader.ts";
import { type ChannelOptions, noAnswer, traceIgnored } from "./channel.ts";
import { Frames } from "./frames.ts";
import { random16 } from "./random.ts";
import { idOf } from "./sent_query.ts";
import { type Waiting, WaitingQueries } from "./waiting.ts";

/** Bytes of queries gathered for one write. */
const WRITE_BYTES = 16 * 1024;
const IDS = 65_536;

/** The server closed the connection, or it broke, while queries waited. */
export class ConnectionLost extends NetworkError {
  /** Name of the class. */
  override readonly name: string = "ConnectionLost";
  /** A kept connection may have been closed as idle. */
  readonly askAgain = true;
}

/** A connection that carries many queries at once. */
export interface QueryConnection {
  /** Number of responses received. */
  readonly received: number;
  /** Number of queries sent. */
  readonly sent: number;
  /** Number of bytes received of a response that is not complete. */
  readonly begun?: number;
  /** Number of queries that wait. */
  readonly waiting: number;
  /** Number of queries that the server accepts at once, if it tells. */
  readonly limit?: number;
  /** Whether it takes no more queries. */
  readonly ended: boolean;
  /** Returns the id for the next query, which counts as sent. */
  freeId(): number;
  /** Sends a query, which then waits. */
  send(waiting: Waiting): void;
  /** Stops waiting for a query. */
  forget(waiting: Waiting): void;
  /** Closes the connection; queries that wait are rejected. */
  close(reason: unknown): void;
}

/** A connection with many queries at once, whose responses come in any order (RFC 7766 §6.2.1.1, §7). */
export class StreamConnection implements QueryConnection {
  received = 0;
  ended = false;
  readonly #connection: Connection;
  readonly #options: ChannelOptions;
  readonly #waiting: WaitingQueries;
  readonly #freed: () => void;
  readonly #frames = new Frames();
  readonly #firstId = random16();
  #sent = 0;
  #gathered: Uint8Array[] = [];
  #writing = false;

  /** Reads from a connection that was established; `freed` is called when there is room for another query. */
  constructor(connection: Connection, options: ChannelOptions, freed: () => void) {
    this.#connection = connection;
    this.#options = options;
    this.#freed = freed;
    this.#waiting = new WaitingQueries(() => {
      freed();
      return noAnswer(options.peer, 0, undefined, this.begun);
    });
    this.#read();
  }

  /** Number of bytes received of a response that is not complete. */
  get begun(): number {
    return this.#frames.held;
  }

  /** Number of queries that wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Number of queries sent. */
  get sent(): number {
    return this.#sent;
  }

  /** The id of the next query: over a connection nothing has to be guessed. */
  freeId(): number {
    let id = (this.#firstId + this.#sent++) % IDS;
    while (this.#waiting.has(id)) id = (this.#firstId + this.#sent++) % IDS;
    return id;
  }

  /** Sends a query, which then waits. */
  send(waiting: Waiting): void {
    this.#waiting.add(waiting);
    // Its bytes may be used again when its time is over before they are written.
    this.#gathered.push(waiting.sent.bytes.slice());
    if (this.#writing) return;
    this.#writing = true;
    // What is sent in the same turn goes out in one write.
    queueMicrotask(() => this.#write());
  }

  /** Stops waiting for a query. */
  forget(waiting: Waiting): void {
    this.#waiting.delete(waiting);
  }

  /** Closes the connection; queries that wait are rejected. */
  close(reason: unknown): void {
    this.ended = true;
    closeQuietly(this.#connection);
    this.#waiting.fail(reason);
  }

  async #write(): Promise<void> {
    try {
      while (this.#gathered.length > 0) await writeAll(this.#connection, this.#takeGathered());
      this.#writing = false;
    } catch (error) {
      this.#lost(error);
    }
  }

  /** The messages that were gathered, each behind its length (RFC 1035 §4.2.2). */
  #takeGathered(): Uint8Array {
    let [count, size] = [0, 0];
    for (const { length } of this.#gathered) {
      if (count > 0 && size + length + 2 > WRITE_BYTES) break;
      [count, size] = [count + 1, size + length + 2];
    }
    const block = new Uint8Array(size);
    let at = 0;
    for (const message of this.#gathered.splice(0, count)) {
      block[at] = message.length >> 8;
      block[at + 1] = message.length & 255;
      block.set(message, at + 2);
      at += message.length + 2;
    }
    return block;
  }

  async #read(): Promise<void> {
    const frames = this.#frames;
    try {
      for (let count: number | null = 0; count !== null; count = await this.#connection.read(frames.room())) {
        for (const reply of frames.add(count)) this.#take(reply);
      }
      this.#lost(undefined);
    } catch (error) {
      if (error instanceof DnsMessageError) this.close(error);
      else this.#lost(error);
    }
  }

  #take(reply: Uint8Array): void {
    if (reply.length < 12) {
      throw new DnsMessageError("the answer ends too early", { code: "answer-cut", operation: "read" });
    }
    const waiting = this.#waiting.get(idOf(reply));
    const age = (idOf(reply) - this.#firstId + IDS) % IDS;
    if (!waiting) {
      if (age >= this.#sent) throw malformed("the id differs");
      if (this.#options.trace) traceIgnored(this.#options, reply, "no query with its id waits", "message");
      return;
    }
    const verdict = waiting.sent.judge(reply);
    if (verdict !== "response") throw malformed(verdict);
    this.received++;
    this.#waiting.delete(waiting);
    waiting.resolve(reply);
    this.#freed();
  }

  #lost(cause: unknown): void {
    if (this.ended) return;
    const { peer } = this.#options;
    this.close(
      new ConnectionLost(`${peer} closed the connection without an answer`, {
        code: "connection-cut",
        operation: "resolve",
        peer,
        cause,
      }),
    );
  }
}
