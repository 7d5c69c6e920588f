import { NegativeError, ToucanError, UsageError } from "../../../core/mod.ts";
import { type ChatPaint, describeEvent, NO_PAINT } from "./describe.ts";
import type { ChatEvent, ChatMessage } from "../events.ts";
import type { ChatMember } from "../options.ts";
import { completions, runInput, SLASH_COMMANDS } from "./slash_commands.ts";

/**
 * Connects a terminal with a chat client: prints events and runs lines of input. The terminal itself is the caller's.
 */
export class ChatTerminal {
  readonly #member: ChatMember;
  readonly #print: (text: string) => void;
  readonly #paint: ChatPaint;
  /** Lines of text that have arrived together. */
  readonly #pasted: string[] = [];
  #channel: string | undefined;

  /** Starts in a channel; `print` receives lines that are safe for a terminal. */
  constructor(
    member: ChatMember,
    channel: string | undefined,
    print: (text: string) => void,
    paint: ChatPaint = NO_PAINT,
  ) {
    this.#member = member;
    this.#channel = channel;
    this.#print = print;
    this.#paint = paint;
  }

  /** Prints an event. */
  show(event: ChatEvent): void {
    const text = describeEvent(event, { paint: this.#paint, several: this.#member.channels.size > 1 });
    if (text !== undefined) this.#print(text);
  }

  /**
   * Runs a line of input; its errors are printed. Lines of text that arrive together, as pasted ones do, are one message.
   */
  async entered(line: string): Promise<void> {
    if (line.startsWith("/")) {
      if (this.#pasted.length > 0) void this.#sayPasted();
      return await this.#run(line);
    }
    this.#pasted.push(line);
    if (this.#pasted.length > 1) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (this.#pasted.length > 0) await this.#sayPasted();
  }

  async #sayPasted(): Promise<void> {
    const [first = "", ...more] = this.#pasted.splice(0);
    if (more.length === 0) return await this.#run(first);
    await this.#attempt(async () => {
      if (this.#channel === undefined) throw new UsageError("not in a channel (join one with /join #CHANNEL)");
      await this.#member.say(this.#channel, [first, ...more].join("\n"));
    });
  }

  async #run(line: string): Promise<void> {
    await this.#attempt(async () => {
      const typed = await runInput(this.#member, line, this.#channel);
      if (typed.act === "leave") await this.#member.leave(typed.reason);
      else if (typed.act === "look") this.#channel = typed.channel;
      else if (typed.act === "found") this.#showFound(typed.messages);
      else if (typed.act === "help") {
        for (const [usage, does] of SLASH_COMMANDS) this.#print(this.#paint.dim(`${usage.padEnd(22)} ${does}`));
      }
    });
  }

  /** Runs what may fail; errors are printed. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ToucanError)) throw error;
      // Rejections by the server and lost channels were reported as events.
      if (error.code === "message-refused" || error.code === "channel-refused") return;
      this.#print(this.#paint.bad(`-- ${error.message}`));
    }
  }

  /** Prints the messages of a search, with their dates. */
  #showFound(messages: readonly ChatMessage[]): void {
    for (const message of messages) {
      const text = describeEvent(message, { paint: this.#paint });
      if (text !== undefined) this.#print(`${this.#paint.dim(dateOf(message.time))} ${text}`);
    }
    const count = messages.length === 1 ? "1 message" : `${messages.length} messages`;
    this.#print(this.#paint.dim(`-- ${messages.length === 0 ? "no messages" : count} found`));
  }

  /** Returns the completions of the last word of a line. */
  complete(word: string, line: string): readonly string[] {
    return completions(this.#member, word, line, this.#channel);
  }
}

/** Returns the date in the local time zone. */
function dateOf(time: number): string {
  const at = new Date(time);
  const two = (value: number) => `${value}`.padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Limit of lines without confirmation. */
const MAX_PENDING_LINES = 200;

/**
 * Sends lines to a channel, in order; resolves when the server has accepted all of them. Rejected lines are reported as
 * events and do not stop the others.
 *
 * @throws {NegativeError} `channel-refused` when the channel cannot be rejoined after a lost connection, at once.
 */
export async function sayLines(member: ChatMember, channel: string, lines: AsyncIterable<string>): Promise<void> {
  await member.ready;
  const closed = Promise.withResolvers<never>();
  closed.promise.catch(() => {});
  const said: Promise<void>[] = [];
  const say = async (line: string) => {
    try {
      await member.say(channel, line);
    } catch (error) {
      if (!(error instanceof NegativeError)) throw error;
      if (error.code === "channel-refused") closed.reject(error);
    }
  };
  const all = async () => {
    for await (const line of lines) {
      const one = say(line);
      one.catch(() => {});
      said.push(one);
      if (said.length > MAX_PENDING_LINES) await said.shift();
    }
    await Promise.all(said);
  };
  await Promise.race([all(), closed.promise]);
}
