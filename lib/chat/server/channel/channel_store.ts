import { foldName } from "../../codec/names.ts";
import type { History } from "../../history/history.ts";
import type { Channel } from "./channel.ts";
import { formatChannel, parseChannel } from "./saved_channel.ts";

/**
 * Keeps channels over a restart, in the file of the history. What has changed is written together with what was said, in
 * the same transaction.
 */
export class ChannelStore {
  readonly #history: History;
  readonly #restored = new Map<string, Channel>();
  readonly #changed = new Map<string, Channel>();
  #closed = false;

  /** Reads the channels that the history has, the newest `limit` of them. */
  constructor(history: History, limit: number) {
    this.#history = history;
    for (const text of history.channels(limit)) {
      const channel = parseChannel(text);
      if (channel) this.#restored.set(channel.key, channel);
    }
  }

  /** A channel of before the restart that no client has joined since. */
  find(name: string): Channel | undefined {
    return this.#restored.get(foldName(name));
  }

  /** Takes it: it is joined. */
  take(name: string): Channel | undefined {
    const key = foldName(name);
    const channel = this.#restored.get(key);
    this.#restored.delete(key);
    return channel;
  }

  /** Records that a channel has changed; true when it is to be written. */
  changed(channel: Channel): boolean {
    if (this.#closed || !this.#history.storesChannels) return false;
    this.#changed.set(channel.key, channel);
    return true;
  }

  /** Writes what has changed; it is kept with the next commit of the history. */
  write(): void {
    for (const [key, channel] of this.#changed) {
      this.#history.saveChannel(key, channel.members.size > 0 ? formatChannel(channel) : undefined);
    }
  }

  /** What was written is committed. */
  written(): void {
    this.#changed.clear();
  }

  /** Keeps all as it is now: the clients that leave from now on leave because the server stops. */
  close(): void {
    this.#closed = true;
  }
}
