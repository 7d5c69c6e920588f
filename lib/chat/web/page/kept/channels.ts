import { rooms } from "../room.ts";
import { isChannel } from "../wire.ts";
import { keepValue, keptValue } from "./storage.ts";

/** Maximum number of channels that are joined again, and the longest name of one. */
const MAX_CHANNELS = 20;
const MAX_NAME_LENGTH = 64;

/** Keeps the names of the channels that the user is in. A key is a secret and is not kept. */
export function keepChannels(): void {
  const names = [...rooms.values()].filter(({ wanted, key }) => wanted && key === "").map(({ name }) => name);
  keepValue("chat-channels", names.slice(0, MAX_CHANNELS));
}

/** Returns the names of the channels of the last time. */
export function keptChannels(): string[] {
  const names = keptValue("chat-channels");
  const valid = (name: unknown) => typeof name === "string" && isChannel(name) && name.length <= MAX_NAME_LENGTH;
  return Array.isArray(names) ? names.filter(valid).slice(0, MAX_CHANNELS) : [];
}
