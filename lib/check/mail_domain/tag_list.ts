/** A record of tags and values, such as `v=DMARC1; p=none` (RFC 6376 §3.2). */
export interface TagList {
  /** Values by tag, in lower case. */
  readonly tags: ReadonlyMap<string, string>;
  /** Faults in words. */
  readonly problems: readonly string[];
}

/** Longest tag or value that a problem shows. */
const SHOWN_UNITS = 60;

/** Parses a record of tags and values; a semicolon at the end is permitted. */
export function parseTagList(text: string): TagList {
  const tags = new Map<string, string>();
  const problems: string[] = [];
  const parts = text.split(";");
  if (parts.at(-1)?.trim() === "") parts.pop();
  for (const part of parts) {
    const [, name, value = ""] = /^\s*([a-z][a-z0-9_-]*)\s*=\s*(.*?)\s*$/is.exec(part) ?? [];
    const key = name?.toLowerCase();
    if (key === undefined) problems.push(`"${part.trim().slice(0, SHOWN_UNITS)}" is not TAG=VALUE`);
    else if (tags.has(key)) problems.push(`the tag ${key.slice(0, SHOWN_UNITS)} is there twice`);
    else tags.set(key, value);
  }
  return { tags, problems };
}
