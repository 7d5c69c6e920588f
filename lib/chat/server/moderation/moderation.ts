import { foldName } from "../../codec/names.ts";
import type { Channel } from "../channel/channel.ts";
import type { Session } from "../client/session.ts";
import type { ChatState } from "../state.ts";
import { type ChatModeration, formatModeration } from "./audit_log.ts";

/** Facts of an action of an operator, apart from the operator and the time. */
export type ModerationFacts = Omit<ChatModeration, "time" | "by" | "account">;

/**
 * Logs what an operator has done. In a network, all servers do so when they carry out a command; what only the server
 * of the operator does (`own`) is told to the others.
 */
export function moderated(
  state: ChatState,
  session: Session,
  what: ModerationFacts,
  own: boolean = state.network?.applying === undefined,
): void {
  const { mask, account } = session;
  const moderation = { time: state.now(), by: mask, ...(account === undefined ? {} : { account }), ...what };
  if (state.network && own) return void state.network.share({ kind: "moderation", text: formatModeration(moderation) });
  state.writes(() => state.audit.add(moderation));
  state.onModerated?.(moderation);
}

/**
 * Logs what an operator of a channel has done. Channels that belong to no account are not logged, unless it was an IRC operator:
 * any client can open one, and could fill the log.
 */
export function moderatedIn(state: ChatState, channel: Channel, session: Session, what: ModerationFacts): void {
  if (channel.founder !== undefined || session.operator) moderated(state, session, { channel: channel.name, ...what });
}

/** Makes a client that has logged in an IRC operator, if its account is one. */
export function grantOperator(state: ChatState, session: Session): void {
  const { operatorAccounts } = state.info;
  if (session.account === undefined || session.operator) return;
  if (!operatorAccounts.has(foldName(session.account))) return;
  moderated(state, session, { action: "oper", target: session.account }, true);
  session.reply("RPL_YOUREOPER", "You are now an IRC operator");
  if (state.network) return state.network.grantOperator(session);
  state.userModes.set(session, "o");
  session.send(state.from(session, "MODE", [session.nick, "+o"]));
}
