import type { Account } from "../../account/account.ts";
import { banOf, type LoginResult } from "../../account/accounts.ts";
import { readAccountName } from "../../codec/account_name.ts";
import { banText } from "../moderation/server_ban.ts";
import { RANK } from "../channel/channel.ts";
import { grantRanks, setRank } from "../channel/ownership.ts";
import { grantOperator } from "../moderation/moderation.ts";
import { guestNick, isReserved, rename } from "../client/nick.ts";
import { countedNetwork } from "../client/peer_host.ts";
import type { Session } from "../client/session.ts";
import type { ChatState } from "../state.ts";

/** Failed logins of one connection, after which it is closed. */
const MAX_FAILURES = 3;

/** Reason why a login failed, as a text for the user. */
export type LoginFailure = string;

/** Returns the time that a client has to wait before it may log in to an account, as a text; undefined for none. */
export function loginDelay(state: ChatState, session: Session, name: string): LoginFailure | undefined {
  const wait = state.guard.wait(session.info.peer, keyOf(name));
  return wait > 0 ? `Too many failed logins, try again in ${Math.ceil(wait / 1000)}s` : undefined;
}

/** Counts a failed login, and disconnects a client that has failed too often; call it after the reply. */
export function countFailure(state: ChatState, session: Session, name: string): void {
  state.guard.failed(session.info.peer, keyOf(name));
  if (++session.failedLogins >= MAX_FAILURES) state.quit(session, "Too many failed logins");
}

/** Returns the account that a name and a password log in to; in a network, the login is then in the log. */
export async function verifyLogin(
  state: ChatState,
  session: Session,
  name: string,
  password: string,
): Promise<LoginResult> {
  const result = await state.accounts.login(name, password, countedNetwork(session.info.peer));
  if (typeof result === "object") await shareLogin(state, session, result);
  return result;
}

/** Writes a login to the log of the network, which `logIn` then finds done; nothing for a server alone. */
export async function shareLogin(state: ChatState, session: Session, account: Account): Promise<void> {
  if (!state.network || !session.registered || session.gone || banOf(account) !== undefined) return;
  await state.network.logIn(session, account.name);
}

/**
 * Logs a client in to an account; returns the reason when the account is banned. In a network, `shareLogin` comes
 * before.
 */
export function logIn(state: ChatState, session: Session, account: Account): LoginFailure | undefined {
  const ban = banOf(account);
  if (ban !== undefined) return `The account is banned: ${ban}`;
  const shared = state.network !== undefined && session.registered;
  if (shared && session.account !== account.name) return "The network cannot be reached, try again later";
  session.failedLogins = 0;
  session.account = account.name;
  session.reply("RPL_LOGGEDIN", session.mask || "*", account.name, `You are now logged in as ${account.name}`);
  if (!shared) announce(state, session);
  if (session.registered) admit(state, session);
  return undefined;
}

/** Applies the login of a client of a network. */
export function applyLogin(state: ChatState, session: Session, account: string): void {
  session.account = account;
  announce(state, session);
  grantRanks(state, session);
}

/** Logs a client out of its account; it loses the nickname, where that is reserved to the account. */
export function logOut(state: ChatState, session: Session): void {
  const { account } = session;
  if (account === undefined) return;
  session.account = undefined;
  for (const client of session.clients) client.account = undefined;
  session.reply("RPL_LOGGEDOUT", session.mask, "You are now logged out");
  announce(state, session);
  for (const channel of state.channelsOf(session)) {
    const rank = channel.members.get(session) ?? 0;
    if (rank & RANK.founder) setRank(state, channel, session, rank & ~RANK.founder);
  }
  state.presences?.leave(session, account);
  if (isReserved(state, session, session.nick)) rename(state, session, guestNick(state));
}

/** Gives a client the ranks of its account, or disconnects it where the account is banned from the server. */
function admit(state: ChatState, session: Session): void {
  const ban = state.bans.find(session, Date.now());
  if (ban) return state.quit(session, banText(ban));
  grantOperator(state, session);
  // In a network they come with the event of the login.
  if (!state.network) grantRanks(state, session);
  state.presences?.review(session);
}

/** Notifies other clients of the account of a client (IRCv3 account-notify). */
function announce(state: ChatState, session: Session): void {
  if (!session.registered) return;
  const change = state.from(session, "ACCOUNT", [session.account ?? "*"]);
  session.sendWith("account-notify", change);
  state.notify(session, change, "account-notify");
}

/** Returns whether a password may be sent on the connection of a client: not in clear text over a network. */
export function mayTellPassword(state: ChatState, session: Session): boolean {
  return session.info.secure || session.info.local || state.info.plaintextLogin === true;
}

function keyOf(name: string): string {
  const read = readAccountName(name);
  return typeof read === "string" ? name.slice(0, 64) : read.key;
}
