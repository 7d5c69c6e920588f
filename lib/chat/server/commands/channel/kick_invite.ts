import { invite } from "../../channel/ownership.ts";
import { moderatedIn } from "../../moderation/moderation.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import type { ChatCommands } from "../command.ts";
import { splitList } from "../command.ts";
import { COMMAND_LIMITS } from "../command_limits.ts";
import { requireChannelOperator, requireMember, sendNoSuchNick } from "../requirements.ts";
import { cutText, printable } from "../../text.ts";

/** Kicking members and inviting clients. */
export const KICK_INVITE: ChatCommands = {
  KICK: {
    shared: true,
    needs: 2,
    run(state, session, { params: [channels, nicks, comment = ""] }) {
      const [names, asked] = [splitList(channels), splitList(nicks)];
      const [only] = names;
      if (only === undefined || asked.length === 0 || (names.length > 1 && names.length !== asked.length)) {
        return session.reply("ERR_NEEDMOREPARAMS", "KICK", "Not enough parameters");
      }
      // One channel with several nicknames, or several channels with one nickname each (RFC 2812, section 3.2.8).
      if (names.length === 1) kickAll(state, session, only, asked.slice(0, COMMAND_LIMITS.kicks), comment);
      else {names.slice(0, COMMAND_LIMITS.kicks).forEach((name, i) =>
          kickAll(state, session, name, asked.slice(i, i + 1), comment)
        );}
      const [beyond] = asked.slice(COMMAND_LIMITS.kicks);
      if (beyond !== undefined) session.reply("ERR_TOOMANYTARGETS", printable(beyond), "Too many targets");
    },
  },
  INVITE: {
    shared: (params) => params.length > 1,
    cost: 2,
    run(state, session, { params: [nick, name] }) {
      if (nick === undefined) {
        for (const { name } of state.invited.of(session)) session.reply("RPL_INVITELIST", name);
        return session.reply("RPL_ENDOFINVITELIST", "End of /INVITE list");
      }
      if (name === undefined) return session.reply("ERR_NEEDMOREPARAMS", "INVITE", "Not enough parameters");
      const target = state.find(nick);
      if (!target) return sendNoSuchNick(session, nick);
      const channel = requireMember(state, session, name);
      if (!channel) return;
      if (channel.flags.has("i") && !requireChannelOperator(session, channel)) return;
      if (channel.members.has(target)) {
        return session.reply("ERR_USERONCHANNEL", target.nick, channel.name, "is already on channel");
      }
      // An invitation by a member without operator rank does not override a ban, a key or a limit.
      if (channel.isOp(session)) invite(state, target, channel);
      session.reply("RPL_INVITING", target.nick, channel.name);
      if (target.away !== undefined) session.reply("RPL_AWAY", target.nick, target.away);
      const invitation = state.from(session, "INVITE", [target.nick, channel.name]);
      target.send(invitation);
      for (const member of channel.members.keys()) {
        if (member !== session) member.sendWith("invite-notify", invitation);
      }
    },
  },
};

/** Kicks members of a channel; each one that cannot be kicked gets an error reply. */
function kickAll(state: ChatState, session: Session, name: string, nicks: readonly string[], comment: string): void {
  const channel = requireMember(state, session, name);
  if (!channel || !requireChannelOperator(session, channel)) return;
  for (const nick of nicks) {
    const target = state.find(nick);
    if (!target) sendNoSuchNick(session, nick);
    else if (!channel.members.has(target)) {
      session.reply("ERR_USERNOTINCHANNEL", target.nick, channel.name, "They aren't on that channel");
    } else if (channel.isFounder(target) && target !== session) {
      session.reply("ERR_CHANOPRIVSNEEDED", channel.name, "The founder cannot be kicked");
    } else {
      if (target !== session) {
        moderatedIn(state, channel, session, { action: "kick", target: target.mask, reason: cutText(comment) });
      }
      const kick = state.from(session, "KICK", [channel.name, target.nick, cutText(comment) || session.nick]);
      state.announce(channel, kick, session);
      state.leave(target, channel);
    }
  }
}
