import { HARMFUL_CODE_UNITS } from "../../core/harmful.ts";

/** How letters are compared in nicks and channels (ISUPPORT CASEMAPPING). */
export type CaseMapping = "ascii" | "rfc1459" | "rfc1459-strict";

const OUTSIDE: Readonly<Record<CaseMapping, (text: string) => string>> = {
  "ascii": (text) => text,
  "rfc1459": (text) => text.replace(/[[\]\\~]/g, (char) => FOLDED[char] ?? char),
  "rfc1459-strict": (text) => text.replace(/[[\]\\]/g, (char) => FOLDED[char] ?? char),
};
const FOLDED: Readonly<Record<string, string>> = { "[": "{", "]": "}", "\\": "|", "~": "^" };

/** A nick or channel in the form that is compared: only what the mapping names changes, not all of Unicode. */
export function foldName(name: string, mapping: CaseMapping = "ascii"): string {
  return OUTSIDE[mapping](name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()));
}

/** The longest nick that our server takes. */
export const MAX_NICK_LENGTH = 32;
/** The longest channel name that our server takes, in bytes. */
export const MAX_CHANNEL_BYTES = 64;
/** The longest key of a channel, in characters. */
export const MAX_KEY_LENGTH = 32;

/** The longest real name, in bytes: it has to have room in an answer to WHO. */
export const MAX_REALNAME_BYTES = 150;
/** The longest user name; longer ones are cut. */
export const MAX_USER_LENGTH = 16;

/** Whether our server takes this as a nick: the letters of RFC 2812, so that no two look the same. */
export function isNick(text: string): boolean {
  return text.length <= MAX_NICK_LENGTH && /^[A-Za-z[\]\\`_^{|}][A-Za-z0-9[\]\\`_^{|}-]*$/.test(text);
}

/** Whether our server takes this as a channel. */
export function isChannel(text: string): boolean {
  return /^#[^ ,:\u200c\u200d]+$/.test(text) && text.search(HARMFUL_CODE_UNITS) < 0 &&
    new TextEncoder().encode(text).length <= MAX_CHANNEL_BYTES;
}

/** The nick of a source such as `ann!a@host`; of a server its name. */
export function nickOf(source: string): string {
  const end = source.search(/[!@]/);
  return end < 0 ? source : source.slice(0, end);
}
