const MARK = "\x01";

/** What `/me` says, when a text is that (CTCP ACTION). */
export function readAction(text: string): string | undefined {
  return text.startsWith(`${MARK}ACTION `) ? withoutMark(text.slice(8)) : undefined;
}

/** Whether a text is meant for a program (CTCP). */
export function isCtcp(text: string): boolean {
  return text.startsWith(MARK);
}

/** A text as people may see it: what is for a program is named so. */
export function showCtcp(text: string): string {
  return isCtcp(text) ? `CTCP ${withoutMark(text.slice(1))}` : text;
}

/** Writes what `/me` says. */
export function writeAction(text: string): string {
  return `${MARK}ACTION ${text}${MARK}`;
}

function withoutMark(text: string): string {
  return text.endsWith(MARK) ? text.slice(0, -1) : text;
}
