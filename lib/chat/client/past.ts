import { ircLine } from "../codec/message.ts";
import type { Link } from "./link.ts";
import type { Room } from "./room.ts";

/** Lines that one request for history brings at most. */
const PIECE = 100;

/** What is asked of a server about the past (IRCv3 chathistory), and how much of it has come. */
export class Past {
  readonly #link: Link;
  readonly #backlog: number;
  readonly #settled: (room: Room) => void;
  readonly #batches = new Map<string, { readonly room?: Room; count: number }>();
  /** What will be answered, in order. */
  readonly #asked: { readonly room: Room; readonly kind: "AFTER" | "LATEST" }[] = [];

  /** Begins on a connection; `settled` is called when all of a channel's past is there. */
  constructor(link: Link, backlog: number, settled: (room: Room) => void) {
    this.#link = link;
    this.#backlog = backlog;
    this.#settled = settled;
  }

  /** Asks for what was said since the last message that is known, or for the last lines; false when none are wanted. */
  ask(room: Room): boolean {
    if (room.last === undefined && this.#backlog === 0) return false;
    this.#ask(room, room.last === undefined ? "LATEST" : "AFTER");
    return true;
  }

  /** A batch begins (`+name`) or ends (`-name`). */
  batch(reference: string, type: string, room: Room | undefined): void {
    const name = reference.slice(1);
    if (reference.startsWith("+")) {
      this.#batches.set(name, { room: type === "chathistory" ? room : undefined, count: 0 });
      return;
    }
    const batch = this.#batches.get(name);
    this.#batches.delete(name);
    if (!batch?.room || this.#asked[0]?.room !== batch.room) return;
    const asked = this.#asked.shift();
    if (asked?.kind === "AFTER" && batch.count >= PIECE) this.#ask(batch.room, "AFTER");
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
    const asked = this.#asked.shift();
    if (!asked) return;
    if (asked.kind === "AFTER") this.#ask(asked.room, "LATEST");
    else this.#settled(asked.room);
  }

  #ask(room: Room, kind: "AFTER" | "LATEST"): void {
    const from = kind === "AFTER" && room.last !== undefined ? `msgid=${room.last}` : "*";
    const limit = room.last === undefined ? this.#backlog : PIECE;
    this.#asked.push({ room, kind });
    this.#link.write(ircLine(undefined, "CHATHISTORY", kind, room.name, from, `${limit}`));
  }
}
