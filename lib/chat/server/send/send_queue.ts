import { closeQuietly, concat, type Transport } from "../../../core/mod.ts";

/** Scheduler of the send queues of a server. */
export interface SendScheduler {
  /** Schedules a queue that has messages to send. */
  dirty(sendQueue: SendQueue): void;
  /** Whether messages may be sent now. */
  readonly open: boolean;
}

/** Time in which a client has to read the last messages before its connection is closed. */
const CLOSE_TIMEOUT_MS = 3000;
/** Limit of one write. */
const MAX_WRITE_BYTES = 256 * 1024;

/**
 * Queue of the messages to one client (SendQ). Messages that are added during a write are sent together by the next
 * one. A client that does not read is disconnected above `limit`; other clients do not wait for it. Replies that the
 * client has requested do not count, however long they are: its next commands wait until it has read them (`relieved`).
 */
export class SendQueue {
  /** Resolves when no more messages are accepted. */
  readonly ended: Promise<void>;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<void>;
  /** Bytes sent. */
  sent = 0;
  /** Bytes sent last, such as the close frame of a WebSocket. */
  last?: Uint8Array;
  readonly #transport: Transport;
  readonly #scheduler: SendScheduler;
  readonly #limit: number;
  readonly #overflow: () => void;
  readonly #end = Promise.withResolvers<void>();
  readonly #close = Promise.withResolvers<void>();
  #waiting: Uint8Array[] = [];
  #size = 0;
  #writing = 0;
  #asked = 0;
  #relief?: PromiseWithResolvers<void>;
  #dirty = false;
  #state: "open" | "ending" | "lingering" | "closed" = "open";
  #alone = false;
  #timer?: ReturnType<typeof setTimeout>;

  /** Creates a queue for a connection; `overflow` is called once, when the limit is exceeded. */
  constructor(transport: Transport, scheduler: SendScheduler, limit: number, overflow: () => void) {
    this.#transport = transport;
    this.#scheduler = scheduler;
    this.#limit = limit;
    this.#overflow = overflow;
    this.ended = this.#end.promise;
    this.closed = this.#close.promise;
  }

  /** Bytes that are not sent yet. */
  get size(): number {
    return this.#size + this.#writing;
  }

  /** Whether the client should read before it gets further replies. */
  get crowded(): boolean {
    return this.#state === "open" && this.size > this.#limit / 2;
  }

  /** Resolves when the client has read enough, or is gone. */
  async relieved(): Promise<void> {
    if (!this.crowded) return;
    this.#relief ??= Promise.withResolvers();
    await Promise.race([this.#relief.promise, this.ended]);
  }

  /**
   * Adds bytes, which must not change any more. Replies that the client has `asked` for do not count towards the limit.
   */
  add(bytes: Uint8Array, asked = false): void {
    if (this.#state !== "open") return;
    this.#waiting.push(bytes);
    this.#size += bytes.length;
    if (asked) this.#asked += bytes.length;
    if (this.size > this.#limit + this.#asked) {
      this.cut();
      this.#overflow();
    } else if (!this.#dirty) {
      this.#dirty = true;
      this.#scheduler.dirty(this);
    }
  }

  /** Sends the queued messages, unless a write is in progress. */
  flush(): void {
    this.#dirty = false;
    if (this.#writing > 0 || this.#state === "closed" || this.#state === "lingering") return;
    if (this.#size > 0) void this.#write(this.#take());
    else if (this.#state === "ending") this.#linger();
  }

  /**
   * Accepts no more messages, closes the write side when all are sent, and the connection when the client has closed
   * its side, or after a timeout. Closing at once with unread input would discard the last messages.
   */
  end(): void {
    if (this.#state !== "open") return;
    if (this.last) this.add(this.last);
    if (this.#state !== "open") return;
    this.#state = "ending";
    this.#end.resolve();
    this.#timer = setTimeout(() => this.cut(), CLOSE_TIMEOUT_MS);
    this.#scheduler.dirty(this);
  }

  /** Records that the client has closed its side. */
  alone(): void {
    this.#alone = true;
    if (this.#state === "lingering") this.cut();
  }

  /** Closes the connection at once. */
  cut(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    clearTimeout(this.#timer);
    this.#waiting = [];
    this.#size = 0;
    this.#end.resolve();
    closeQuietly(this.#transport);
    this.#close.resolve();
  }

  #linger(): void {
    if (this.#alone) return this.cut();
    this.#state = "lingering";
    const ended = this.#transport.finish?.() ?? this.#transport.closeWrite();
    ended.catch(() => this.cut());
  }

  /** Returns the bytes of the next write: one message as it is, or several copied together. */
  #take(): Uint8Array {
    const waiting = this.#waiting;
    let count = 0;
    let size = 0;
    for (const bytes of waiting) {
      if (count > 0 && size + bytes.length > MAX_WRITE_BYTES) break;
      size += bytes.length;
      count++;
    }
    const pieces = count === waiting.length ? waiting : waiting.slice(0, count);
    this.#waiting = count === waiting.length ? [] : waiting.slice(count);
    this.#size -= size;
    const [first] = pieces;
    return first && pieces.length === 1 ? first : concat(pieces);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#writing = bytes.length;
    try {
      for (let done = 0; done < bytes.length;) {
        const count = await this.#transport.write(done === 0 ? bytes : bytes.subarray(done));
        done += count;
        this.sent += count;
        this.#writing = bytes.length - done;
        this.#asked = Math.min(this.#asked, this.size);
        if (this.#relief && !this.crowded) {
          this.#relief.resolve();
          this.#relief = undefined;
        }
      }
    } catch {
      // The connection is lost; its reader notices, too.
      return this.cut();
    }
    this.#writing = 0;
    if (this.#size === 0 && this.#state === "open") return;
    if (this.#scheduler.open) this.flush();
    else if (!this.#dirty) {
      this.#dirty = true;
      this.#scheduler.dirty(this);
    }
  }
}
