import { matchesMask } from "../../../codec/mask.ts";
import { prefixOf, seconds } from "../../channel/channel.ts";
import type { Channel } from "../../channel/channel.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import { printable } from "../../text.ts";
import type { ChatCommands } from "../command.ts";

const MAX_WHO_REPLIES = 500;

/** Lists of clients. */
export const WHO: ChatCommands = {
  WHO: {
    cost: 4,
    run(state, session, { params: [asked = "*", options = ""] }) {
      // A zero is equivalent to an asterisk (RFC 2812, section 3.6.1).
      const mask = asked === "0" ? "*" : asked;
      const [, flags = "", fields, token = ""] = /^([^%]*)(?:%([^,]*)(?:,(.*))?)?$/.exec(options) ?? [];
      const extended = fields === undefined ? undefined : { fields, token: /^\d{1,3}$/.test(token) ? token : "0" };
      for (const found of find(state, session, mask, /o/i.test(flags))) {
        if (extended) sendExtended(state, session, found, extended);
        else send(state, session, found);
      }
      session.reply("RPL_ENDOFWHO", printable(asked), "End of WHO list");
    },
  },
};

/** Match of a query, with a shared channel if there is one. */
interface Found {
  readonly client: Session;
  readonly channel?: Channel;
}

function find(state: ChatState, session: Session, mask: string, operators: boolean): readonly Found[] {
  const wanted = (other: Session) => other.registered && (!operators || other.operator);
  if (mask.startsWith("#")) {
    const channel = state.channel(mask);
    if (!channel?.visibleTo(session)) return [];
    const members = [...channel.members.keys()].filter((member) => wanted(member) && isSeen(state, session, member));
    return members.map((client) => ({ client, channel }));
  }
  // An invisible client is shown to a query for its exact nickname.
  const named = state.find(mask);
  if (named) return wanted(named) ? [{ client: named, channel: common(state, session, named) }] : [];
  const found: Found[] = [];
  for (const client of state.nicks.values()) {
    if (!wanted(client) || !isSeen(state, session, client) || !matches(state, client, mask)) continue;
    if (found.push({ client, channel: common(state, session, client) }) >= MAX_WHO_REPLIES) break;
  }
  return found;
}

function matches(state: ChatState, client: Session, mask: string): boolean {
  const { nick, user = "", realname, info: { host } } = client;
  return [nick, user, host, realname, state.info.name].some((text) => matchesMask(mask, text)) || client.matches(mask);
}

/** Returns whether a client is visible to another: an invisible one only where they share a channel. */
function isSeen(state: ChatState, by: Session, other: Session): boolean {
  return by === other || !other.modes.has("i") || common(state, by, other) !== undefined;
}

/** Returns a channel that both clients are in. */
function common(state: ChatState, session: Session, other: Session): Channel | undefined {
  for (const channel of state.channelsOf(other)) if (channel.members.has(session)) return channel;
}

function flagsOf(session: Session, { client, channel }: Found): string {
  const prefix = channel ? prefixOf(channel.members.get(client) ?? 0, session.has("multi-prefix")) : "";
  const operator = client.operator ? "*" : "";
  return (client.away === undefined ? "H" : "G") + operator + prefix + (client.modes.has("B") ? "B" : "");
}

function send(state: ChatState, session: Session, found: Found): void {
  const { user = "", info, nick, realname } = found.client;
  const { name } = state.info;
  const place = found.channel?.name ?? "*";
  session.reply("RPL_WHOREPLY", place, user, info.host, name, nick, flagsOf(session, found), `0 ${realname}`);
}

/** Fields of WHOX, in the order of the reply. */
const FIELDS:
  readonly (readonly [letter: string, value: (found: Found, state: ChatState, session: Session) => string])[] = [
    ["c", ({ channel }) => channel?.name ?? "*"],
    ["u", ({ client }) => client.user ?? ""],
    ["i", ({ client }) => client.info.host],
    ["h", ({ client }) => client.info.host],
    ["s", (_, state) => state.info.name],
    ["n", ({ client }) => client.nick],
    ["f", (found, _, session) => flagsOf(session, found)],
    ["d", () => "0"],
    ["l", ({ client }) => `${seconds() - client.spoke}`],
    ["a", ({ client }) => client.account ?? "0"],
    ["o", () => "n/a"],
    ["r", ({ client }) => client.realname],
  ];

function sendExtended(
  state: ChatState,
  session: Session,
  found: Found,
  { fields, token }: { readonly fields: string; readonly token: string },
): void {
  const values = FIELDS.filter(([letter]) => fields.includes(letter)).map(([, value]) => value(found, state, session));
  session.reply("RPL_WHOSPCRPL", ...(fields.includes("t") ? [token] : []), ...values);
}
