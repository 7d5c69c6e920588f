import type { RefusedLine } from "../codec/client_line.ts";
import type { IrcMessage } from "../codec/message.ts";
import { SERVER_INFO } from "./commands/server/server_info.ts";
import { CHANNEL } from "./commands/channel/channel.ts";
import { AUTHENTICATE } from "./commands/account/authenticate.ts";
import { PERSISTENCE } from "./commands/account/persistence.ts";
import { REGISTER } from "./commands/account/register.ts";
import { SERVICES } from "./commands/account/services.ts";
import { type ChatCommand, type ChatCommands, splitList } from "./commands/command.ts";
import { HELP } from "./commands/server/help.ts";
import { HISTORY } from "./commands/message/chathistory.ts";
import { KICK_INVITE } from "./commands/channel/kick_invite.ts";
import { MESSAGE } from "./commands/message/message.ts";
import { MODE } from "./commands/channel/mode.ts";
import { MONITOR } from "./commands/user/monitor.ts";
import { SERVER_BANS } from "./commands/server/server_bans.ts";
import { INVITATION } from "./commands/server/invitation.ts";
import { OPERATOR } from "./commands/server/operator.ts";
import { WHOIS_COMMANDS } from "./commands/user/whois.ts";
import { READ_MARKER } from "./commands/message/read_marker.ts";
import { SEARCH } from "./commands/message/search.ts";
import { UPLOAD } from "./commands/message/upload.ts";
import { REDACT } from "./commands/message/redact.ts";
import { REGISTRATION } from "./commands/server/registration.ts";
import { WHO } from "./commands/user/who.ts";
import type { Session } from "./client/session.ts";
import type { ChatState } from "./state.ts";
import { printable } from "./text.ts";

const COMMANDS: ReadonlyMap<string, ChatCommand> = new Map(
  [
    REGISTRATION,
    AUTHENTICATE,
    REGISTER,
    PERSISTENCE,
    SERVICES,
    CHANNEL,
    KICK_INVITE,
    MODE,
    MESSAGE,
    WHO,
    WHOIS_COMMANDS,
    MONITOR,
    HISTORY,
    SERVER_INFO,
    HELP,
    OPERATOR,
    SERVER_BANS,
    INVITATION,
    READ_MARKER,
    REDACT,
    SEARCH,
    UPLOAD,
  ].flatMap((
    commands: ChatCommands,
  ) => Object.entries(commands)),
);

/** Names of all commands. */
export const COMMAND_NAMES: readonly string[] = [...COMMANDS.keys()];

/**
 * Commands of other protocols. Continuing would let a web page send IRC lines through a browser (cross-protocol
 * attack), so the connection is closed without a reply.
 */
const OTHER_PROTOCOLS = /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|TRACE|CONNECT|PRI|EHLO|HELO)$/;

/** Returns the cost of a message in lines, for the rate limit. */
export function costOf(message: IrcMessage | RefusedLine): number {
  if ("problem" in message) return 1;
  const { cost = 1, each = false } = COMMANDS.get(message.command) ?? {};
  return each ? cost * Math.max(1, splitList(message.params[0]).length) : cost;
}

/** Returns whether a message changes what clients of other servers of a network see. */
export function isShared(message: IrcMessage | RefusedLine, session?: Session): boolean {
  if ("problem" in message) return false;
  // The lines of a batch are events of their own, collected when they are applied.
  if (message.command === "BATCH") return true;
  const { shared = false } = COMMANDS.get(message.command) ?? {};
  return typeof shared === "boolean" ? shared : shared(message.params, session);
}

/** Runs a message of a client. */
export function dispatch(state: ChatState, session: Session, message: IrcMessage | RefusedLine): void {
  const { command } = message;
  const refused = "problem" in message;
  if (!session.registered && (refused ? isForeign(session, message) : OTHER_PROTOCOLS.test(command))) {
    return closeSilently(state, session);
  }
  const collects = !state.network || state.network.applying !== undefined;
  if (!refused && collects && session.registered && session.has("draft/multiline")) {
    const collected = session.multiline.take(message);
    if ("waits" in collected) return;
    if ("failed" in collected) return refuseBatch(session, collected.failed);
    return dispatchWhole(state, session, collected.run);
  }
  dispatchWhole(state, session, message);
}

function refuseBatch(session: Session, [code, ...params]: readonly [code: string, ...params: string[]]): void {
  session.fail("BATCH", code, ...params.slice(0, -1).map(printable), ...params.slice(-1));
}

/** Runs a message that does not belong to a batch, or consists of one. */
function dispatchWhole(state: ChatState, session: Session, message: IrcMessage | RefusedLine): void {
  const { tags } = message;
  const refused = "problem" in message;
  const label = session.has("labeled-response") ? tags.get("label") : undefined;
  let work = () => refused ? refuse(session, message) : run(state, session, message);
  if (!refused && session.registered && state.network && !state.network.applying && isShared(message, session)) {
    if (state.network.write(session, message)) return;
    work = () => refuseUnsent(session, message);
  }
  if (label !== undefined && label !== "" && label.length <= 64 && !session.gone) {
    session.answering(() => session.labelled(label, work));
  } else session.answering(work);
}

function run(state: ChatState, session: Session, message: IrcMessage): void {
  const { command, params } = message;
  const known = COMMANDS.get(command);
  if (!known) return session.reply("ERR_UNKNOWNCOMMAND", command.slice(0, 32), "Unknown command");
  if (!session.registered && !known.early) return session.reply("ERR_NOTREGISTERED", "You have not registered");
  if (params.length < (known.needs ?? 0)) return session.reply("ERR_NEEDMOREPARAMS", command, "Not enough parameters");
  const { presence } = session;
  if (presence && !known.own) presence.actFor(session, () => known.run(state, presence, message));
  else known.run(state, session, message);
}

/** Replies that the log of the network cannot be written now (IRCv3 standard-replies). */
function refuseUnsent(session: Session, { command, params: [target = ""] }: IrcMessage): void {
  const context = target === "" ? [] : [printable(target)];
  session.fail(command, "NETWORK_UNAVAILABLE", ...context, "The network cannot be reached; try again later");
}

function refuse(session: Session, { problem, command }: RefusedLine): void {
  switch (problem) {
    case "empty":
      return;
    case "too-long":
    case "tags-too-long":
      return session.reply("ERR_INPUTTOOLONG", "Input line was too long");
    case "not-utf8":
      return session.fail(
        // A command that is not valid UTF-8 cannot be named (IRCv3 UTF8ONLY).
        command.includes("\ufffd") ? "*" : printable(command),
        "INVALID_UTF8",
        "Message rejected, your IRC software MUST use UTF-8 encoding on this network",
      );
    case "control-character":
      return session.reply("ERR_UNKNOWNERROR", printable(command), "NUL and CR are not allowed in a message");
    case "no-command":
      return session.reply("ERR_UNKNOWNCOMMAND", printable(command), "Unknown command");
  }
}

/** Returns whether a line does not come from an IRC client: it has no command, and is the first one. */
function isForeign(session: Session, { problem }: RefusedLine): boolean {
  return problem === "no-command" && !session.named && session.user === undefined && !session.negotiating;
}

/** Closes the connection without a reply. */
export function closeSilently(state: ChatState, session: Session): void {
  session.sendQueue.cut();
  state.quit(session, "Not an IRC client");
}
