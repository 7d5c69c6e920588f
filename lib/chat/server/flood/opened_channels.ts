import type { Channel } from "../channel/channel.ts";
import { countedNetwork } from "../client/peer_host.ts";
import type { Session } from "../client/session.ts";
import type { ChatLimits } from "../options.ts";
import { SHARED_LIMITS } from "./shared_limits.ts";

/** Channels that exist because a client has opened them, counted by its address and its account. */
export class OpenedChannels {
  readonly #limit: number;
  readonly #counts = new Map<string, number>();
  readonly #openers = new WeakMap<Channel, readonly string[]>();

  /** Derives the limit from that of all channels. */
  constructor({ channels, channelsEach }: ChatLimits) {
    this.#limit = Math.max(channelsEach, Math.floor(channels * SHARED_LIMITS.channels));
  }

  /** Returns whether a client may open another channel. */
  mayOpen(session: Session): boolean {
    return keysOf(session).every((key) => (this.#counts.get(key) ?? 0) < this.#limit);
  }

  /** Counts a channel that a client has opened. */
  add(session: Session, channel: Channel): void {
    const keys = keysOf(session);
    this.#openers.set(channel, keys);
    for (const key of keys) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Counts a channel no longer, which has ended. */
  remove(channel: Channel): void {
    for (const key of this.#openers.get(channel) ?? []) {
      const rest = (this.#counts.get(key) ?? 1) - 1;
      if (rest === 0) this.#counts.delete(key);
      else this.#counts.set(key, rest);
    }
    this.#openers.delete(channel);
  }
}

function keysOf({ account, info: { peer } }: Session): string[] {
  const address = countedNetwork(peer);
  return [
    ...(address === "" ? [] : [`address ${address}`]),
    ...(account === undefined ? [] : [`account ${account}`]),
  ];
}
