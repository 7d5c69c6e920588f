import { EXTENDED_BANS } from "../../../codec/extended_ban.ts";
import { MODE_FLAGS, MODE_KINDS } from "../../../codec/modes.ts";
import {
  MAX_CHANNEL_BYTES,
  MAX_KEY_LENGTH,
  MAX_NICK_LENGTH,
  MAX_REALNAME_BYTES,
  MAX_USER_LENGTH,
} from "../../../codec/names.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import { MAX_TEXT_BYTES } from "../../text.ts";
import { COMMAND_LIMITS } from "../command_limits.ts";

/** Tokens per line: with nickname and text at most 15 parameters. */
const TOKENS_PER_LINE = 12;

/** Sends the features of the server (RPL_ISUPPORT). */
export function sendSupport(state: ChatState, session: Session): void {
  const tokens = supportTokens(state);
  for (let i = 0; i < tokens.length; i += TOKENS_PER_LINE) {
    session.reply("RPL_ISUPPORT", ...tokens.slice(i, i + TOKENS_PER_LINE), "are supported by this server");
  }
}

/** Returns the tokens of RPL_ISUPPORT (modern IRC). */
function supportTokens({ limits, info, files }: ChatState): string[] {
  const { list, always, whenSet } = MODE_KINDS;
  const { kicks, targets } = COMMAND_LIMITS;
  return [
    `AWAYLEN=${MAX_TEXT_BYTES}`,
    "BOT=B",
    "CASEMAPPING=ascii",
    `CHANLIMIT=#:${limits.channelsEach}`,
    `CHANMODES=${list},${always},${whenSet},${MODE_FLAGS}`,
    `CHANNELLEN=${MAX_CHANNEL_BYTES}`,
    "CHANTYPES=#",
    `CHATHISTORY=${COMMAND_LIMITS.history}`,
    "ELIST=CMNTU",
    "EXCEPTS=e",
    `EXTBAN=${EXTENDED_BANS.prefix},${EXTENDED_BANS.types}`,
    "INVEX=I",
    `KEYLEN=${MAX_KEY_LENGTH}`,
    `KICKLEN=${MAX_TEXT_BYTES}`,
    `MAXLIST=${[...list].map((mode) => `${mode}:${limits.bans}`).join(",")}`,
    `MODES=${COMMAND_LIMITS.modes}`,
    `MONITOR=${COMMAND_LIMITS.monitor}`,
    "MSGREFTYPES=msgid,timestamp",
    `NAMELEN=${MAX_REALNAME_BYTES}`,
    `NETWORK=${info.network}`,
    `NICKLEN=${MAX_NICK_LENGTH}`,
    "PREFIX=(qov)~@+",
    "SAFELIST",
    "STATUSMSG=@+",
    `TARGMAX=JOIN:,KICK:${kicks},LIST:,NAMES:${targets},NOTICE:${targets},PART:,PRIVMSG:${targets},TAGMSG:${targets},WHOIS:${targets},WHOWAS:${targets}`,
    `TOPICLEN=${MAX_TEXT_BYTES}`,
    `USERLEN=${MAX_USER_LENGTH}`,
    "UTF8ONLY",
    "WHOX",
    ...files?.url === undefined ? [] : [`soju.im/FILEHOST=${files.url}`],
  ];
}
