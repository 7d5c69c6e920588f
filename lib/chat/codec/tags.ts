/** Tags of a message by key; a tag without a value has an empty one. */
export type IrcTags = ReadonlyMap<string, string>;

const ESCAPES: Readonly<Record<string, string>> = { ";": "\\:", " ": "\\s", "\\": "\\\\", "\r": "\\r", "\n": "\\n" };
const MEANINGS: Readonly<Record<string, string>> = { ":": ";", s: " ", "\\": "\\", r: "\r", n: "\n" };
const KEY = /^\+?(?:[A-Za-z0-9.-]+\/)?[A-Za-z0-9-]+$/;

/** Escapes a tag value (IRCv3 message-tags, "Escaping values"). */
export function escapeTagValue(value: string): string {
  return value.replace(/[;\\ \r\n]/g, (char) => ESCAPES[char] ?? char);
}

/** Unescapes a tag value: an unknown escape is its second character, a lone backslash at the end is dropped. */
export function unescapeTagValue(value: string): string {
  return value.includes("\\") ? value.replace(/\\(.?)/gs, (_, char: string) => MEANINGS[char] ?? char) : value;
}

/** Parses tags, without the `@`. Invalid keys are ignored; the last value of a repeated key counts. */
export function parseTags(text: string): IrcTags {
  const tags = new Map<string, string>();
  for (const part of text.split(";")) {
    const equals = part.indexOf("=");
    const key = equals < 0 ? part : part.slice(0, equals);
    if (KEY.test(key)) tags.set(key, equals < 0 ? "" : unescapeTagValue(part.slice(equals + 1)));
  }
  return tags;
}

/** Encodes tags, without the `@`. */
export function escapeTags(tags: IrcTags): string {
  return [...tags].map(([key, value]) => value === "" ? key : `${key}=${escapeTagValue(value)}`).join(";");
}
