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

/** The reply to what a program asks for (CTCP VERSION, PING); undefined for anything else. */
export function ctcpReply(text: string): string | undefined {
  // deno-lint-ignore no-control-regex -- the mark of CTCP is one
  const [, command = "", argument = ""] = /^\x01(VERSION|PING)(?: ([^\x01]{0,100}))?\x01?$/.exec(text) ?? [];
  if (command === "VERSION") return `${MARK}VERSION toucan${MARK}`;
  return command === "PING" ? `${MARK}PING ${argument}${MARK}` : undefined;
}

/** Writes what `/me` says. */
export function writeAction(text: string): string {
  return `${MARK}ACTION ${text}${MARK}`;
}

function withoutMark(text: string): string {
  return text.endsWith(MARK) ? text.slice(0, -1) : text;
}
