import { ToucanError } from "../../../core/mod.ts";
import type { ChatEvent } from "../events.ts";
import type { ChatMember } from "../options.ts";
import { Completer } from "./input/completer.ts";
import { type DeskActions, DeskCommands } from "./desk_commands.ts";
import { FrameWriter } from "./frame_writer.ts";
import { type Key, KeyDecoder } from "./input/keys.ts";
import { eventLine, noteLine } from "./line.ts";
import { LineEditor } from "./input/line_editor.ts";
import { routeEvent } from "./router.ts";
import { frameOf, MIN_COLUMNS, MIN_ROWS, paneHeight } from "./view.ts";
import type { ChatWindow } from "./window.ts";
import { windowNumber } from "./window_commands.ts";
import { Windows } from "./windows.ts";

/** Milliseconds after which a lone ESC is a key, and between two frames. */
const [ESCAPE_MS, FRAME_MS] = [50, 15];
/** Lines of a pasted text that are sent without a question. */
const MAX_UNASKED_LINES = 5;

/** Terminal of a {@link ChatDesk}. */
export interface DeskTerminal {
  /** Returns its size. */
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Writes text with escape sequences. */
  readonly write: (text: string) => void;
  /** Stops the process: ^Z where it is not a signal. */
  readonly suspend: () => void;
}

/** Options of a {@link ChatDesk}. */
export interface DeskOptions extends DeskActions {
  /** Terminal. */
  readonly terminal: DeskTerminal;
  /** Whether to use colours. */
  readonly colours: boolean;
  /** Whether to ring the bell at messages that name the own nickname. */
  readonly bell: boolean;
}

/** Chat in several networks on a full screen. The terminal is the caller's. */
export class ChatDesk {
  readonly #options: DeskOptions;
  readonly #windows = new Windows();
  readonly #members = new Map<string, ChatMember>();
  readonly #editor = new LineEditor();
  readonly #keys = new KeyDecoder();
  readonly #completer = new Completer();
  readonly #commands: DeskCommands;
  readonly #writer: FrameWriter;
  #escapeTimer?: ReturnType<typeof setTimeout>;
  #frameTimer?: ReturnType<typeof setTimeout>;
  /** Text that is sent if the user agrees. */
  #asked?: { readonly text: string; readonly lines: number };

  /** Creates a desk without networks. */
  constructor(options: DeskOptions) {
    this.#options = options;
    this.#writer = new FrameWriter(options.colours);
    this.#commands = new DeskCommands(this.#windows, this.#members, options);
  }

  /** Adds a network, with a window for its notes. */
  add(network: string, member: ChatMember): void {
    this.#members.set(network, member);
    const window = this.#windows.open(network, "");
    if (this.#members.size > 1) this.#windows.show(window);
    this.draw();
  }

  /** Handles an event of a network. */
  take(network: string, event: ChatEvent): void {
    const member = this.#members.get(network);
    if (!member) return;
    const mention = routeEvent(this.#windows, network, member, event);
    if (mention && this.#options.bell) this.#options.terminal.write("\x07");
    this.draw();
  }

  /** Handles the end of a network. */
  ended(network: string, error?: Error): void {
    this.#members.delete(network);
    const text = error ? `-- ${error.message}` : "-- disconnected";
    const notes = this.#windows.open(network, "");
    for (const window of this.#windows.all.filter((other) => other.network === network)) {
      if (window === notes || window === this.#windows.current) window.add(noteLine(text, error !== undefined));
    }
    this.draw();
  }

  /** Returns whether a network has this name. */
  has(network: string): boolean {
    return this.#members.has(network);
  }

  /** Handles input of the terminal. */
  input(bytes: Uint8Array): void {
    clearTimeout(this.#escapeTimer);
    for (const key of this.#keys.push(bytes)) this.#press(key);
    if (this.#keys.waiting) {
      this.#escapeTimer = setTimeout(() => {
        for (const key of this.#keys.flush()) this.#press(key);
        this.draw();
      }, ESCAPE_MS);
    }
    this.#markRead();
    this.draw();
  }

  /** Writes the whole screen again. */
  redraw(): void {
    this.#writer.reset();
    this.draw();
  }

  /** Writes what has changed, soon. */
  draw(): void {
    this.#frameTimer ??= setTimeout(() => {
      this.#frameTimer = undefined;
      this.#drawNow();
    }, FRAME_MS);
  }

  /** Stops all timers. */
  close(): void {
    clearTimeout(this.#escapeTimer);
    clearTimeout(this.#frameTimer);
  }

  #drawNow(): void {
    const { columns, rows } = this.#options.terminal.size();
    if (columns < MIN_COLUMNS || rows < MIN_ROWS) {
      this.#writer.reset();
      return this.#options.terminal.write(`\x1b[2J\x1b[H${"terminal too small".slice(0, columns)}`);
    }
    const asked = this.#asked;
    const state = {
      windows: this.#windows,
      editor: this.#editor,
      nick: this.#member?.nick ?? "-",
      question: asked && `send ${asked.lines} lines? (y/n)`,
    };
    const text = this.#writer.write(frameOf(state, columns, rows), columns);
    if (text !== "") this.#options.terminal.write(text);
  }

  /**
   * Tells the server, and so other clients of the account, what is visible at a key press: without one, the user may
   * be away.
   */
  #markRead(): void {
    const { columns, rows } = this.#options.terminal.size();
    if (columns < MIN_COLUMNS || rows < MIN_ROWS) return;
    const { current } = this.#windows;
    const until = current?.name ? current.seen() : undefined;
    if (current && until !== undefined) this.#member?.markRead(current.name, until);
  }

  get #member(): ChatMember | undefined {
    return this.#members.get(this.#windows.current?.network ?? "");
  }

  #press(key: Key): void {
    if (this.#asked) return this.#answer(key);
    if (key.kind !== "key") {
      this.#completer.reset();
      // One line break at the end of pasted text is not a line of its own.
      return this.#editor.insert(key.kind === "paste" ? key.text.replace(/\n+$/, "") : key.text);
    }
    const { name } = key;
    if (name !== "Tab") this.#completer.reset();
    if (this.#editor.press(name)) return;
    const number = windowNumber(name);
    const window = number === undefined ? undefined : this.#windows.all[number - 1];
    if (window) return this.#windows.show(window);
    switch (name) {
      case "Enter":
        return this.#entered();
      case "Tab":
        return this.#completer.next(this.#editor, this.#member, this.#windows);
      case "PageUp":
      case "PageDown":
        return this.#page(name === "PageUp" ? 1 : -1);
      case "M-Left":
        return this.#windows.move(-1);
      case "M-Right":
        return this.#windows.move(1);
      case "M-Up":
      case "M-Down":
        return this.#windows.move(name === "M-Up" ? -1 : 1, ({ name: window }) => window === "");
      case "M-a":
        return this.#commands.nextUnread();
      case "C-l":
        return this.#writer.reset();
      case "C-z":
        return this.#options.terminal.suspend();
      case "C-c":
        return this.#options.quit("", true);
      case "C-d":
        if (this.#editor.text === "") this.#options.quit("", false);
        else this.#editor.press("Delete");
    }
  }

  #page(by: 1 | -1): void {
    const height = paneHeight(this.#options.terminal.size().rows);
    const window = this.#windows.current;
    if (window?.scroll(by * Math.max(1, height - 1), height) && by > 0) void this.#loadEarlier(window);
  }

  /** Requests the messages before the first one of a window. */
  async #loadEarlier(window: ChatWindow): Promise<void> {
    const member = this.#members.get(window.network);
    const id = window.lines.find((line) => line.id !== undefined)?.id;
    if (!member || id === undefined || window.asking || window.complete) return;
    window.asking = true;
    try {
      const messages = await member.earlier(window.name, id);
      window.complete = messages.length === 0;
      window.prepend(messages.flatMap((message) => eventLine(message, "") ?? []));
    } catch (error) {
      if (!(error instanceof ToucanError)) throw error;
      // Only what may be another time is tried again.
      window.complete = error.code !== "history-busy";
    } finally {
      window.asking = false;
    }
    this.draw();
  }

  #answer(key: Key): void {
    const { text } = this.#asked ?? { text: "" };
    const yes = key.kind === "text" && key.text.toLowerCase() === "y";
    const no = key.kind === "text" ? key.text.toLowerCase() === "n" : key.kind === "key" && key.name === "Escape";
    if (!yes && !no) return;
    this.#asked = undefined;
    if (yes) this.#run(() => this.#commands.say(text));
    else this.#editor.set(text);
  }

  #entered(): void {
    const text = this.#editor.enter();
    const lines = text.split("\n").filter((line) => line.trim() !== "").length;
    if (lines <= 1) return this.#run(() => this.#commands.run(text.trim() === "" ? "" : text.replaceAll("\n", "")));
    if (lines > MAX_UNASKED_LINES) this.#asked = { text, lines };
    else this.#run(() => this.#commands.say(text));
  }

  /** Runs what may fail; errors are shown in the current window. */
  #run(work: () => Promise<void>): void {
    const shown = (error: unknown) => {
      if (!(error instanceof ToucanError)) throw error;
      // These were reported as events.
      if (error.code === "message-refused" || error.code === "channel-refused") return;
      this.#commands.note(`-- ${error.message}`, true);
    };
    work().catch(shown).finally(() => this.draw());
  }
}
