import { ircLine } from "../../codec/message.ts";
import { EncodedMessage } from "../send/encoded_message.ts";
import type { Session } from "../client/session.ts";
import type { ChatState } from "../state.ts";
import { cutLine, printable } from "../text.ts";

/** Service that clients send messages to, as if it was a user. */
export interface ChatService {
  /** Nickname. */
  readonly nick: string;
  /**
   * Returns whether a message changes what clients of other servers of a network see. All others stay off the log, which
   * must not have passwords.
   */
  shared(text: string): boolean;
  /** Handles a message of a client. */
  run(state: ChatState, session: Session, text: string): void;
}

/** Sends a NOTICE of a service. */
export function noticeFrom(nick: string, session: Session, text: string): void {
  const line = ircLine(`${nick}!${nick}@${session.info.server}`, "NOTICE", session.nick, text);
  session.answer(new EncodedMessage(cutLine(line), { time: Date.now() }));
}

/** Sends a line of a reply. */
export type ServiceReply = (text: string) => void;

/** Command of a service. */
export interface ServiceCommand {
  /** Syntax: `REGISTER <password>`. */
  readonly usage: string;
  /** Description in one line. */
  readonly help: string;
  /** Number of required words. */
  readonly needs: number;
  /**
   * Whether it changes what clients of other servers of a network see; then it must have no password.
   *
   * @default {false}
   */
  readonly shared?: boolean;
  /** Runs the command with the words after its name. */
  run(state: ChatState, session: Session, words: readonly string[], reply: ServiceReply): void;
}

/** Makes a service of commands; it adds HELP. */
export function serviceOf(nick: string, commands: Readonly<Record<string, ServiceCommand>>): ChatService {
  const read = (text: string) => {
    const [word = "", ...words] = text.trim().split(/ +/);
    const name = word.toUpperCase();
    return { name, words, command: Object.hasOwn(commands, name) ? commands[name] : undefined };
  };
  return {
    nick,
    shared: (text) => read(text).command?.shared === true,
    run(state, session, text) {
      const reply: ServiceReply = (line) => noticeFrom(nick, session, line);
      const { name, words, command } = read(text);
      // In a network: a message with further recipients.
      if (state.network?.applying && command?.shared !== true) reply(`Send messages to ${nick} alone`);
      else if (name === "HELP" || name === "") {
        for (const { usage, help } of Object.values(commands)) reply(`${usage}: ${help}`);
        reply("HELP: list these commands");
      } else if (!command) reply(`Unknown command ${printable(name)} (see HELP)`);
      else if (words.length < command.needs) reply(`Usage: ${command.usage}`);
      else command.run(state, session, words, reply);
    },
  };
}
