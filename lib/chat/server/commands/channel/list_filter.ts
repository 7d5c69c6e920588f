import { matchesMask } from "../../../codec/mask.ts";
import { readCount } from "../../../codec/values.ts";
import { type Channel, seconds } from "../../channel/channel.ts";

type Filter = (channel: Channel) => boolean;

/**
 * Returns a filter for the conditions of LIST (ISUPPORT ELIST): names and masks, one of which has to match, `!mask` for
 * those that must not match, `<n` and `>n` for the number of members, `C<n` and `C>n` for the minutes since creation,
 * `T<n` and `T>n` since the topic was set.
 */
export function readListFilter(conditions: readonly string[]): Filter {
  const masks: string[] = [];
  const filters: Filter[] = [];
  for (const text of conditions) {
    const [, kind = "", sign, digits] = /^([CT]?)([<>])(.*)$/i.exec(text) ?? [];
    if (sign !== undefined) {
      const limit = readCount(digits);
      filters.push(limit === undefined ? () => false : compare(VALUES[kind.toUpperCase()] ?? members, sign, limit));
    } else if (text.startsWith("!")) filters.push(({ name }) => !matchesMask(text.slice(1), name));
    else masks.push(text);
  }
  if (masks.length > 0) filters.push(({ name }) => masks.some((mask) => matchesMask(mask, name)));
  return (channel) => filters.every((filter) => filter(channel));
}

const members = (channel: Channel): number => channel.members.size;
const VALUES: Readonly<Record<string, (channel: Channel) => number | undefined>> = {
  C: ({ created }) => (seconds() - created) / 60,
  T: ({ topic }) => topic && (seconds() - topic.at) / 60,
};

function compare(valueOf: (channel: Channel) => number | undefined, sign: string, limit: number): Filter {
  return (channel) => {
    const value = valueOf(channel);
    return value !== undefined && (sign === "<" ? value < limit : value > limit);
  };
}
