import { foldName, isChannel } from "../../codec/names.ts";
import { MODE_FLAGS } from "../../codec/modes.ts";
import { type AccountRank, Channel, type ListMode, RANK } from "./channel.ts";
import type { Setting } from "./setting.ts";

const MAX_RANKS = 1000;
/** Ranks that are given to a mask: a founder is known by the account only. */
const RANK_BY_MASK = RANK.op | RANK.voice;
const LIST_MODES: readonly ListMode[] = ["b", "e", "I"];

/** Encodes the stored state of a channel: topic, modes, lists, and the ranks of members by their masks. */
export function formatChannel(channel: Channel, members: Channel["members"] = channel.members): string {
  const { name, incarnation, created, flags, topic, password, limit, slow, founder, lists, savedRanks } = channel;
  const ranks = [...savedRanks, ...[...members].map(([member, rank]) => [member.mask, rank] as const)]
    // Members without a rank are saved only where they could not rejoin otherwise.
    .map(([mask, rank]) => [mask, rank & RANK_BY_MASK] as const)
    .filter(([, rank]) => rank > 0 || flags.has("i")).sort(([, one], [, other]) => other - one);
  return JSON.stringify({
    ...{ name, incarnation, created, topic, key: password, limit, slow, founder },
    flags: [...flags].join(""),
    ranks: Object.fromEntries(ranks.slice(0, MAX_RANKS)),
    access: [...channel.access.values()],
    invited: [...channel.invitedAccounts],
    lists: Object.fromEntries(LIST_MODES.map((mode) => [mode, lists[mode].settings])),
  });
}

/** Parses the stored state of a channel; undefined for anything else. */
export function parseChannel(text: string): Channel | undefined {
  const saved = readRecord(text);
  if (!saved) return undefined;
  const { name, incarnation, created, flags, topic, key, limit, slow, founder, ranks, access, invited, lists } = saved;
  if (typeof name !== "string" || !isChannel(name) || typeof incarnation !== "string") return undefined;
  const channel = new Channel(name, {
    incarnation,
    created: Number.isSafeInteger(created) ? Number(created) : undefined,
  });
  channel.flags.clear();
  for (const flag of typeof flags === "string" ? flags : "") if (MODE_FLAGS.includes(flag)) channel.flags.add(flag);
  channel.topic = readSetting(topic);
  if (typeof key === "string") channel.password = key;
  if (typeof limit === "number" && Number.isSafeInteger(limit) && limit > 0) channel.limit = limit;
  for (const [mask, rank] of Object.entries(isRecord(ranks) ? ranks : {})) {
    if (typeof rank === "number" && Number.isSafeInteger(rank)) channel.savedRanks.set(mask, rank & RANK_BY_MASK);
  }
  if (typeof slow === "number" && Number.isSafeInteger(slow) && slow > 0) channel.slow = slow;
  if (typeof founder === "string" && founder !== "") channel.founder = founder;
  for (const item of Array.isArray(access) ? access : []) {
    const found = readAccess(item);
    if (found) channel.access.set(foldName(found.name), found);
  }
  for (const item of Array.isArray(invited) ? invited : []) {
    if (typeof item === "string") channel.invitedAccounts.add(item);
  }
  for (const mode of LIST_MODES) {
    const settings: unknown = isRecord(lists) ? lists[mode] : undefined;
    for (const item of Array.isArray(settings) ? settings : []) {
      const setting = readSetting(item);
      if (setting) channel.lists[mode].add(setting);
    }
  }
  return channel;
}

function readAccess(value: unknown): AccountRank | undefined {
  if (!isRecord(value)) return undefined;
  const { name, rank } = value;
  if (typeof name !== "string" || typeof rank !== "number" || !Number.isSafeInteger(rank)) return undefined;
  return { name, rank: rank & RANK_BY_MASK };
}

function readSetting(value: unknown): Setting | undefined {
  if (!isRecord(value)) return undefined;
  const { text, by, at } = value;
  if (typeof text !== "string" || typeof by !== "string" || typeof at !== "number") return undefined;
  return { text, by, at };
}

function readRecord(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
