/** Maximum number of messages in a listing. */
export const MAX_POP3_MESSAGES = 1_000_000;

/** Number and size of the messages, as STAT reports them. */
export interface Pop3Stat {
  /** Number of messages. */
  readonly count: number;
  /** Bytes of all of them. */
  readonly bytes: number;
}

/** Parses the text of a reply to STAT (RFC 1939 §5); undefined when it is invalid, or above {@link MAX_POP3_MESSAGES}. */
export function parsePop3Stat(text: string): Pop3Stat | undefined {
  const [, count, bytes] = /^(\d{1,9}) (\d{1,15})(?: .*)?$/s.exec(text) ?? [];
  if (count === undefined || Number(count) > MAX_POP3_MESSAGES) return undefined;
  return { count: Number(count), bytes: Number(bytes) };
}

/** Parses a line of LIST: the number of a message and its size in bytes; undefined when it is invalid. */
export function parsePop3Size(line: string): readonly [number: number, size: number] | undefined {
  const [, number, size] = /^(\d{1,9})[ \t]+(\d{1,15})(?:[ \t].*)?$/s.exec(line) ?? [];
  return number !== undefined && Number(number) > 0 ? [Number(number), Number(size)] : undefined;
}

/** Parses a line of UIDL: the number of a message and its unique id, 1 to 70 printable characters (RFC 1939 §7); undefined when it is invalid. */
export function parsePop3Uid(line: string): readonly [number: number, uid: string] | undefined {
  const [, number, uid] = /^(\d{1,9})[ \t]+([\x21-\x7e]{1,70})[ \t]*$/.exec(line) ?? [];
  return number !== undefined && uid !== undefined && Number(number) > 0 ? [Number(number), uid] : undefined;
}
