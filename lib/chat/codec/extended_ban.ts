import { fullMask } from "./mask.ts";

/** Types of extended bans and their prefix (ISUPPORT EXTBAN): `~a:ACCOUNT` and `~q:MASK`. */
export const EXTENDED_BANS = { prefix: "~", types: "aq" } as const;

/** Entry of a ban or exception list: the clients it matches, and whether it only mutes them. */
export interface BanEntry {
  /** Whether clients it matches may join, but not send (`~q:`). */
  readonly quiet: boolean;
  /** Account that it matches (`~a:`). */
  readonly account?: string;
  /** Mask `nick!user@host` that it matches. */
  readonly mask?: string;
}

/** Parses an entry: a mask, or an extended ban such as `~q:ann!*@*`, `~a:ann` and `~q:~a:ann`; undefined for other types. */
export function parseBan(text: string): BanEntry | undefined {
  const [, muted, rest = text] = /^~(q):(.*)$/is.exec(text) ?? [];
  const quiet = muted !== undefined;
  const [, account] = /^~a:(.*)$/is.exec(rest) ?? [];
  if (rest === "" || account === "" || (account === undefined && /^~\w*:/.test(rest))) return undefined;
  return account === undefined ? { quiet, mask: fullMask(rest) } : { quiet, account };
}

/** Encodes an entry in its full form: masks have all three parts, types are in lower case. */
export function formatBan({ quiet, account, mask = "" }: BanEntry): string {
  return (quiet ? "~q:" : "") + (account === undefined ? mask : `~a:${account}`);
}
