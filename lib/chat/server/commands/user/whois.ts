import { readCount } from "../../../codec/values.ts";
import { prefixOf, seconds } from "../../channel/channel.ts";
import type { Session } from "../../client/session.ts";
import { Presence } from "../../presence/presence.ts";
import type { ChatState } from "../../state.ts";
import { cutText, printable, wrapWords } from "../../text.ts";
import { COMMAND_LIMITS } from "../command_limits.ts";
import { type ChatCommands, splitList } from "../command.ts";
import { requireThisServer, sendNoSuchNick } from "../requirements.ts";

const NAMES_BYTES = 320;
const MAX_USERHOST = 5;

/** Queries about single clients, and the away state. */
export const WHOIS_COMMANDS: ChatCommands = {
  WHOIS: {
    cost: 2,
    run(state, session, { params }) {
      const asked = params[1] ?? params[0] ?? "";
      const nicks = splitList(asked).slice(0, COMMAND_LIMITS.targets);
      if (nicks.length === 0) return session.reply("ERR_NONICKNAMEGIVEN", "No nickname given");
      if (params.length > 1 && !requireThisServer(state, session, params[0])) return;
      for (const nick of nicks) {
        const target = state.find(nick);
        if (target) whois(state, session, target);
        else sendNoSuchNick(session, nick);
      }
      session.reply("RPL_ENDOFWHOIS", printable(asked), "End of /WHOIS list");
    },
  },
  WHOWAS: {
    cost: 2,
    run(state, session, { params: [asked = "", count] }) {
      const nicks = splitList(asked).slice(0, COMMAND_LIMITS.targets);
      if (nicks.length === 0) return session.reply("ERR_NONICKNAMEGIVEN", "No nickname given");
      // A count of zero, or an invalid one, means no limit (RFC 2812, section 3.6.3).
      const limit = readCount(count) || undefined;
      for (const nick of nicks) {
        const found = state.nickHistory.of(nick).slice(0, limit);
        for (const { nick, user, host, realname, at } of found) {
          session.reply("RPL_WHOWASUSER", nick, user, host, "*", realname);
          session.reply("RPL_WHOISSERVER", nick, state.info.name, new Date(at).toUTCString());
        }
        if (found.length === 0) session.reply("ERR_WASNOSUCHNICK", printable(nick), "There was no such nickname");
      }
      session.reply("RPL_ENDOFWHOWAS", printable(asked), "End of WHOWAS");
    },
  },
  USERHOST: {
    needs: 1,
    run(state, session, { params }) {
      const found = params.slice(0, MAX_USERHOST).flatMap((nick) => state.find(nick) ?? []);
      const text = found.map(({ nick, away, user, info, operator }) =>
        `${nick}${operator ? "*" : ""}=${away === undefined ? "+" : "-"}${user}@${info.host}`
      );
      session.reply("RPL_USERHOST", text.join(" "));
    },
  },
  // Clients poll their notify list with it.
  ISON: {
    needs: 1,
    run(state, session, { params }) {
      const asked = params.flatMap((param) => param.split(" "));
      session.reply("RPL_ISON", asked.flatMap((nick) => state.find(nick)?.nick ?? []).join(" "));
    },
  },
  AWAY: {
    own: true,
    shared: true,
    early: true,
    cost: 2,
    run(state, session, { params: [text = ""] }) {
      if (!session.registered && !session.has("draft/pre-away")) {
        return session.reply("ERR_NOTREGISTERED", "You have not registered");
      }
      const away = cutText(text) || undefined;
      const before = session.away;
      session.away = away;
      if (away === undefined) session.reply("RPL_UNAWAY", "You are no longer marked as being away");
      else session.reply("RPL_NOWAWAY", "You have been marked as being away");
      if (session.presence) state.presences?.updateAway(session);
      else if (away !== before && session.registered) {
        state.notify(session, state.from(session, "AWAY", away === undefined ? [] : [away]), "away-notify");
      }
    },
  },
};

function whois(state: ChatState, session: Session, target: Session): void {
  const { nick, user = "", info, realname, away, spoke, since } = target;
  session.reply("RPL_WHOISUSER", nick, user, info.host, "*", realname);
  const names: string[] = [];
  for (const channel of state.channelsOf(target)) {
    const hidden = !channel.visibleTo(session) || (!channel.members.has(session) && target.modes.has("i"));
    if (hidden && target !== session) continue;
    names.push(prefixOf(channel.members.get(target) ?? 0, session.has("multi-prefix")) + channel.name);
  }
  for (const line of wrapWords(names, NAMES_BYTES)) session.reply("RPL_WHOISCHANNELS", nick, line);
  session.reply("RPL_WHOISSERVER", nick, info.server, state.info.network);
  if (target.account !== undefined) session.reply("RPL_WHOISACCOUNT", nick, target.account, "is logged in as");
  if (target.operator) session.reply("RPL_WHOISOPERATOR", nick, "is an IRC operator");
  if (target.modes.has("B")) session.reply("RPL_WHOISBOT", nick, `is a Bot on ${state.info.network}`);
  if (away !== undefined) session.reply("RPL_AWAY", nick, away);
  if (target instanceof Presence) {
    const own = target === session || session.operator ? ` (${target.clients.size} clients)` : "";
    if (target.kept) session.reply("RPL_WHOISSPECIAL", nick, `is always on${own}`);
  }
  if (info.secure) session.reply("RPL_WHOISSECURE", nick, "is using a secure connection");
  session.reply("RPL_WHOISIDLE", nick, `${seconds() - spoke}`, `${since}`, "seconds idle, signon time");
}
