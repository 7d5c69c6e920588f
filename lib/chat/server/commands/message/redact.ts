import { foldName } from "../../../codec/names.ts";
import type { HistoryEntry } from "../../../history/history.ts";
import { readStored } from "../../../history/codec/stored_text.ts";
import { moderatedIn } from "../../moderation/moderation.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import { cutText, printable } from "../../text.ts";
import type { ChatCommands } from "../command.ts";
import { type HistoryPlace, placeOf } from "./history_place.ts";

/** Deleting messages (IRCv3 message-redaction): the client's own, and for operators all of their channel. */
export const REDACT: ChatCommands = {
  REDACT: {
    shared: true,
    needs: 2,
    cost: 2,
    run(state, session, { params: [target = "", id = "", reason] }) {
      if (!session.has("draft/message-redaction")) {
        return session.reply("ERR_UNKNOWNCOMMAND", "REDACT", "Unknown command");
      }
      const channel = state.channel(target);
      const recipient = state.find(target);
      const name = channel?.name ?? recipient?.nick ?? "";
      const fail = (code: string, text: string) => session.fail("REDACT", code, printable(target), printable(id), text);
      if (!recipient && !channel?.members.has(session)) {
        return session.fail(
          "REDACT",
          "INVALID_TARGET",
          printable(target),
          `You cannot delete messages from ${name || "there"}`,
        );
      }
      const own = session.said.get(id) === foldName(name);
      const place = channel || recipient ? placeOf(state, session, name) : undefined;
      const kept = place && find(state, place, id);
      if (!own && !kept) return fail("UNKNOWN_MSGID", "This message does not exist or is too old");
      const allowed = own || channel?.isOp(session) === true || (kept && isOwn(kept, session));
      if (!allowed) return fail("REDACT_FORBIDDEN", "You are not authorised to delete this message");
      if (place && kept && !state.erase(place.key, id)) {
        return fail("REDACT_FORBIDDEN", "The history cannot be written");
      }
      if (channel && !own) moderatedIn(state, channel, session, { action: "redact", target: id, reason });
      session.said.delete(id);
      const message = state.from(session, "REDACT", [name, id, ...(reason === undefined ? [] : [cutText(reason)])]);
      const audience = channel ? [...channel.members.keys()] : recipient ? [recipient] : [];
      for (const member of audience) {
        if (member !== session) member.sendWith("draft/message-redaction", message);
      }
      session.echo(message, "draft/message-redaction");
    },
  },
};

/** Returns a message from the history. */
function find(state: ChatState, { key, only }: HistoryPlace, id: string): HistoryEntry | undefined {
  const spot = state.history.locate(key, id);
  if (!spot) return undefined;
  const [entry] = state.history.find({
    channel: key,
    only,
    behind: spot.place - 1,
    first: true,
    limit: 1,
  });
  return entry?.id === id ? entry : undefined;
}

/** Returns whether a client has sent a message: by its account, or its mask where the sender had none. */
function isOwn({ line, account }: HistoryEntry, session: Session): boolean {
  return account === undefined ? readStored(line)?.source === session.mask : account === session.account;
}
