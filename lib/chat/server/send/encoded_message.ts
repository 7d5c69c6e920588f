import { encodeFrame } from "../../../http/internal.ts";
import { concat } from "../../../core/mod.ts";
import { escapeTagValue } from "../../codec/tags.ts";

/** Encodings of messages for clients, one bit for each feature, so that the sum is an index. */
export const ENCODING = {
  /** With the time (IRCv3 server-time). */
  time: 1,
  /** With other tags (IRCv3 message-tags). */
  tags: 2,
  /** In a text frame of a WebSocket, instead of a line with CR LF. */
  text: 4,
  /** In a binary frame of a WebSocket. */
  binary: 8,
  /** With the account of the sender (IRCv3 account-tag). */
  account: 32,
} as const;

/** Tags of a message. */
export interface MessageTags {
  /** Time in milliseconds since 1970. */
  readonly time?: number;
  /** Message id. */
  readonly id?: string;
  /** Client-only tags of the sender, escaped. */
  readonly client?: string;
  /** Account of the sender. */
  readonly account?: string;
  /** Tags for one recipient, such as batch and label. */
  readonly own?: Readonly<Record<string, string>>;
}

const encoder = new TextEncoder();
const CRLF = Uint8Array.of(13, 10);

/** Message to clients: encoded once for each encoding, and shared by the clients that use it. */
export class EncodedMessage {
  /** Message without tags. */
  readonly line: string;
  /** Tags of the message. */
  readonly tags: MessageTags;
  readonly #bytes: (Uint8Array | undefined)[] = [];
  #payload?: Uint8Array;

  /** Creates a message from a line without tags or CR LF. */
  constructor(line: string, tags: MessageTags = {}) {
    this.line = line;
    this.tags = tags;
  }

  /** Returns the bytes in an encoding. */
  encode(encoding: number): Uint8Array {
    return this.#bytes[encoding] ??= this.#make(encoding);
  }

  /** Returns the message with additional tags for one recipient. */
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
    const { time, id, client, own, account } = this.tags;
    const tags = Object.entries(own ?? {}).map(([key, value]) => `${key}=${escapeTagValue(value)}`);
    if (time !== undefined && encoding & ENCODING.time) tags.push(`time=${isoTime(time)}`);
    if (account !== undefined && encoding & ENCODING.account) tags.push(`account=${escapeTagValue(account)}`);
    if (encoding & ENCODING.tags) {
      if (id !== undefined) tags.push(`msgid=${id}`);
      if (client) tags.push(client);
    }
    return tags.join(";");
  }
}

let last: readonly [time: number, text: string] = [0, new Date(0).toISOString()];

/** Returns a time in the format of server-time; cached, since it is often the same. */
function isoTime(time: number): string {
  if (last[0] !== time) last = [time, new Date(time).toISOString()];
  return last[1];
}
