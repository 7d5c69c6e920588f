import { HARMFUL_CODE_UNITS } from "../../core/harmful.ts";

/** Case mapping of nicknames and channels (ISUPPORT CASEMAPPING). */
export type CaseMapping = "ascii" | "rfc1459" | "rfc1459-strict";

const OUTSIDE: Readonly<Record<CaseMapping, (text: string) => string>> = {
  "ascii": (text) => text,
  "rfc1459": (text) => text.replace(/[[\]\\~]/g, (char) => FOLDED[char] ?? char),
  "rfc1459-strict": (text) => text.replace(/[[\]\\]/g, (char) => FOLDED[char] ?? char),
};
const FOLDED: Readonly<Record<string, string>> = { "[": "{", "]": "}", "\\": "|", "~": "^" };

/**
 * Returns the folded form of a nickname or channel, used for comparison: only the letters of the case mapping change.
 */
export function foldName(name: string, mapping: CaseMapping = "ascii"): string {
  return OUTSIDE[mapping](name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()));
}

/** Limit of a nickname on this server, in characters. */
export const MAX_NICK_LENGTH = 32;
/** Limit of a channel name on this server, in bytes. */
export const MAX_CHANNEL_BYTES = 64;
/** Limit of a channel key, in characters. */
export const MAX_KEY_LENGTH = 32;

/** Limit of a real name, in bytes: it has to fit into RPL_WHOREPLY. */
export const MAX_REALNAME_BYTES = 150;
/** Limit of a user name, in characters; longer ones are truncated. */
export const MAX_USER_LENGTH = 16;

/** Returns whether a nickname is valid on this server: the letters of RFC 2812, so that no two look the same. */
export function isNick(text: string): boolean {
  return text.length <= MAX_NICK_LENGTH && /^[A-Za-z[\]\\`_^{|}][A-Za-z0-9[\]\\`_^{|}-]*$/.test(text);
}

/** Returns whether a channel name is valid on this server. */
export function isChannel(text: string): boolean {
  return /^#[^ ,:\u200c\u200d]+$/.test(text) && text.search(HARMFUL_CODE_UNITS) < 0 &&
    new TextEncoder().encode(text).length <= MAX_CHANNEL_BYTES;
}

/** Returns whether a name that came from a peer may be a parameter before the last one, with one target. */
export function isTarget(text: string): boolean {
  return text !== "" && !text.startsWith(":") && !/[ ,\r\n\0]/.test(text);
}

/** Returns the nickname of a source such as `ann!a@host`, or the name of a server. */
export function nickOf(source: string): string {
  const end = source.search(/[!@]/);
  return end < 0 ? source : source.slice(0, end);
}
