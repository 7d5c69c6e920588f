import { ircLine } from "../codec/message.ts";
import type { JoinedChannel } from "./joined_channel.ts";

/** Lines that one request for history brings at most, unless the server says that it gives fewer. */
const MAX_REQUEST_LINES = 100;
/** Batches that can be open at once. */
const MAX_BATCHES = 100;

/** What is asked of a server about the past (IRCv3 chathistory), and how much of it has come. */
export class HistoryRequests {
  readonly #write: (line: string) => void;
  readonly #timeoutMs: number;
  readonly #backlog: number;
  readonly #settled: (room: JoinedChannel) => void;
  readonly #batches = new Map<string, { readonly room?: JoinedChannel; count: number }>();
  /** What will be answered, in order. */
  readonly #asked: {
    readonly room: JoinedChannel;
    readonly kind: "AFTER" | "LATEST";
    readonly limit: number;
    readonly last?: string;
  }[] = [];
  #maxLines = MAX_REQUEST_LINES;
  #timer?: ReturnType<typeof setTimeout>;

  /**
   * Begins on a connection; `settled` is called when all of a channel's past is there, or the server has not answered for
   * `patience` milliseconds.
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

  /** The server says how many lines it gives at most (RPL_ISUPPORT CHATHISTORY); 0 is any number. */
  limit(lines: number): void {
    if (lines > 0) this.#maxLines = Math.min(MAX_REQUEST_LINES, lines);
  }

  /** Waits for nothing any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#asked.length = 0;
  }

  /** Asks for what was said since the last message that is known, or for the last lines; false when none are wanted. */
  ask(room: JoinedChannel): boolean {
    if (room.last === undefined && this.#backlog === 0) return false;
    if (this.#asked.some((asked) => asked.room === room)) return true;
    this.#ask(room, room.last === undefined ? "LATEST" : "AFTER");
    return true;
  }

  /** A batch begins (`+name`) or ends (`-name`). */
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
    // There is more, unless the server gives the same again and again.
    const more = asked?.kind === "AFTER" && batch.count >= asked.limit && batch.room.last !== asked.last;
    if (more) this.#ask(batch.room, "AFTER");
    else this.#settled(batch.room);
  }

  /** Counts a message in its batch, and says whether that is one of the past. */
  count(name: string | undefined): boolean {
    const batch = name === undefined ? undefined : this.#batches.get(name);
    if (batch) batch.count++;
    return batch?.room !== undefined;
  }

  /** The server cannot answer: it may have forgotten the message that we had last. */
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

  /** Waits for the next answer, but not for ever. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#asked.length === 0) return;
    this.#timer = setTimeout(() => {
      const asked = this.#answered();
      if (asked) this.#settled(asked.room);
    }, this.#timeoutMs);
  }
}
