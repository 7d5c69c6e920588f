import { invitationIdOf, MAX_INVITATIONS, newInvitation } from "../../../invite/invitations.ts";
import type { Session } from "../../client/session.ts";
import { moderated } from "../../moderation/moderation.ts";
import type { NetworkLog } from "../../network_log.ts";
import type { SharedFact } from "../../shared_fact.ts";
import type { ChatState } from "../../state.ts";
import { printable } from "../../text.ts";
import type { ChatCommands } from "../command.ts";
import { requireIrcOperator } from "../requirements.ts";
import { durationOf, notice } from "./server_bans.ts";

const DAY_MS = 86_400_000;

/** Invitations to a server that admits invited clients, for IRC operators. */
export const INVITATION: ChatCommands = {
  INVITATION: {
    needs: 1,
    cost: 4,
    run(state, session, { params: [action = "", ...words] }) {
      if (!requireIrcOperator(session)) return;
      switch (action.toUpperCase()) {
        case "ADD":
          return add(state, session, words);
        case "DEL":
          return remove(state, session, words[0] ?? "");
        case "LIST":
          for (const { id, expires, once } of state.invitations.list(Date.now())) {
            notice(state, session, `${id} until ${new Date(expires).toISOString()}${once ? ", for one client" : ""}`);
          }
          return notice(state, session, "End of the invitations");
      }
      session.fail("INVITATION", "INVALID_PARAMS", printable(action), "Use ADD, DEL or LIST");
    },
  },
};

function add(state: ChatState, session: Session, words: readonly string[]): void {
  const once = words.some((word) => word.toUpperCase() === "ONCE");
  const [duration] = words.filter((word) => word.toUpperCase() !== "ONCE");
  const ms = duration === undefined ? DAY_MS : durationOf(duration);
  const fail = (text: string) => session.fail("INVITATION", "INVALID_PARAMS", "ADD", text);
  if (ms === undefined) return fail("Invalid duration");
  if (!state.info.inviteOnly) return fail("This server admits no invited clients");
  const expires = Date.now() + ms;
  if (state.invitations.list(Date.now()).length >= MAX_INVITATIONS) return fail("Too many invitations");
  const { token, invitation } = newInvitation({ expires, once });
  const stored = state.network
    ? shared(state.network, { kind: "invitation", ...invitation })
    : state.writes(() => state.invitations.add(invitation, Date.now()));
  if (!stored) return fail("The invitation cannot be stored now");
  moderated(state, session, { action: "invitation", target: invitationIdOf(token) });
  const until = new Date(expires).toISOString();
  notice(state, session, `${invitationIdOf(token)} until ${until}${once ? ", for one client" : ""}: password ${token}`);
}

function remove(state: ChatState, session: Session, id: string): void {
  const fail = (text: string) => session.fail("INVITATION", "INVALID_PARAMS", printable(id), text);
  let removed = state.invitations.list(Date.now()).some((one) => one.id === id.toLowerCase());
  const stored = state.network
    ? removed && shared(state.network, { kind: "invitation-revoked", id: id.toLowerCase() })
    : state.writes(() => removed = state.invitations.revoke(id, Date.now()));
  if (!removed) return fail("There is no such invitation");
  if (!stored) return fail("The invitation cannot be revoked now");
  moderated(state, session, { action: "invitation-revoked", target: id });
  notice(state, session, `${printable(id)} is revoked`);
}

/** Tells the other servers a fact; returns false when that is not possible now. */
function shared(network: NetworkLog, fact: SharedFact): boolean {
  return network.available && network.share(fact);
}
