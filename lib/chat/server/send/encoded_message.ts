import { encodeFrame } from "../../../http/internal.ts";
import { concat } from "../../../core/mod.ts";
import { escapeTagValue } from "../../codec/tags.ts";

/** How a client wants its messages: one bit for each, so that a form is an index. */
export const ENCODING = {
  /** With the time (IRCv3 server-time). */
  time: 1,
  /** With other tags (IRCv3 message-tags). */
  tags: 2,
  /** Each in a text frame of a WebSocket, instead of with CR LF behind it. */
  text: 4,
  /** Each in a binary frame. */
  binary: 8,
} as const;

/** What is said about a message, beside its line. */
export interface MessageTags {
  /** When it was said, in milliseconds since 1970. */
  readonly time?: number;
  /** Its id. */
  readonly id?: string;
  /** The tags of the sender's client, escaped. */
  readonly client?: string;
  /** Tags for just this recipient, such as its batch and label. */
  readonly own?: Readonly<Record<string, string>>;
}

const encoder = new TextEncoder();
const CRLF = Uint8Array.of(13, 10);

/** A message on its way to clients: its bytes are made once for each form, and shared by all who want that one. */
export class EncodedMessage {
  /** The message without tags. */
  readonly line: string;
  /** What is said about it. */
  readonly tags: MessageTags;
  readonly #bytes: (Uint8Array | undefined)[] = [];
  #payload?: Uint8Array;

  /** Takes a message without tags or CR LF. */
  constructor(line: string, tags: MessageTags = {}) {
    this.line = line;
    this.tags = tags;
  }

  /** The bytes in a form. */
  encode(encoding: number): Uint8Array {
    return this.#bytes[encoding] ??= this.#make(encoding);
  }

  /** The same with more tags for one recipient. */
  withTags(own: Readonly<Record<string, string>>): EncodedMessage {
    return new EncodedMessage(this.line, { ...this.tags, own: { ...this.tags.own, ...own } });
  }

  #make(encoding: number): Uint8Array {
    const tags = this.#formatTags(encoding);
    this.#payload ??= encoder.encode(this.line);
    const payload = tags === "" ? this.#payload : concat([encoder.encode(`@${tags} `), this.#payload]);
    if (encoding & ENCODING.text) return encodeFrame("text", payload);
    if (encoding & ENCODING.binary) return encodeFrame("binary", payload);
    return concat([payload, CRLF]);
  }

  #formatTags(encoding: number): string {
    const { time, id, client, own } = this.tags;
    const tags = Object.entries(own ?? {}).map(([key, value]) => `${key}=${escapeTagValue(value)}`);
    if (time !== undefined && encoding & ENCODING.time) tags.push(`time=${isoTime(time)}`);
    if (encoding & ENCODING.tags) {
      if (id !== undefined) tags.push(`msgid=${id}`);
      if (client) tags.push(client);
    }
    return tags.join(";");
  }
}

let last: readonly [time: number, text: string] = [0, new Date(0).toISOString()];

/** A time as server-time wants it; most come many times in a row. */
function isoTime(time: number): string {
  if (last[0] !== time) last = [time, new Date(time).toISOString()];
  return last[1];
}
