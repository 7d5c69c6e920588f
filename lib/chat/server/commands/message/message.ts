import { exceeds, type IrcMessage, LINE_BYTES } from "../../../codec/message.ts";
import { escapeTags } from "../../../codec/tags.ts";
import { RANK, seconds } from "../../channel/channel.ts";
import type { Parcel } from "../../send/encoded_message.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import { printable } from "../../text.ts";
import { BOUNDS } from "../command_limits.ts";
import { type ChatCommands, listed } from "../command.ts";

/** Saying something. */
export const MESSAGE: ChatCommands = {
  PRIVMSG: { each: true, run: (state, session, message) => speak(state, session, message) },
  // To a NOTICE nothing is ever answered, so that two programs cannot answer each other for ever.
  NOTICE: { each: true, run: (state, session, message) => speak(state, session, message, true) },
  TAGMSG: {
    needs: 1,
    each: true,
    run(state, session, message) {
      if (!session.has("message-tags")) return session.reply("ERR_UNKNOWNCOMMAND", "TAGMSG", "Unknown command");
      speak(state, session, message);
    },
  },
};

function speak(state: ChatState, session: Session, message: IrcMessage, quiet = false): void {
  const { command, params: [names, text = ""] } = message;
  const wordless = command === "TAGMSG";
  const answer = (...said: Parameters<Session["reply"]>) => quiet ? undefined : session.reply(...said);
  const targets = listed(names);
  if (targets.length === 0) return answer("ERR_NORECIPIENT", `No recipient given (${command})`);
  if (text === "" && !wordless) return answer("ERR_NOTEXTTOSEND", "No text to send");
  if (targets.length > BOUNDS.targets) {
    return answer("ERR_TOOMANYTARGETS", printable(targets[0] ?? ""), "Too many targets");
  }
  session.spoke = seconds();
  const client = clientTags(message);
  const make = (name: string) => {
    const parcel = state.from(session, command, wordless ? [name] : [name, text], { client });
    if (!exceeds(parcel.line, LINE_BYTES - 2)) {
      session.remember(parcel.tags.id ?? "", name);
      return parcel;
    }
    // The source is added for the others: cutting the line would lose a part of the text.
    session.reply("ERR_INPUTTOOLONG", "Input line was too long");
  };
  for (const target of targets) {
    const [, prefix = "", name] = /^([@+]*)(#.*)$/s.exec(target) ?? [];
    const sent = name === undefined
      ? toClient(state, session, target, { make, answer, wordless })
      : toChannel(state, session, name, { make, answer, wordless, prefix });
    if (!sent) return;
  }
}

interface Speech {
  /** Returns the message to a target; undefined when it is too long. */
  readonly make: (name: string) => Parcel | undefined;
  readonly answer: (...said: Parameters<Session["reply"]>) => void;
  readonly wordless: boolean;
}

/** Sends to a client; false when the message is too long. */
function toClient(state: ChatState, session: Session, nick: string, { make, answer, wordless }: Speech): boolean {
  const recipient = state.find(nick);
  if (!recipient) {
    answer("ERR_NOSUCHNICK", printable(nick), "No such nick/channel");
    return true;
  }
  const parcel = make(recipient.nick);
  if (!parcel) return false;
  if (!wordless || recipient.has("message-tags")) recipient.deliver(parcel);
  if (session.has("echo-message")) session.send(parcel);
  if (recipient.away !== undefined && !wordless) answer("RPL_AWAY", recipient.nick, recipient.away);
  return true;
}

/** Sends to a channel, or to those of its members that the prefix names; false when the message is too long. */
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
  const parcel = make(prefix + channel.name);
  if (!parcel) return false;
  const echo = session.has("echo-message");
  if (wordless) {
    for (const [member, rank] of channel.members) {
      if (member === session || !member.has("message-tags") || (prefix !== "" && !(rank & ranksOf(prefix)))) continue;
      member.send(parcel);
    }
    if (echo) session.send(parcel);
  } else if (prefix !== "") {
    channel.sendTo(ranksOf(prefix), parcel, session);
    if (echo) session.send(parcel);
  } else if (!state.keep(channel, parcel)) {
    answer("ERR_CANNOTSENDTOCHAN", channel.name, "Cannot send to channel: the history cannot be written");
  } else {
    channel.send(parcel, echo && channel.members.has(session) ? undefined : session);
    if (echo && !channel.members.has(session)) session.send(parcel);
  }
  return true;
}

/** The ranks that a prefix of STATUSMSG names: that of the prefix, and those above. */
function ranksOf(prefix: string): number {
  return prefix.includes("+") ? RANK.op | RANK.voice : RANK.op;
}

/** The tags that a client may give: those with a `+` in front. */
function clientTags({ tags }: IrcMessage): string {
  if (tags.size === 0) return "";
  return escapeTags(new Map([...tags].filter(([key]) => key.startsWith("+"))));
}
