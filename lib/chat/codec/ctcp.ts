const MARK = "\x01";

/** Returns the text of a CTCP ACTION (`/me`); undefined for other texts. */
export function readAction(text: string): string | undefined {
  return text.startsWith(`${MARK}ACTION `) ? withoutMark(text.slice(8)) : undefined;
}

/** Returns whether a text is a CTCP message. */
export function isCtcp(text: string): boolean {
  return text.startsWith(MARK);
}

/** Returns a text for display: a CTCP message is marked as such. */
export function showCtcp(text: string): string {
  return isCtcp(text) ? `CTCP ${withoutMark(text.slice(1))}` : text;
}

/** Returns the reply to a CTCP query (VERSION, PING); undefined for any other text. */
export function ctcpReply(text: string): string | undefined {
  // deno-lint-ignore no-control-regex -- the mark of CTCP is one
  const [, command = "", argument = ""] = /^\x01(VERSION|PING)(?: ([^\x01]{0,100}))?\x01?$/.exec(text) ?? [];
  if (command === "VERSION") return `${MARK}VERSION toucan${MARK}`;
  return command === "PING" ? `${MARK}PING ${argument}${MARK}` : undefined;
}

/** Encodes a CTCP ACTION (`/me`). */
export function writeAction(text: string): string {
  return `${MARK}ACTION ${text}${MARK}`;
}

function withoutMark(text: string): string {
  return text.endsWith(MARK) ? text.slice(0, -1) : text;
}
