import { foldName } from "../../codec/names.ts";

/** First character of the keys of private conversations: neither a channel nor a nickname can begin with it. */
const PREFIX = "@";

/** Returns the key of the private conversation of two accounts in the history, the same for both of them. */
export function talkKey(account: string, other: string): string {
  return PREFIX + [foldName(account), foldName(other)].sort().join(" ");
}

/** Returns the folded names of the accounts of a private conversation; undefined for a channel. */
export function accountsOfTalk(key: string): readonly [string, string] | undefined {
  const [, one, other] = /^@(\S+) (\S+)$/.exec(key) ?? [];
  return one === undefined || other === undefined ? undefined : [one, other];
}
