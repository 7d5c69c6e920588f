import { CLIENT_TAG_BYTES, type IrcMessage, type IrcProblem, LINE_BYTES } from "../codec/message.ts";
import { CHANNEL } from "./commands/channel.ts";
import { type ChatCommand, type ChatCommands, listed } from "./commands/command.ts";
import { HISTORY } from "./commands/history.ts";
import { MESSAGE } from "./commands/message.ts";
import { MODE } from "./commands/mode.ts";
import { QUERY } from "./commands/query.ts";
import { REGISTRATION } from "./commands/registration.ts";
import { ABOUT } from "./commands/welcome.ts";
import type { Session } from "./session.ts";
import type { ChatState } from "./state.ts";

const COMMANDS: ReadonlyMap<string, ChatCommand> = new Map(
  [REGISTRATION, CHANNEL, MODE, MESSAGE, QUERY, HISTORY, ABOUT].flatMap((commands: ChatCommands) =>
    Object.entries(commands)
  ),
);

/**
 * What a browser, or another program that was sent to the wrong port, begins with. Going on would let a web page speak
 * through it in lines of its own (cross-protocol attack), so it is not even answered.
 */
const FOREIGN = /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|TRACE|CONNECT|PRI|EHLO|HELO)$/;

/** How many lines a message counts for. */
export function costOf(message: IrcMessage | IrcProblem): number {
  if (typeof message === "string") return 1;
  const { cost = 1, each = false } = COMMANDS.get(message.command) ?? {};
  return each ? cost * Math.max(1, listed(message.params[0]).length) : cost;
}

/** Does what a client says. */
export function dispatch(state: ChatState, session: Session, message: IrcMessage | IrcProblem): void {
  if (typeof message === "string") return refuse(state, session, message);
  const { command, params, tags } = message;
  if (!session.registered && FOREIGN.test(command)) return abandon(state, session);
  const label = session.has("labeled-response") ? tags.get("label") : undefined;
  const work = () => {
    const known = COMMANDS.get(command);
    if (!known) return session.reply("ERR_UNKNOWNCOMMAND", command.slice(0, 32), "There is no such command");
    if (!session.registered && !known.early) return session.reply("ERR_NOTREGISTERED", "Say who you are first");
    // An empty last parameter of NICK and the like is as good as none, but a topic may be empty.
    if (params.length < (known.needs ?? 0)) {
      return session.reply("ERR_NEEDMOREPARAMS", command, "There are parameters missing");
    }
    known.run(state, session, message);
  };
  if (label !== undefined && label !== "" && label.length <= 64 && !session.gone) {
    session.answering(() => session.labelled(label, work));
  } else session.answering(work);
}

function refuse(state: ChatState, session: Session, problem: IrcProblem): void {
  switch (problem) {
    case "empty":
      return;
    case "too-long":
      return session.reply("ERR_INPUTTOOLONG", `A line may have ${LINE_BYTES} bytes, and was not taken`);
    case "tags-too-long":
      return session.reply("ERR_INPUTTOOLONG", `Tags may have ${CLIENT_TAG_BYTES} bytes, and the line was not taken`);
    case "not-utf8":
      return session.fail("*", "INVALID_UTF8", "Only UTF-8 is taken, and the line was not");
    case "control-character":
      return session.reply("ERR_UNKNOWNERROR", "*", "A line with a NUL or a CR in it is not taken");
    case "no-command":
      // What cannot be a command before anything else was said is no client of this protocol.
      if (!session.named && session.user === undefined && !session.negotiating) return abandon(state, session);
      return session.reply("ERR_UNKNOWNCOMMAND", "*", "This is no command");
  }
}

/** Closes without a word to who is no chat client. */
export function abandon(state: ChatState, session: Session): void {
  session.outbox.cut();
  state.quit(session, "Not a chat client");
}
