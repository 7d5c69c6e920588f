import { type Line, lineRows } from "./line.ts";
import { DIM, type Row } from "./text/span.ts";

/** Limit of lines of a window; the oldest are dropped. */
const MAX_LINES = 10_000;
const NEW = " new ";

/** Conversation in a channel or with a user, or the notes of a network. */
export class ChatWindow {
  /** Name of the network. */
  readonly network: string;
  /** Channel or nickname; empty for the notes of the network. */
  name: string;
  /** Topic of the channel. */
  topic = "";
  /** Messages since the window was current. */
  unread = 0;
  /** Those of them that name the own nickname. */
  mentions = 0;
  /** Whether an event other than a message was added since. */
  active = false;
  /** Whether earlier messages were requested. */
  asking = false;
  /** Whether the server has no earlier messages. */
  complete = false;
  /** Time of the last message that was read, here or in another client of the account. */
  readUntil = 0;
  /** Rows between the last row and the last visible one. */
  offset = 0;
  readonly #lines: Line[] = [];
  /** Last line that was read when the window was left, or in another client. */
  #marker?: Line;
  /** Read marker of the server. */
  #readElsewhere = 0;
  #width = 80;

  /** Creates a window without lines. */
  constructor(network: string, name: string) {
    this.network = network;
    this.name = name;
  }

  /** Lines, the oldest first. */
  get lines(): readonly Line[] {
    return this.#lines;
  }

  /** Adds a line at the end; one of the history (`past`) at its place in time. */
  add(line: Line, past = false): void {
    let at = this.#lines.length;
    if (past) { while (at > 0 && (this.#lines[at - 1]?.time ?? 0) > line.time) at--; }
    this.#lines.splice(at, 0, line);
    // The history comes after the marker.
    if (past && line.time <= this.#readElsewhere && line.time >= (this.#marker?.time ?? 0)) this.#marker = line;
    if (this.offset > 0) this.offset += lineRows(line, this.#width).length;
    if (this.#lines.length > MAX_LINES) this.#lines.splice(0, this.#lines.length - MAX_LINES);
  }

  /** Adds earlier lines before all others, up to the limit of lines. */
  prepend(lines: readonly Line[]): void {
    const room = MAX_LINES - this.#lines.length;
    if (room <= 0) this.complete = true;
    else this.#lines.unshift(...lines.slice(-room));
  }

  /** Removes all lines. */
  clear(): void {
    this.#lines.length = 0;
    this.offset = 0;
    this.#marker = undefined;
  }

  /** Resets the counts: the window is current. */
  read(): void {
    this.unread = this.mentions = 0;
    this.active = false;
  }

  /**
   * Handles a read marker of the server: moves the mark of the unread lines, and counts them again unless the window is
   * current. One that is not later than what was read here is ignored.
   */
  readTo(until: number, current: boolean): void {
    if (until <= this.readUntil) return;
    this.readUntil = this.#readElsewhere = until;
    this.#marker = this.#lines.findLast(({ time }) => time <= until);
    if (current) return;
    const unread = this.#lines.filter(({ said, time }) => said && time > until);
    this.unread = unread.length;
    this.mentions = unread.filter(({ mention }) => mention).length;
    this.active &&= (this.#lines.at(-1)?.time ?? 0) > until;
  }

  /** Records that the last message was read, if it is visible; returns its time if that is new. */
  seen(): number | undefined {
    const last = this.#lines.findLast(({ message }) => message)?.time ?? 0;
    if (this.offset > 0 || last <= this.readUntil) return undefined;
    return this.readUntil = last;
  }

  /** Marks where the unread lines begin: the window is no longer current. */
  mark(): void {
    this.#marker = this.#lines.at(-1);
  }

  /** Scrolls by rows, up for a positive number; returns whether the oldest row is visible. */
  scroll(by: number, height: number): boolean {
    const wanted = Math.max(0, this.offset + by);
    const total = this.#rows(wanted + height).length;
    this.offset = Math.max(0, Math.min(wanted, total - height));
    return wanted > this.offset || total <= height;
  }

  /** Returns the visible rows, at most `height`. */
  view(width: number, height: number): readonly Row[] {
    this.#width = width;
    const rows = this.#rows(this.offset + height);
    this.offset = Math.max(0, Math.min(this.offset, rows.length - height));
    return rows.slice(this.offset, this.offset + height).reverse();
  }

  /** Returns the last rows, at least `count` of them or all; the last one first. */
  #rows(count: number): Row[] {
    const rows: Row[] = [];
    for (let at = this.#lines.length - 1; at >= 0 && rows.length < count; at--) {
      const line = this.#lines[at];
      if (!line) break;
      if (at < this.#lines.length - 1 && line === this.#marker) rows.push(newRow(this.#width));
      for (const row of lineRows(line, this.#width).toReversed()) rows.push(row);
    }
    return rows;
  }
}

function newRow(width: number): Row {
  const side = Math.max(0, width - NEW.length);
  const left = Math.floor(side / 2);
  return [{ text: `${"─".repeat(left)}${NEW}${"─".repeat(side - left)}`, attributes: DIM }];
}
