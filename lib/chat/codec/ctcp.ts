const DELIMITER = "\x01";
const MAX_ARGUMENT_LENGTH = 100;

/** A message to a program (CTCP). */
export interface CtcpMessage {
  /** The command in capitals. */
  readonly command: string;
  /** The text after the command. */
  readonly argument: string;
}

/** Parses a CTCP message, also without its last delimiter; undefined for other texts. */
export function readCtcp(text: string): CtcpMessage | undefined {
  if (!isCtcp(text)) return undefined;
  const content = contentOf(text);
  const [command = ""] = content.split(" ", 1);
  return { command: command.toUpperCase(), argument: content.slice(command.length + 1) };
}

/** Encodes a CTCP message. */
export function writeCtcp(command: string, argument: string): string {
  return `${DELIMITER}${command} ${argument}${DELIMITER}`;
}

/** Returns the text of a CTCP ACTION (`/me`); undefined for other texts. */
export function readAction(text: string): string | undefined {
  const message = readCtcp(text);
  return message?.command === "ACTION" ? message.argument : undefined;
}

/** Encodes a CTCP ACTION (`/me`). */
export function writeAction(text: string): string {
  return writeCtcp("ACTION", text);
}

/** Returns whether a text is a CTCP message. */
export function isCtcp(text: string): boolean {
  return text.startsWith(DELIMITER);
}

/** Returns a text for display: a CTCP message is marked as such. */
export function showCtcp(text: string): string {
  return isCtcp(text) ? `CTCP ${contentOf(text)}` : text;
}

/** Returns the reply to a CTCP query, VERSION or PING; undefined for any other text. */
export function ctcpReply(text: string, version = "toucan"): string | undefined {
  const { command, argument = "" } = readCtcp(text) ?? {};
  if (argument.length > MAX_ARGUMENT_LENGTH || argument.includes(DELIMITER)) return undefined;
  if (command === "VERSION") return writeCtcp("VERSION", version);
  return command === "PING" ? writeCtcp("PING", argument) : undefined;
}

function contentOf(text: string): string {
  return text.slice(1, text.length > 1 && text.endsWith(DELIMITER) ? -1 : undefined);
}
