import { foldName } from "../../codec/names.ts";
import type { Line } from "./line.ts";
import { ChatWindow } from "./window.ts";

/** Limit of windows; the texts of further ones go to the notes of their network. */
const MAX_WINDOWS = 500;
/** Limit of remembered mentions. */
const MAX_MENTIONS = 100;

/** Message that names the own nickname. */
export interface Mention {
  /** Where it was said. */
  readonly window: ChatWindow;
  /** The message. */
  readonly line: Line;
}

/** Windows of all networks, in the order of their numbers, with the current one. */
export class Windows {
  /** Last mentions, the oldest first. */
  readonly mentions: Mention[] = [];
  readonly #all: ChatWindow[] = [];
  #current: ChatWindow | undefined;

  /** Number of networks. */
  get #networks(): number {
    return new Set(this.#all.map(({ network }) => network)).size;
  }

  /** Windows, in order. */
  get all(): readonly ChatWindow[] {
    return this.#all;
  }

  /** Window that is shown; undefined only before the first was opened. */
  get current(): ChatWindow | undefined {
    return this.#current;
  }

  /** Returns the window of a channel or user, or of the notes of a network if `name` is empty. */
  find(network: string, name: string): ChatWindow | undefined {
    const folded = foldName(name, "rfc1459");
    return this.#all.find((window) => window.network === network && foldName(window.name, "rfc1459") === folded);
  }

  /** Returns a window, opened if there is none: after the others of its network. */
  open(network: string, name: string): ChatWindow {
    const known = this.find(network, name) ?? (this.#all.length < MAX_WINDOWS ? undefined : this.find(network, ""));
    if (known) return known;
    const window = new ChatWindow(network, name);
    const last = this.#all.findLastIndex((other) => other.network === network);
    this.#all.splice(last < 0 ? this.#all.length : last + 1, 0, window);
    this.#current ??= window;
    return window;
  }

  /** Closes a window; the one before it becomes current. */
  close(window: ChatWindow): void {
    const at = this.#all.indexOf(window);
    if (at < 0) return;
    this.#all.splice(at, 1);
    if (this.#current !== window) return;
    this.#current = undefined;
    const next = this.#all[at - 1] ?? this.#all[0];
    if (next) this.show(next);
  }

  /** Makes a window the current one. */
  show(window: ChatWindow): void {
    if (window === this.#current) return;
    this.#current?.mark();
    this.#current = window;
    window.read();
  }

  /** Moves to another window by a number of places, in a circle; with `pick` to the next that it accepts. */
  move(by: number, pick: (window: ChatWindow) => boolean = () => true): void {
    const from = this.#current ? this.#all.indexOf(this.#current) : 0;
    const count = this.#all.length;
    for (let step = 1; step <= count; step++) {
      const window = this.#all[(((from + step * by) % count) + count) % count];
      if (window && pick(window)) return this.show(window);
    }
  }

  /** Adds a line to a window, and counts it unless the window is current; `past` are lines of the history. */
  add(window: ChatWindow, line: Line, past = false): void {
    window.add(line, past);
    if (line.mention && !past) {
      this.mentions.push({ window, line });
      if (this.mentions.length > MAX_MENTIONS) this.mentions.shift();
    }
    if (window === this.#current) return;
    if (!line.said) window.active ||= !past;
    else if (past ? window.readUntil > 0 && line.time > window.readUntil : true) {
      window.unread++;
      if (line.mention) window.mentions++;
    }
  }

  /** Returns the name of a window, with its network where another has the same. */
  label(window: ChatWindow): string {
    if (window.name === "") return window.network;
    const ambiguous = this.#networks > 1 &&
      this.#all.some((other) => other !== window && other.name.toLowerCase() === window.name.toLowerCase());
    return ambiguous ? `${window.network}/${window.name}` : window.name;
  }
}
