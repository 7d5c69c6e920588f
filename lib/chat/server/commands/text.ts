import { utf8Length } from "../../codec/message.ts";

/** The longest topic, reason or away text, in bytes. */
export const TEXT_LENGTH = 300;

/** Text cut to that, at the end of a character. */
export function cutText(text: string, limit: number = TEXT_LENGTH): string {
  let cut = text.slice(0, limit);
  while (utf8Length(cut) > limit) cut = cut.slice(0, -1);
  return cut.replace(/[\ud800-\udbff]$/, "");
}
