import { foldName } from "../codec/names.ts";

/** Limit of channel keys that are remembered. */
const MAX_KEYS = 1000;

/** Remembers the channel keys of JOIN commands, for a reconnection. */
export class ChannelKeys {
  readonly #keys = new Map<string, string>();

  /** Returns the key of a channel. */
  get(channel: string): string | undefined {
    return this.#keys.get(foldName(channel, "rfc1459"));
  }

  /** Remembers the keys of a JOIN. */
  remember([channels = "", keys = ""]: readonly string[]): void {
    const given = keys.split(",");
    for (const [i, channel] of channels.split(",").entries()) {
      if (this.#keys.size < MAX_KEYS && given[i]) this.#keys.set(foldName(channel, "rfc1459"), given[i]);
    }
  }

  /** Removes the key of a channel. */
  delete(channel: string): void {
    this.#keys.delete(foldName(channel, "rfc1459"));
  }
}
