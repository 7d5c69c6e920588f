/** Parses a decimal number: digits only, up to `limit`; undefined for anything else. */
export function readCount(text: string | undefined, limit: number = Number.MAX_SAFE_INTEGER): number | undefined {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  const count = Number(text);
  return count <= limit ? count : undefined;
}

/** Parses `timestamp=` followed by a time, as used by IRCv3 commands. */
export function readTimestampTag(text: string): number | undefined {
  return text.startsWith("timestamp=") ? readTimestamp(text.slice("timestamp=".length)) : undefined;
}

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z$/;

/**
 * Parses a time of IRCv3 server-time (`2026-11-27T15:04:05.678Z`) as milliseconds since 1970; a leap second is the
 * first of the next minute. Returns undefined for anything else, including days that the calendar does not have.
 */
export function readTimestamp(text: string): number | undefined {
  const [, ...parts] = TIMESTAMP.exec(text) ?? [];
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(0, 6).map(Number);
  if (parts.length === 0 || hour > 23 || minute > 59 || second > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 +
    Number((parts[6] ?? "").slice(0, 3).padEnd(3, "0"));
}
