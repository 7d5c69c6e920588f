import { ToucanError } from "../../../core/mod.ts";
import type { Account } from "../../account/account.ts";
import { foldName } from "../../codec/names.ts";
import { sharedAddress } from "../client/peer_host.ts";
import type { Session } from "../client/session.ts";
import type { ChatState } from "../state.ts";
import { mayTellPassword, shareLogin } from "./log_in.ts";

/** Reason why an account cannot be registered: a code of IRCv3 account-registration, and a text. */
export interface RegistrationFailure {
  /** Code. */
  readonly code: string;
  /** Text for the user. */
  readonly text: string;
}

/** Codes of IRCv3 account-registration by those of the library's errors. */
const CODES: Readonly<Record<string, string>> = {
  "account-exists": "ACCOUNT_EXISTS",
  "account-similar": "BAD_ACCOUNT_NAME",
  "invalid-account": "BAD_ACCOUNT_NAME",
  "weak-password": "WEAK_PASSWORD",
  "invalid-password": "UNACCEPTABLE_PASSWORD",
};
const UNAVAILABLE = "TEMPORARILY_UNAVAILABLE";

/** Returns why a client cannot register its nickname as an account now; undefined when it can. */
export function registrationFailure(
  { info, accounts, registrations, commits, nicks, network }: ChatState,
  session: Session,
  mayTell: boolean,
): RegistrationFailure | undefined {
  if (info.closedRegistration) return { code: UNAVAILABLE, text: "Account registration is disabled" };
  if (session.account !== undefined) return { code: "ALREADY_AUTHENTICATED", text: "You are already logged in" };
  if (!session.registered && (info.password !== undefined || info.requireAccount)) {
    return { code: "COMPLETE_CONNECTION_REQUIRED", text: "You must complete the connection first" };
  }
  if (!session.named) return { code: "NEED_NICK", text: "You must use NICK first" };
  if (!mayTell) return { code: "TLS_REQUIRED", text: "A password must not be sent without TLS" };
  if (accounts.find(session.nick)) return { code: "ACCOUNT_EXISTS", text: "The account exists" };
  if (!session.info.local && registrations.wait(session.info.peer) > 0) {
    return { code: UNAVAILABLE, text: "Too many accounts were registered from your address, try again later" };
  }
  const holder = nicks.get(foldName(session.nick));
  if (holder && holder !== session) return { code: UNAVAILABLE, text: "Another client uses the nickname" };
  if (network?.available === false) {
    return { code: UNAVAILABLE, text: "The network cannot be reached, try again later" };
  }
  return commits.canCommit() ? undefined : { code: UNAVAILABLE, text: "The accounts cannot be written" };
}

/** Registers the nickname of a client as an account. */
export async function registerAccount(
  state: ChatState,
  session: Session,
  password: string,
): Promise<Account | RegistrationFailure> {
  const failure = registrationFailure(state, session, mayTellPassword(state, session));
  if (failure) return failure;
  try {
    const account = await state.accounts.add(session.nick, password);
    state.commits.schedule();
    state.registrations.failed(session.info.peer);
    const address = sharedAddress(session.info.peer);
    if (address !== undefined) state.network?.share({ kind: "registered", address });
    if (state.network) {
      if (!await state.network.shareAccount(account)) {
        return { code: UNAVAILABLE, text: "The account exists once the network can be reached" };
      }
      await shareLogin(state, session, account);
    }
    return account;
  } catch (error) {
    if (!(error instanceof ToucanError)) throw error;
    return { code: CODES[error.code] ?? UNAVAILABLE, text: sentence(error.message) };
  }
}

/** Returns the message of an error as it is written in replies. */
function sentence(message: string): string {
  return message.slice(0, 1).toUpperCase() + message.slice(1);
}
