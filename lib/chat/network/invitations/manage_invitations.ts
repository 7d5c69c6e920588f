import { LoginLimit, UsageError } from "../../../core/mod.ts";
import { MemoryHistory } from "../../history/memory_history.ts";
import { invitationIdOf, MAX_INVITATIONS, newInvitation } from "../../invite/invitations.ts";
import { CHAT_LIMITS } from "../../server/options.ts";
import type { SharedFact } from "../../server/shared_fact.ts";
import type { Broker } from "../broker.ts";
import { encodeBatch, EVENT_VERSION, parseBatch } from "../codec/batch.ts";
import { detachedReplica } from "../detached_replica.ts";
import { loadSnapshot } from "../load_snapshot.ts";
import { newServerId } from "../server_id.ts";
import type { ChatNetworkInvitations } from "./open_network_invitations.ts";

/** Returns the invitations of the log of a network, for a program that is not one of its servers. */
export async function manageInvitations(broker: Broker): Promise<ChatNetworkInvitations> {
  const info = {
    ...{ name: "toucan.local", network: "Toucan", version: "toucan", replay: 0, logins: new LoginLimit() },
    ...{ operators: new Map(), operatorAccounts: new Set<string>() },
  };
  // Whether an invitation was used follows from everything else in the log.
  const { replica, state: { invitations } } = detachedReplica(info, CHAT_LIMITS, new MemoryHistory());
  const start = await loadSnapshot(broker);
  replica.restore(start.records);
  if (start.sequence < start.last) {
    for await (const [sequence, bytes] of broker.messages(start.sequence + 1, start.last)) {
      const batch = parseBatch(bytes);
      if (typeof batch === "object" && "events" in batch) replica.apply(batch, sequence);
    }
  }
  const write = async (fact: SharedFact) => {
    const id = newServerId();
    const batch = { version: EVENT_VERSION, server: id, first: 0, time: Date.now(), events: [fact] };
    await broker.publish(id, encodeBatch(batch), id);
  };
  return {
    async create(terms) {
      const { token, invitation } = newInvitation(terms);
      if (!invitations.add(invitation, Date.now())) {
        throw new UsageError(`there are too many invitations (limit: ${MAX_INVITATIONS})`, {
          code: "too-many-invitations",
        });
      }
      await write({ kind: "invitation", ...invitation });
      return { id: invitationIdOf(token), expires: invitation.expires, once: invitation.once, token };
    },
    list: () => invitations.list(Date.now()),
    async revoke(id) {
      if (!invitations.revoke(id, Date.now())) return false;
      await write({ kind: "invitation-revoked", id: id.toLowerCase() });
      return true;
    },
    [Symbol.asyncDispose]: () => broker.close(),
  };
}
