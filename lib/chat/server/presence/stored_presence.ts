/** Member that is kept over a restart. */
export interface StoredPresence {
  /** Name of its account. */
  readonly account: string;
  /** Nickname. */
  readonly nick: string;
  /** User name. */
  readonly user: string;
  /** Real name. */
  readonly realname: string;
  /** Host in its mask. */
  readonly host: string;
  /** User modes. */
  readonly modes: string;
  /** Names of its channels. */
  readonly channels: readonly string[];
  /** Time at which its last client has left, in milliseconds since 1970; undefined while there are clients. */
  readonly absentSince?: number;
  /** Time of storing, in milliseconds since 1970. */
  readonly saved: number;
}

/** Encodes a member for the file of the history. */
export function formatPresence(presence: StoredPresence): string {
  return JSON.stringify(presence);
}

/** Parses a stored member; undefined for anything else. */
export function parsePresence(text: string): StoredPresence | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const { account, nick, user, realname, host, modes, channels, absentSince, saved }: Partial<
      Record<keyof StoredPresence, unknown>
    > = value;
    if (typeof account !== "string" || typeof nick !== "string" || typeof user !== "string") return undefined;
    if (typeof realname !== "string" || typeof host !== "string" || typeof modes !== "string") return undefined;
    const names = Array.isArray(channels) ? channels.filter((name) => typeof name === "string") : [];
    const since = typeof absentSince === "number" ? absentSince : undefined;
    return {
      account,
      nick,
      user,
      realname,
      host,
      modes,
      channels: names,
      absentSince: since,
      saved: Number(saved) || 0,
    };
  } catch {
    return undefined;
  }
}
