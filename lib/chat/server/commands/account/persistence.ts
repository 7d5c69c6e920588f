import { ToucanError } from "../../../../core/mod.ts";
import { Presence } from "../../presence/presence.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import type { ChatCommands } from "../command.ts";

const SETTINGS: Readonly<Record<string, boolean | undefined>> = { ON: true, OFF: false, DEFAULT: undefined };

/** Whether a user stays when the last client leaves (draft/persistence, as in ergo). */
export const PERSISTENCE: ChatCommands = {
  PERSISTENCE: {
    needs: 1,
    cost: 2,
    run(state, session, { params: [subcommand = "", setting = ""] }) {
      if (session.account === undefined) {
        return session.fail("PERSISTENCE", "ACCOUNT_REQUIRED", "You're not logged into an account");
      }
      const [action, wanted] = [subcommand.toUpperCase(), setting.toUpperCase()];
      if (action === "SET" && Object.hasOwn(SETTINGS, wanted)) {
        const failure = setAlwaysOn(state, session, SETTINGS[wanted]);
        if (failure !== undefined) return session.fail("PERSISTENCE", "INTERNAL_ERROR", failure);
      } else if (action !== "GET") return session.fail("PERSISTENCE", "INVALID_PARAMS", "Invalid parameters");
      sendStatus(state, session, session.account);
    },
  },
};

/** Sets whether the user of a client's account stays; returns why that is not possible now. */
export function setAlwaysOn(state: ChatState, session: Session, setting: boolean | undefined): string | undefined {
  const { account } = session;
  if (account === undefined) return "You must log in first";
  if (state.network) return "Not available in a network of servers";
  if (!state.commits.canCommit()) return "The accounts cannot be written at this time";
  try {
    state.accounts.setAlwaysOn(account, setting);
  } catch (error) {
    if (!(error instanceof ToucanError)) throw error;
    return error.message;
  } finally {
    state.commits.schedule();
  }
  state.presences?.review(session);
  return undefined;
}

/** Sends a client that has registered its setting, if it wants that. */
export function sendPersistence(state: ChatState, session: Session): void {
  if (session.account !== undefined && session.has("draft/persistence")) sendStatus(state, session, session.account);
}

function sendStatus(state: ChatState, session: Session, account: string): void {
  const own = state.accounts.find(account)?.alwaysOn;
  const effective = session instanceof Presence ? session.kept : session.presence?.kept === true;
  const word = own === undefined ? "DEFAULT" : own ? "ON" : "OFF";
  session.say("PERSISTENCE", "STATUS", word, effective ? "ON" : "OFF");
}
