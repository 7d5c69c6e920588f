import { matchesMask } from "../../codec/mask.ts";
import { prefixOf, seconds } from "../channel.ts";
import type { Session } from "../session.ts";
import type { ChatState } from "../state.ts";
import { cutText, gather, printable } from "../text.ts";
import { type ChatCommands, listed } from "./command.ts";

const MOST_FOUND = 500;
const NAMES_BYTES = 320;

/** Asking about others, and saying how it is with oneself. */
export const QUERY: ChatCommands = {
  WHO: {
    cost: 4,
    run(state, session, { params: [asked = "*"] }) {
      // A zero is what an asterisk is (RFC 2812, section 3.6.1).
      const mask = asked === "0" ? "*" : asked;
      const channel = state.channel(mask);
      let found = 0;
      if (channel?.visibleTo(session)) {
        for (const [member, rank] of channel.members) {
          if (seen(state, session, member)) {
            who(state, session, member, channel.name, prefixOf(rank, session.has("multi-prefix")));
          }
        }
      } else if (!mask.startsWith("#")) {
        for (const other of state.nicks.values()) {
          if (!other.registered || !seen(state, session, other)) continue;
          if (!matchesMask(mask, other.nick) && !other.matches(mask)) continue;
          if (++found > MOST_FOUND) break;
          who(state, session, other, "*", "");
        }
      }
      session.reply("RPL_ENDOFWHO", printable(asked), "End of who");
    },
  },
  WHOIS: {
    needs: 1,
    cost: 2,
    run(state, session, { params }) {
      const nick = listed(params[1] ?? params[0])[0] ?? "";
      const target = state.find(nick);
      if (target) whois(state, session, target);
      else session.reply("ERR_NOSUCHNICK", printable(nick), "There is nobody of that nick");
      session.reply("RPL_ENDOFWHOIS", printable(nick), "End of whois");
    },
  },
  USERHOST: {
    needs: 1,
    run(state, session, { params }) {
      const found = params.slice(0, 5).flatMap((nick) => state.find(nick) ?? []);
      const text = found.map(({ nick, away, user, facts }) =>
        `${nick}=${away === undefined ? "+" : "-"}${user}@${facts.host}`
      );
      session.reply("RPL_USERHOST", text.join(" "));
    },
  },
  // What clients ask now and then for the people on their list of friends.
  ISON: {
    needs: 1,
    run(state, session, { params }) {
      const asked = params.flatMap((param) => param.split(" "));
      session.reply("RPL_ISON", asked.flatMap((nick) => state.find(nick)?.nick ?? []).join(" "));
    },
  },
  AWAY: {
    cost: 2,
    run(state, session, { params: [text = ""] }) {
      const away = cutText(text) || undefined;
      if (away === session.away) return session.reply(away === undefined ? "RPL_UNAWAY" : "RPL_NOWAWAY", "As before");
      session.away = away;
      if (away === undefined) session.reply("RPL_UNAWAY", "You are no longer marked as being away");
      else session.reply("RPL_NOWAWAY", "You are marked as being away");
      const notice = state.from(session, "AWAY", away === undefined ? [] : [away]);
      state.sendToNeighbours(session, notice, (neighbour) => neighbour.has("away-notify"));
    },
  },
};

/** Whether somebody is to be seen: those who are invisible only by those with whom they share a channel. */
function seen(state: ChatState, by: Session, other: Session): boolean {
  if (by === other || !other.modes.has("i")) return true;
  for (const channel of state.channelsOf(other)) if (channel.members.has(by)) return true;
  return false;
}

function who(state: ChatState, session: Session, other: Session, channel: string, prefix: string): void {
  const flags = (other.away === undefined ? "H" : "G") + prefix;
  const { name } = state.facts;
  const { user = "", facts, nick, realname } = other;
  session.reply("RPL_WHOREPLY", channel, user, facts.host, name, nick, flags, `0 ${realname}`);
}

function whois(state: ChatState, session: Session, target: Session): void {
  const { nick, user = "", facts, realname, away, spoke, since } = target;
  session.reply("RPL_WHOISUSER", nick, user, facts.host, "*", realname);
  const names: string[] = [];
  for (const channel of state.channelsOf(target)) {
    const hidden = !channel.visibleTo(session) || (!channel.members.has(session) && target.modes.has("i"));
    if (hidden && target !== session) continue;
    names.push(prefixOf(channel.members.get(target) ?? 0, session.has("multi-prefix")) + channel.name);
  }
  for (const line of gather(names, NAMES_BYTES)) session.reply("RPL_WHOISCHANNELS", nick, line);
  session.reply("RPL_WHOISSERVER", nick, state.facts.name, state.facts.network);
  if (away !== undefined) session.reply("RPL_AWAY", nick, away);
  if (facts.secure) session.reply("RPL_WHOISSECURE", nick, "is using a secure connection");
  session.reply("RPL_WHOISIDLE", nick, `${seconds() - spoke}`, `${since}`, "seconds idle, signon time");
}
