import { exceeds, type IrcMessage, MAX_LINE_BYTES } from "../../../codec/message.ts";
import { escapeTags } from "../../../codec/tags.ts";
import { hasParts, readStored } from "../../../history/codec/stored_text.ts";
import { RANK } from "../../channel/channel.ts";
import type { EncodedMessage } from "../../send/encoded_message.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import type { ChatService } from "../../services/service.ts";
import { findService } from "../../services/services.ts";
import { printable } from "../../text.ts";
import { COMMAND_LIMITS } from "../command_limits.ts";
import { type ChatCommands, splitList } from "../command.ts";

/** Tags of messages without text that are stored: reactions, and their removal (IRCv3 react). */
const REACTION = /(?:^|;)\+draft\/(?:un)?react[=;]/;

/** Sending messages. */
export const MESSAGE: ChatCommands = {
  PRIVMSG: { shared: beyondServices, each: true, run: (state, session, message) => speak(state, session, message) },
  // A NOTICE never gets a reply, so that two programs cannot answer each other in a loop.
  NOTICE: {
    shared: beyondServices,
    each: true,
    run: (state, session, message) => speak(state, session, message, true),
  },
  TAGMSG: {
    shared: true,
    needs: 1,
    each: true,
    run(state, session, message) {
      if (!session.has("message-tags")) return session.reply("ERR_UNKNOWNCOMMAND", "TAGMSG", "Unknown command");
      speak(state, session, message);
    },
  },
};

/**
 * Returns whether a message has another recipient than services, or changes what others see: what else is for services
 * has passwords, which the log must not have.
 */
function beyondServices([names, text = ""]: readonly string[]): boolean {
  return !splitList(names).every((name) => findService(name)?.shared(text) === false);
}

function speak(state: ChatState, session: Session, message: IrcMessage, quiet = false): void {
  const { command, params: [names, text = ""] } = message;
  const wordless = command === "TAGMSG";
  const answer = (...said: Parameters<Session["reply"]>) => quiet ? undefined : session.reply(...said);
  const targets = splitList(names);
  if (targets.length === 0) return answer("ERR_NORECIPIENT", `No recipient given (${command})`);
  if (text === "" && !wordless) return answer("ERR_NOTEXTTOSEND", "No text to send");
  if (targets.length > COMMAND_LIMITS.targets) {
    return answer("ERR_TOOMANYTARGETS", printable(targets[0] ?? ""), "Too many targets");
  }
  session.spoke = state.seconds();
  const client = clientTags(message);
  const make = (name: string) => {
    const encoded = state.from(session, command, wordless ? [name] : [name, text], { client });
    if (fits(encoded.line)) {
      session.remember(encoded.tags.id ?? "", name);
      return encoded;
    }
    // The source is added for the recipients: truncating the line would lose a part of the text.
    session.reply("ERR_INPUTTOOLONG", "Input line was too long");
  };
  const services = new Set<ChatService>();
  for (const target of targets) {
    // Repeated in one message, passwords could be guessed before the first wrong one counts.
    const service = findService(target);
    if (service && services.has(service)) continue;
    if (service) services.add(service);
    const [, prefix = "", name] = /^([@+]*)(#.*)$/s.exec(target) ?? [];
    const sent = name === undefined
      ? toClient(state, session, target, { make, answer, wordless, command, text })
      : toChannel(state, session, name, { make, answer, wordless, command, text, prefix });
    if (!sent) return;
  }
}

/** Returns whether each line of a message is within the limit. */
function fits(line: string): boolean {
  if (!hasParts(line)) return !exceeds(line, MAX_LINE_BYTES - 2);
  const { head = "", parts = [] } = readStored(line) ?? {};
  return parts.every(({ text }) => !exceeds(head + text, MAX_LINE_BYTES - 2));
}

interface Speech {
  /** Returns the message for a target; undefined when it is too long. */
  readonly make: (name: string) => EncodedMessage | undefined;
  readonly answer: (...said: Parameters<Session["reply"]>) => void;
  readonly wordless: boolean;
  readonly command: string;
  readonly text: string;
}

/** Sends to a client; returns false when the message is too long. */
function toClient(
  state: ChatState,
  session: Session,
  nick: string,
  { make, answer, wordless, command, text }: Speech,
): boolean {
  const service = findService(nick);
  if (service) {
    // A NOTICE is not answered. The message is not echoed: it may have a password.
    if (command === "PRIVMSG" && !state.network?.applying) service.run(state, session, text);
    return true;
  }
  const recipient = state.find(nick);
  if (!recipient) {
    answer("ERR_NOSUCHNICK", printable(nick), "No such nick/channel");
    return true;
  }
  const encoded = make(recipient.nick);
  if (!encoded) return false;
  if (!wordless && !state.keepTalk(recipient, encoded, session)) {
    answer("ERR_CANNOTSENDTOCHAN", recipient.nick, "Cannot send to user: the history cannot be written");
    return true;
  }
  recipient.deliver(encoded, wordless ? "message-tags" : undefined);
  session.echo(encoded, wordless ? "message-tags" : undefined);
  if (recipient.away !== undefined && !wordless) answer("RPL_AWAY", recipient.nick, awayText(recipient, session));
  return true;
}

/** Returns the away message, which tells a sender without an account that an absent recipient does not get the message. */
function awayText({ away = "", absent }: Session, sender: Session): string {
  return absent && sender.account === undefined ? `${away}: log in to an account to have your message kept` : away;
}

/** Sends to a channel, or to its members with the rank of the prefix; returns false when the message is too long. */
function toChannel(
  state: ChatState,
  session: Session,
  name: string,
  { make, answer, wordless, prefix }: Speech & { readonly prefix: string },
): boolean {
  const channel = state.channel(name);
  if (!channel || (!channel.visibleTo(session) && !channel.maySpeak(session))) {
    answer("ERR_NOSUCHCHANNEL", printable(name), "No such channel");
    return true;
  }
  if (!channel.maySpeak(session)) {
    answer("ERR_CANNOTSENDTOCHAN", channel.name, "Cannot send to channel");
    return true;
  }
  const wait = wordless ? 0 : channel.wait(session, state.network ? state.now() : performance.now());
  if (wait > 0) {
    const text = `Cannot send to channel: wait ${Math.ceil(wait / 1000)}s (slow mode)`;
    answer("ERR_CANNOTSENDTOCHAN", channel.name, text);
    return true;
  }
  const encoded = make(prefix + channel.name);
  if (!encoded) return false;
  if (wordless) {
    for (const [member, rank] of channel.members) {
      if (member === session || (prefix !== "" && !(rank & ranksOf(prefix)))) continue;
      member.sendWith("message-tags", encoded);
    }
    session.echo(encoded, "message-tags");
    if (prefix === "" && REACTION.test(encoded.tags.client ?? "")) state.record(channel, encoded, session);
  } else if (prefix !== "") {
    channel.sendTo(ranksOf(prefix), encoded, session);
    session.echo(encoded);
  } else if (!state.keep(channel, encoded, session)) {
    answer("ERR_CANNOTSENDTOCHAN", channel.name, "Cannot send to channel: the history cannot be written");
  } else {
    channel.send(encoded, session);
    session.echo(encoded);
  }
  return true;
}

/** Returns the ranks of a STATUSMSG prefix: its own and higher ones. */
function ranksOf(prefix: string): number {
  return RANK.founder | RANK.op | (prefix.includes("+") ? RANK.voice : RANK.none);
}

/** Returns the client-only tags, which begin with `+`. */
function clientTags({ tags }: IrcMessage): string {
  if (tags.size === 0) return "";
  return escapeTags(new Map([...tags].filter(([key]) => key.startsWith("+"))));
}
