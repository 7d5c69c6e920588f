import { cut } from "../words/cut.ts";

/** Returns the first line of what a server said instead of the protocol that it was expected to speak. */
export function showSaid(said: Uint8Array): string {
  return cut(new TextDecoder("latin1").decode(said).split(/\r?\n/, 1)[0] ?? "");
}

/** First lines of protocols. */
const PROTOCOLS: readonly (readonly [RegExp, string])[] = [
  [/^HTTP\/|^<(?:!doctype|html)/i, "HTTP"],
  [/^SSH-/, "SSH"],
  [/^220[ -].*FTP/i, "FTP"],
  [/^220[ -]/, "SMTP"],
  [/^\* (?:OK|BYE|PREAUTH)/, "IMAP"],
  [/^\+OK/, "POP3"],
  [/^20[01] /, "NNTP"],
  [/^:\S+ NOTICE |^NOTICE |^ERROR :/, "IRC"],
];

/** Returns the protocol that a first line looks like; empty if none is known. */
export function protocolOf(said: string): string {
  return PROTOCOLS.find(([pattern]) => pattern.test(said))?.[1] ?? "";
}
