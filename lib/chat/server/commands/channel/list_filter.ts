import { matchesMask } from "../../../codec/mask.ts";
import { readCount } from "../../../codec/values.ts";
import { type Channel, seconds } from "../../channel/channel.ts";

type Filter = (channel: Channel) => boolean;

/**
 * Returns whether a channel is wanted by the conditions of LIST (ISUPPORT ELIST): names and masks of which one has to match,
 * `!mask` for those that must not, `<n` and `>n` for members, `C<n` and `C>n` for the minutes since the channel was created,
 * `T<n` and `T>n` since its topic was set.
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
