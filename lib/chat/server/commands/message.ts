import { exceeds, type IrcMessage, LINE_BYTES } from "../../codec/message.ts";
import { escapeTags } from "../../codec/tags.ts";
import { seconds } from "../channel.ts";
import type { Session } from "../session.ts";
import type { ChatState } from "../state.ts";
import { printable } from "../text.ts";
import { BOUNDS } from "./bounds.ts";
import { type ChatCommands, listed } from "./command.ts";

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
      if (clientTags(message) !== "") speak(state, session, message, true);
    },
  },
};

function speak(state: ChatState, session: Session, message: IrcMessage, quiet = false): void {
  const { command, params: [names, text = ""] } = message;
  const wordless = command === "TAGMSG";
  const answer = (...said: Parameters<Session["reply"]>) => quiet ? undefined : session.reply(...said);
  const targets = listed(names);
  if (targets.length === 0) return answer("ERR_NORECIPIENT", `To whom? (${command})`);
  if (text === "" && !wordless) return answer("ERR_NOTEXTTOSEND", "There is nothing to say");
  if (targets.length > BOUNDS.targets) {
    return answer("ERR_TOOMANYTARGETS", printable(targets[0] ?? ""), `Only ${BOUNDS.targets} targets at once`);
  }
  session.spoke = seconds();
  const tags = clientTags(message);
  for (const target of targets) {
    const make = (name: string) => {
      const parcel = state.from(session, command, wordless ? [name] : [name, text], { client: tags });
      if (!exceeds(parcel.line, LINE_BYTES - 2)) return parcel;
      // Others get it with our name in front: cutting it would lose what was said.
      session.reply("ERR_INPUTTOOLONG", "The message would be too long with your name in front: say it in parts");
    };
    if (!target.startsWith("#")) {
      const recipient = state.find(target);
      if (!recipient) {
        answer("ERR_NOSUCHNICK", printable(target), "There is nobody of that nick");
        continue;
      }
      const parcel = make(recipient.nick);
      if (!parcel) return;
      if (!wordless || recipient.has("message-tags")) recipient.send(parcel);
      if (session.has("echo-message") && recipient !== session) session.send(parcel);
      if (recipient.away !== undefined) answer("RPL_AWAY", recipient.nick, recipient.away);
      continue;
    }
    const channel = state.channel(target);
    if (!channel) {
      answer("ERR_NOSUCHCHANNEL", printable(target), "There is no such channel");
      continue;
    }
    if (!channel.maySpeak(session)) {
      answer("ERR_CANNOTSENDTOCHAN", channel.name, "You may not speak there");
      continue;
    }
    const parcel = make(channel.name);
    if (!parcel) return;
    if (wordless) {
      for (const member of channel.members.keys()) {
        if (member.has("message-tags") && (member !== session || session.has("echo-message"))) member.send(parcel);
      }
      continue;
    }
    state.keep(channel, parcel);
    channel.send(parcel, session.has("echo-message") ? undefined : session);
  }
}

/** The tags that a client may give: those with a `+` in front. */
function clientTags({ tags }: IrcMessage): string {
  if (tags.size === 0) return "";
  return escapeTags(new Map([...tags].filter(([key]) => key.startsWith("+"))));
}
