import { DIRECTION_MARKS } from "./harmful.ts";

const CLOSING: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
const AT_END = `".,;:!?'*_~…。，、！？；：」』）`;

/** A part of a text: an address, or the words between two. */
export interface TextPart {
  /** Its text. */
  readonly text: string;
  /** Whether it is an address. */
  readonly link: boolean;
}

/**
 * Splits a text into words and addresses. `begins` matches how an address begins, such as `https?:\/\/|mailto:`. Nothing of the text is
 * lost; what ends the sentence around an address is not part of it.
 */
export function* splitLinks(text: string, begins: RegExp): Generator<TextPart> {
  const pattern = new RegExp(`\\b(?:${begins.source})[^\\s<>"${DIRECTION_MARKS}]+`, "gi");
  let last = 0;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    const address = withoutEnd(found);
    if (!URL.canParse(address)) continue;
    yield { text: text.slice(last, index), link: false };
    yield { text: address, link: true };
    last = index + address.length;
  }
  yield { text: text.slice(last), link: false };
}

/** Removes from an address what ends the sentence around it; a bracket stays when it was opened within. */
export function withoutEnd(address: string): string {
  for (let end = address.length;; end--) {
    const char = address.charAt(end - 1);
    const open = CLOSING[char];
    const inside = address.slice(0, end);
    const ends = open ? inside.split(open).length < inside.split(char).length : char !== "" && AT_END.includes(char);
    if (!ends) return inside;
  }
}
