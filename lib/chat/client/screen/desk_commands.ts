import { UsageError } from "../../../core/mod.ts";
import type { ChatMessage } from "../events.ts";
import type { ChatMember } from "../options.ts";
import { runInput, SLASH_COMMANDS } from "../terminal/slash_commands.ts";
import { eventLine, noteLine } from "./line.ts";
import { DESK_COMMANDS, windowNamed } from "./window_commands.ts";
import type { Windows } from "./windows.ts";

/** Actions outside of {@link DeskCommands}. */
export interface DeskActions {
  /** Joins another network, and adds it; rejects with a {@link ToucanError} for an invalid text. */
  readonly connect: (words: readonly string[]) => Promise<void>;
  /** Called when the user leaves, by a command or by ^C (`interrupted`) of a terminal without signals. */
  readonly quit: (reason: string, interrupted: boolean) => void;
}

/** Runs the lines that are entered on a full screen. */
export class DeskCommands {
  readonly #windows: Windows;
  readonly #members: ReadonlyMap<string, ChatMember>;
  readonly #actions: DeskActions;

  /** Creates the commands for these windows and networks. */
  constructor(windows: Windows, members: ReadonlyMap<string, ChatMember>, actions: DeskActions) {
    this.#windows = windows;
    this.#members = members;
    this.#actions = actions;
  }

  get #member(): ChatMember | undefined {
    return this.#members.get(this.#windows.current?.network ?? "");
  }

  /** Shows the next window with mentions, or else with unread messages. */
  nextUnread(): void {
    const mentioned = this.#windows.all.some(({ mentions }) => mentions > 0);
    this.#windows.move(1, ({ mentions, unread }) => mentioned ? mentions > 0 : unread > 0);
  }

  /** Adds a note to the current window. */
  note(text: string, problem = false): void {
    this.#windows.current?.add(noteLine(text, problem));
  }

  /** Sends text to the current channel or user. */
  async say(text: string): Promise<void> {
    const { name = "" } = this.#windows.current ?? {};
    if (name === "") throw new UsageError("not in a channel (join one with /join #CHANNEL)");
    await this.#connected().say(name, text);
  }

  #connected(): ChatMember {
    const member = this.#member;
    if (!member) throw new UsageError("not connected to this network (see /connect)");
    return member;
  }

  /**
   * Runs a line of input: a command, or text for the current window.
   *
   * @throws {ToucanError} If the line cannot be run.
   */
  async run(line: string): Promise<void> {
    const [, command = "", rest = ""] = /^\/([a-z]+)(?:\s+(.*))?$/is.exec(line) ?? [];
    const window = this.#windows.current;
    switch (command.toLowerCase()) {
      case "window":
      case "win":
        return this.#windows.show(windowNamed(this.#windows, rest.trim()));
      case "next":
        return this.nextUnread();
      case "clear":
        return window?.clear();
      case "mentions":
        return this.#showMentions();
      case "network":
        return this.#network(rest.trim());
      case "connect":
        return await this.#actions.connect(rest.split(/\s+/).filter((word) => word !== ""));
      case "disconnect": {
        const member = rest === "" ? this.#connected() : this.#members.get(rest.trim());
        if (!member) throw new UsageError(`no network "${rest.trim()}" (see /network)`);
        return await member.leave();
      }
      case "close":
        if (window && /^[#&+!]/.test(window.name) && this.#member?.channels.has(window.name)) {
          this.#member.send("PART", window.name);
        } else if (window && window.name !== "") this.#windows.close(window);
        return;
      case "query":
      case "q": {
        const [nick = "", ...words] = rest.split(" ");
        if (nick === "" || !window) throw new UsageError("missing nickname (usage: /query NICK)");
        this.#windows.show(this.#windows.open(window.network, nick));
        return words.length > 0 ? await this.#connected().say(nick, words.join(" ")) : undefined;
      }
      case "help":
        for (const [usage, does] of [...SLASH_COMMANDS, ...DESK_COMMANDS]) this.note(`${usage.padEnd(26)} ${does}`);
        return;
      case "quit":
      case "exit":
        return this.#actions.quit(rest, false);
    }
    const typed = await runInput(this.#connected(), line, window?.name || undefined);
    if (typed.act === "look" && window) this.#windows.show(this.#windows.open(window.network, typed.channel));
    else if (typed.act === "found") this.#showFound(typed.messages);
  }

  #network(name: string): void {
    if (name === "") {
      for (const [network, { nick }] of this.#members) this.note(`-- ${network} as ${nick}`);
      return;
    }
    const window = this.#windows.find(name, "");
    if (!window) throw new UsageError(`no network "${name}" (see /network)`);
    this.#windows.show(window);
  }

  #showMentions(): void {
    const { current, mentions } = this.#windows;
    if (mentions.length === 0) return this.note("-- no mentions");
    for (const { window, line } of mentions) {
      const where = { text: `${this.#windows.label(window)} ` };
      current?.add({
        ...line,
        time: Date.now(),
        said: false,
        message: false,
        mention: false,
        spans: [where, ...line.spans],
      });
    }
  }

  #showFound(messages: readonly ChatMessage[]): void {
    for (const message of messages) {
      const line = eventLine(message, "");
      const date = { text: `${dateOf(message.time)} `, attributes: "2" };
      if (line) this.#windows.current?.add({ ...line, time: Date.now(), message: false, spans: [date, ...line.spans] });
    }
    const count = messages.length === 1 ? "1 message" : `${messages.length} messages`;
    this.note(`-- ${messages.length === 0 ? "no messages" : count} found`);
  }
}

/** Returns date and time in the local time zone. */
function dateOf(time: number): string {
  const at = new Date(time);
  const two = (value: number) => `${value}`.padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${
    two(at.getMinutes())
  }`;
}
