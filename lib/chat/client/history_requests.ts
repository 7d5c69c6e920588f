import { ircLine } from "../codec/message.ts";
import type { JoinedChannel } from "./joined_channel.ts";

/** Limit of lines of one request, unless the server has a lower one. */
const MAX_REQUEST_LINES = 100;
/** Limit of open batches. */
const MAX_BATCHES = 100;

/** Requests history from a server (IRCv3 chathistory) and tracks the answers. */
export class HistoryRequests {
  readonly #write: (line: string) => void;
  readonly #timeoutMs: number;
  readonly #backlog: number;
  readonly #settled: (room: JoinedChannel) => void;
  readonly #batches = new Map<string, { readonly room?: JoinedChannel; count: number }>();
  /** Requests without an answer, in order. */
  readonly #asked: {
    readonly room: JoinedChannel;
    readonly kind: "AFTER" | "LATEST";
    readonly limit: number;
    readonly last?: string;
  }[] = [];
  #maxLines = MAX_REQUEST_LINES;
  #timer?: ReturnType<typeof setTimeout>;

  /**
   * Starts on a connection; `settled` is called when the history of a channel is complete, or `timeoutMs` have passed
   * without an answer.
   */
  constructor(
    write: (line: string) => void,
    backlog: number,
    settled: (room: JoinedChannel) => void,
    timeoutMs: number,
  ) {
    this.#write = write;
    this.#backlog = backlog;
    this.#settled = settled;
    this.#timeoutMs = timeoutMs;
  }

  /** Handles the server's limit of lines per request (RPL_ISUPPORT CHATHISTORY); 0 means unlimited. */
  limit(lines: number): void {
    if (lines > 0) this.#maxLines = Math.min(MAX_REQUEST_LINES, lines);
  }

  /** Whether a request has not been answered. */
  get pending(): boolean {
    return this.#asked.length > 0;
  }

  /** Stops all timers. */
  close(): void {
    clearTimeout(this.#timer);
    this.#asked.length = 0;
  }

  /**
   * Requests the messages after the last known one, or the last lines; returns false when there is nothing to request.
   */
  ask(room: JoinedChannel): boolean {
    if (room.last === undefined && this.#backlog === 0) return false;
    if (this.#asked.some((asked) => asked.room === room)) return true;
    this.#ask(room, room.last === undefined ? "LATEST" : "AFTER");
    return true;
  }

  /** Handles the start (`+name`) or end (`-name`) of a batch. */
  batch(reference: string, type: string, room: JoinedChannel | undefined): void {
    const name = reference.slice(1);
    if (reference.startsWith("+")) {
      if (this.#batches.size < MAX_BATCHES) {
        this.#batches.set(name, { room: type === "chathistory" ? room : undefined, count: 0 });
      }
      return;
    }
    const batch = this.#batches.get(name);
    this.#batches.delete(name);
    if (!batch?.room || this.#asked[0]?.room !== batch.room) return;
    const asked = this.#answered();
    // More lines follow, unless the server sends the same ones again.
    const more = asked?.kind === "AFTER" && batch.count >= asked.limit && batch.room.last !== asked.last;
    if (more) this.#ask(batch.room, "AFTER");
    else this.#settled(batch.room);
  }

  /** Counts a message of a batch; returns whether the batch is history. */
  count(name: string | undefined): boolean {
    const batch = name === undefined ? undefined : this.#batches.get(name);
    if (batch) batch.count++;
    return batch?.room !== undefined;
  }

  /** Handles a failed request: the server may no longer have the last known message. */
  failed(): void {
    const asked = this.#answered();
    if (!asked) return;
    if (asked.kind === "AFTER") this.#ask(asked.room, "LATEST");
    else this.#settled(asked.room);
  }

  #ask(room: JoinedChannel, kind: "AFTER" | "LATEST"): void {
    const from = kind === "AFTER" && room.last !== undefined ? `msgid=${room.last}` : "*";
    const limit = room.last === undefined ? Math.min(this.#backlog, this.#maxLines) : this.#maxLines;
    this.#asked.push({ room, kind, limit, last: room.last });
    if (this.#asked.length === 1) this.#watch();
    this.#write(ircLine(undefined, "CHATHISTORY", kind, room.name, from, `${limit}`));
  }

  #answered() {
    const asked = this.#asked.shift();
    this.#watch();
    return asked;
  }

  /** Starts the timeout of the next answer. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#asked.length === 0) return;
    this.#timer = setTimeout(() => {
      const asked = this.#answered();
      if (asked) this.#settled(asked.room);
    }, this.#timeoutMs);
  }
}
