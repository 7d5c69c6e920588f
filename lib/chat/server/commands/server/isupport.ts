import { MODE_FLAGS, MODE_KINDS } from "../../../codec/modes.ts";
import { CHANNEL_LENGTH, KEY_LENGTH, NICK_LENGTH, REALNAME_LENGTH, USER_LENGTH } from "../../../codec/names.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import { TEXT_LENGTH } from "../../text.ts";
import { BOUNDS } from "../command_limits.ts";

/** Tokens of one line: with nick and text no more than 15 parameters. */
const TOKENS_PER_LINE = 12;

/** Sends what this server supports (RPL_ISUPPORT). */
export function sendSupport(state: ChatState, session: Session): void {
  const tokens = supportTokens(state);
  for (let i = 0; i < tokens.length; i += TOKENS_PER_LINE) {
    session.reply("RPL_ISUPPORT", ...tokens.slice(i, i + TOKENS_PER_LINE), "are supported by this server");
  }
}

/** What this server supports, as clients read it (modern IRC, RPL_ISUPPORT). */
function supportTokens({ limits, facts }: ChatState): string[] {
  const { list, always, whenSet } = MODE_KINDS;
  const { kicks, targets } = BOUNDS;
  return [
    `AWAYLEN=${TEXT_LENGTH}`,
    "BOT=B",
    "CASEMAPPING=ascii",
    `CHANLIMIT=#:${limits.channelsEach}`,
    `CHANMODES=${list},${always},${whenSet},${MODE_FLAGS}`,
    `CHANNELLEN=${CHANNEL_LENGTH}`,
    "CHANTYPES=#",
    `CHATHISTORY=${BOUNDS.history}`,
    "ELIST=CMNTU",
    "EXCEPTS=e",
    "INVEX=I",
    `KEYLEN=${KEY_LENGTH}`,
    `KICKLEN=${TEXT_LENGTH}`,
    `MAXLIST=${[...list].map((mode) => `${mode}:${limits.bans}`).join(",")}`,
    `MODES=${BOUNDS.modes}`,
    `MONITOR=${BOUNDS.monitor}`,
    "MSGREFTYPES=msgid,timestamp",
    `NAMELEN=${REALNAME_LENGTH}`,
    `NETWORK=${facts.network}`,
    `NICKLEN=${NICK_LENGTH}`,
    "PREFIX=(ov)@+",
    "SAFELIST",
    "STATUSMSG=@+",
    `TARGMAX=JOIN:,KICK:${kicks},LIST:,NAMES:${targets},NOTICE:${targets},PART:,PRIVMSG:${targets},TAGMSG:${targets},WHOIS:${targets},WHOWAS:${targets}`,
    `TOPICLEN=${TEXT_LENGTH}`,
    `USERLEN=${USER_LENGTH}`,
    "UTF8ONLY",
    "WHOX",
  ];
}
