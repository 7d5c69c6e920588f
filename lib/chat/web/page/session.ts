import { Connection } from "./connection.ts";
import { keepChannels } from "./kept/channels.ts";
import { type Room, rooms, state } from "./room.ts";
import { isChannel } from "./wire.ts";

/** The connection of the page. */
export const connection: Connection = new Connection();

/** Joins a channel, with its key when it has one. */
export function join(where: Room): void {
  connection.send("JOIN", ...[where.name, where.key].filter((part) => part !== ""));
}

/** State of a tab that is kept over a reload. */
export interface Stored {
  /** The nick. */
  readonly nick: string;
  /** The channels, with their keys. */
  readonly channels: readonly { readonly name: string; readonly key: string }[];
  /** The name of the room that was shown. */
  readonly current?: string;
}

/** Stores what this tab knows; its end is the end of that. Nothing removes it. */
export function store(value: Stored | undefined): void {
  try {
    if (value) sessionStorage.setItem("chat", JSON.stringify(value));
    else sessionStorage.removeItem("chat");
  } catch {
    // Without storage there is nothing to remember with.
  }
}

/** Returns what this tab has stored. */
export function stored(): Stored | undefined {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem("chat") ?? "null");
    if (typeof value !== "object" || value === null || !("nick" in value) || !("channels" in value)) return undefined;
    const { nick, channels } = value;
    if (typeof nick !== "string" || !Array.isArray(channels)) return undefined;
    const known = channels.filter((one) => typeof one?.name === "string" && isChannel(one.name));
    const current = "current" in value && typeof value.current === "string" ? value.current : undefined;
    return { nick, channels: known.map(({ name, key }) => ({ name, key: String(key ?? "") })), current };
  } catch {
    return undefined;
  }
}

/** Keeps a text for all tabs, also after the browser was closed; undefined removes it. */
export function keep(name: "nick" | "pass", value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(`chat-${name}`);
    else localStorage.setItem(`chat-${name}`, value);
  } catch {
    // Without storage there is nothing to remember with.
  }
}

/** Returns a text that was kept. */
export function kept(name: "nick" | "pass"): string | undefined {
  try {
    return localStorage.getItem(`chat-${name}`) || undefined;
  } catch {
    return undefined;
  }
}

/** Stores the nick, the channels and the room that is shown. */
export function remember(): void {
  const channels = [...rooms.values()].filter(({ wanted }) => wanted).map(({ name, key }) => ({ name, key }));
  keepChannels();
  if (connection.login) store({ nick: connection.login.nick, channels, current: state.current?.name });
}
