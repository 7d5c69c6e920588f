import { storedLine } from "../../../history/codec/stored_text.ts";
import type { Session } from "../../client/session.ts";
import { EncodedMessage } from "../../send/encoded_message.ts";
import { grantOperator } from "../../moderation/moderation.ts";
import type { ChatState } from "../../state.ts";
import { sendPersistence } from "../account/persistence.ts";
import { sendChannel } from "../channel/channel.ts";
import { replay } from "../message/history_batch.ts";
import { replayMissed, replayMissedTalks } from "../message/missed.ts";
import { welcome } from "./welcome.ts";

/**
 * Completes the registration of a client that becomes one of the clients of a member: it gets the channels as if it
 * had joined them, and the lines since the last client has left.
 */
export function resume(state: ChatState, client: Session, member: Session): void {
  const presence = state.presences?.promote(member);
  if (!presence) return;
  const { absentSince } = presence;
  presence.attach(client);
  state.presences?.changed(presence);
  client.registered = true;
  state.unregistered.delete(client);
  state.onRegistered?.(client);
  presence.actFor(client, () => {
    welcome(state, presence);
    sendPersistence(state, presence);
    if (presence.modes.size > 0) {
      client.send(state.from(presence, "MODE", [presence.nick, `+${[...presence.modes].join("")}`]));
    }
    const facts = { time: state.now(), account: presence.account };
    const joined = (...more: string[]) => new EncodedMessage(storedLine(presence.mask, "JOIN", more), facts);
    for (const channel of state.channelsOf(presence)) {
      const { name } = channel;
      client.sendWith("extended-join", joined(name, presence.account ?? "*", presence.realname), joined(name));
      sendChannel(state, presence, channel);
      if (absentSince === undefined) replay(state, presence, channel);
      else replayMissed(state, presence, channel, absentSince);
    }
    if (absentSince !== undefined) replayMissedTalks(state, presence, absentSince);
    grantOperator(state, presence);
  });
  state.presences?.updateAway(client);
}
