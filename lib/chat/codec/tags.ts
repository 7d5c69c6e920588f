/** Tags of a message by key; a tag without a value has the empty one. */
export type IrcTags = ReadonlyMap<string, string>;

const ESCAPES: Readonly<Record<string, string>> = { ";": "\\:", " ": "\\s", "\\": "\\\\", "\r": "\\r", "\n": "\\n" };
const MEANINGS: Readonly<Record<string, string>> = { ":": ";", s: " ", "\\": "\\", r: "\r", n: "\n" };
const KEY = /^\+?(?:[A-Za-z0-9.-]+\/)?[A-Za-z0-9-]+$/;

/** Writes a value as it stands in a tag (IRCv3 message-tags, "Escaping values"). */
export function escapeTagValue(value: string): string {
  return value.replace(/[;\\ \r\n]/g, (char) => ESCAPES[char] ?? char);
}

/** Reads it: an escape that means nothing is the character behind it, a lone backslash at the end nothing. */
export function unescapeTagValue(value: string): string {
  return value.includes("\\") ? value.replace(/\\(.?)/gs, (_, char: string) => MEANINGS[char] ?? char) : value;
}

/** Reads tags, without the `@`. What is no key is passed over; of a key that comes twice the last one counts. */
export function parseTags(text: string): IrcTags {
  const tags = new Map<string, string>();
  for (const part of text.split(";")) {
    const equals = part.indexOf("=");
    const key = equals < 0 ? part : part.slice(0, equals);
    if (KEY.test(key)) tags.set(key, equals < 0 ? "" : unescapeTagValue(part.slice(equals + 1)));
  }
  return tags;
}

/** Writes tags, without the `@`. */
export function escapeTags(tags: IrcTags): string {
  return [...tags].map(([key, value]) => value === "" ? key : `${key}=${escapeTagValue(value)}`).join(";");
}
