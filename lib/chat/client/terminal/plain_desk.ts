import { showUntrusted, type ToucanError, UsageError } from "../../../core/mod.ts";
import type { ChatEvent } from "../events.ts";
import type { ChatMember } from "../options.ts";
import type { ChatPaint } from "./describe.ts";
import { ChatTerminal } from "./terminal.ts";

/** Chat in several networks, as lines: each begins with its network, and the input is for one of them. */
export class PlainDesk {
  readonly #print: (text: string) => void;
  readonly #paint: ChatPaint;
  readonly #several: boolean;
  readonly #networks = new Map<string, { readonly member: ChatMember; readonly terminal: ChatTerminal }>();
  #current = "";

  /** Creates a desk without networks; `print` receives lines that are safe for a terminal. */
  constructor(print: (text: string) => void, paint: ChatPaint, several: boolean) {
    this.#print = print;
    this.#paint = paint;
    this.#several = several;
  }

  /** Returns whether a network has this name. */
  has(network: string): boolean {
    return this.#networks.has(network);
  }

  /** Adds a network, with the channel that the input is for; the first one is the current network. */
  add(network: string, member: ChatMember, channel: string | undefined): void {
    const print = (text: string) => this.#say(network, text);
    this.#networks.set(network, { member, terminal: new ChatTerminal(member, channel, print, this.#paint) });
    if (this.#networks.size === 1) this.#current = network;
  }

  /** Prints an event of a network. */
  show(network: string, event: ChatEvent): void {
    this.#networks.get(network)?.terminal.show(event);
  }

  /** Handles the end of a network by an error. */
  ended(network: string, error: Error): void {
    this.#say(network, this.#paint.bad(`-- ${error.message}`));
    this.#networks.delete(network);
  }

  /** Runs a line of input; its errors are printed. */
  async entered(line: string): Promise<void> {
    const [, command = "", rest = ""] = /^\/(\w+)\s*(.*)$/s.exec(line) ?? [];
    const name = command.toLowerCase();
    if (this.#several && name === "network") return this.#network(rest.trim());
    if (name === "quit" || name === "exit") return await this.leave(rest);
    if (this.#several && name === "help") this.#print(this.#paint.dim(`${"/network [NAME]".padEnd(22)} ${SWITCHES}`));
    const terminal = this.#networks.get(this.#current)?.terminal;
    if (terminal) await terminal.entered(line);
    else this.#failed(new UsageError("not connected to this network (see /network)"));
  }

  /** Returns the completions of the last word of a line. */
  complete(word: string, line: string): readonly string[] {
    if (/^\/network \S*$/i.test(line)) return [...this.#networks.keys()].filter((name) => name.startsWith(word));
    return this.#networks.get(this.#current)?.terminal.complete(word, line) ?? [];
  }

  /** Leaves all networks. */
  async leave(reason = ""): Promise<void> {
    await Promise.all([...this.#networks.values()].map(({ member }) => member.leave(reason)));
  }

  #network(name: string): void {
    if (name !== "" && !this.#networks.has(name)) {
      return this.#failed(new UsageError(`no network "${showUntrusted(name, { limit: 60 })}" (see /network)`));
    }
    if (name !== "") this.#current = name;
    for (const [network, { member }] of this.#networks) {
      if (name !== "" && network !== name) continue;
      const current = network === this.#current ? ", for which the input is" : "";
      this.#print(this.#paint.dim(`-- ${network} as ${showUntrusted(member.nick, { limit: 60 })}${current}`));
    }
  }

  #failed(error: ToucanError): void {
    this.#print(this.#paint.bad(`-- ${error.message}`));
  }

  #say(network: string, text: string): void {
    this.#print(this.#several ? `${this.#paint.dim(network)} ${text}` : text);
  }
}

const SWITCHES = "list the networks, or choose one for the input";
