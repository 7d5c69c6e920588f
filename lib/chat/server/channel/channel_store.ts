import { foldName } from "../../codec/names.ts";
import type { History } from "../../history/history.ts";
import type { Channel } from "./channel.ts";
import { formatChannel, parseChannel } from "./saved_channel.ts";

/**
 * Channels without members that are kept: those of an account, and those from before a restart, which are stored in the file of the
 * history. Changes are written in the same transaction as the messages.
 */
export class ChannelStore {
  readonly #history: History;
  readonly #restored = new Map<string, Channel>();
  readonly #changed = new Map<string, Channel>();
  #closed = false;

  /** Reads the stored channels, the newest `limit` of them. */
  constructor(history: History, limit: number) {
    this.#history = history;
    for (const text of history.channels(limit)) {
      const channel = parseChannel(text);
      if (channel) this.#restored.set(channel.key, channel);
    }
  }

  /** Number of channels that are kept. */
  get size(): number {
    return this.#restored.size;
  }

  /** Channels that are kept. */
  get kept(): Iterable<Channel> {
    return this.#restored.values();
  }

  /** Keeps a channel after its last member has left. */
  keep(channel: Channel): void {
    this.#restored.set(channel.key, channel);
  }

  /** Forgets all channels. */
  clear(): void {
    this.#restored.clear();
    this.#changed.clear();
  }

  /** Returns a channel that is kept: no client has joined it since. */
  find(name: string): Channel | undefined {
    return this.#restored.get(foldName(name));
  }

  /** Removes and returns such a channel, when a client joins it. */
  take(name: string): Channel | undefined {
    const key = foldName(name);
    const channel = this.#restored.get(key);
    this.#restored.delete(key);
    return channel;
  }

  /** Records a change of a channel; returns true when it has to be written. */
  changed(channel: Channel): boolean {
    if (this.#closed || !this.#history.storesChannels) return false;
    this.#changed.set(channel.key, channel);
    return true;
  }

  /** Writes the changed channels; the next commit of the history makes them durable. */
  write(): void {
    for (const [key, channel] of this.#changed) {
      this.#history.saveChannel(
        key,
        channel.members.size > 0 || channel.founder !== undefined ? formatChannel(channel) : undefined,
      );
    }
  }

  /** Clears the list of changed channels after a commit. */
  written(): void {
    this.#changed.clear();
  }

  /** Stops recording changes: clients that leave from now on leave because of the shutdown. */
  close(): void {
    this.#closed = true;
  }
}
