/** Syntax error of a tag list: the tag, and the problem in words. */
export interface TagFault {
  /** Name of the tag. */
  readonly tag: string;
  /** Problem in words. */
  readonly problem: string;
}

/** Tags by their names, as RFC 6376 §3.2 writes them. */
export interface TagList {
  /** Values by names, without white space around them. */
  readonly values: ReadonlyMap<string, string>;
  /** Syntax errors. */
  readonly faults: readonly TagFault[];
}

/** Tags that are looked at. */
const MAX_TAGS = 100;

/** Parses a list of tags: `v=1; a=rsa-sha256`. */
export function parseTags(text: string): TagList {
  const values = new Map<string, string>();
  const faults: TagFault[] = [];
  const items = text.replace(/;[ \t\r\n]*$/, "").split(";", MAX_TAGS + 1);
  if (items.length > MAX_TAGS) faults.push({ tag: "", problem: `more than ${MAX_TAGS} tags` });
  for (const item of items) {
    const [, tag, value = ""] = /^[ \t\r\n]*([a-z][a-z0-9_]*)[ \t\r\n]*=([^]*)$/i.exec(item) ?? [];
    if (tag === undefined) faults.push({ tag: item.trim().slice(0, 40), problem: "not of the form NAME=VALUE" });
    else if (values.has(tag)) faults.push({ tag, problem: "given twice" });
    else if (/[^\x20-\x7e\t\r\n]/.test(value)) faults.push({ tag, problem: "contains an invalid character" });
    else values.set(tag, value.trim());
  }
  return { values, faults };
}

/** Returns the bytes of a value in Base64, with white space anywhere in it; undefined when it is not Base64. */
export function base64Value(value: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.fromBase64(value);
  } catch {
    return undefined;
  }
}

/** Returns the items of a value that are separated by colons, without white space around them. */
export function colonList(value: string): string[] {
  return value.split(":").map((item) => item.trim());
}
