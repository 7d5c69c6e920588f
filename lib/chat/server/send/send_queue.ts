import { closeQuietly, concat, type Transport } from "../../../core/mod.ts";

/** What an sendQueue needs of its server. */
export interface SendScheduler {
  /** Is told that there is something to send. */
  dirty(sendQueue: SendQueue): void;
  /** Whether what is in the outboxes may leave now. */
  readonly open: boolean;
}

/** Milliseconds in which a client has to take what was sent before its connection is closed. */
const CLOSE_TIMEOUT_MS = 3000;
/** What goes out in one write at most. */
const MAX_WRITE_BYTES = 256 * 1024;

/**
 * What is on its way to one client. Messages wrapWords while a write is under way and leave together with the next; whoever
 * takes nothing for so long that there is more than `limit` is cut off, and nobody waits for that. What the client has
 * asked for itself does not count in this, however long a list is: it is given no more before it has taken that
 * (`relieved`).
 */
export class SendQueue {
  /** Resolves when nothing more is taken. */
  readonly ended: Promise<void>;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<void>;
  /** Bytes that were sent. */
  sent = 0;
  /** What is sent last of all, such as the close frame of a WebSocket. */
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

  /** Sends to a connection; `overflow` is called once, when there is too much. */
  constructor(transport: Transport, scheduler: SendScheduler, limit: number, overflow: () => void) {
    this.#transport = transport;
    this.#scheduler = scheduler;
    this.#limit = limit;
    this.#overflow = overflow;
    this.ended = this.#end.promise;
    this.closed = this.#close.promise;
  }

  /** Bytes that have not left yet. */
  get size(): number {
    return this.#size + this.#writing;
  }

  /** Whether so much waits that the client should take some of it before it gets more of what it asks for. */
  get crowded(): boolean {
    return this.#state === "open" && this.size > this.#limit / 2;
  }

  /** Resolves when that is over, or the client gone. */
  async relieved(): Promise<void> {
    if (!this.crowded) return;
    this.#relief ??= Promise.withResolvers();
    await Promise.race([this.#relief.promise, this.ended]);
  }

  /** Takes bytes; they must not change any more. Those that the client has `asked` for are not too many. */
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

  /** Sends what is there, if the last write is over. */
  flush(): void {
    this.#dirty = false;
    if (this.#writing > 0 || this.#state === "closed" || this.#state === "lingering") return;
    if (this.#size > 0) void this.#write(this.#take());
    else if (this.#state === "ending") this.#linger();
  }

  /**
   * Takes no more, ends our side when all was sent, and closes when the client has ended its side too, or all that
   * takes too long. (Closing at once, with something of the client's unread, would take our last words from it.)
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

  /** Is told that the client has ended its side. */
  alone(): void {
    this.#alone = true;
    if (this.#state === "lingering") this.cut();
  }

  /** Closes at once. */
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

  /** The next piece: one message as it is, or several copied together. */
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
      // It is gone; who reads from it notices too.
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
