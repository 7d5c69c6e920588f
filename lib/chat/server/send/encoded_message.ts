import { encodeFrame } from "../../../http/internal.ts";
import { concat } from "../../../core/mod.ts";
import { escapeTagValue } from "../../codec/tags.ts";
import { hasParts, readStored } from "../../history/codec/stored_text.ts";

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
  /** With several lines in a batch (IRCv3 multiline), instead of one message each. */
  multiline: 16,
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
  /** Message without tags; with several parts, as the history stores it. */
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
    if (hasParts(this.line)) return this.#makeParts(encoding);
    const tags = this.#formatTags(encoding);
    this.#payload ??= encoder.encode(this.line);
    return frame(tags === "" ? this.#payload : concat([encoder.encode(`@${tags} `), this.#payload]), encoding);
  }

  /** Encodes a message with several parts: as a batch, or as one message for each part that is not blank. */
  #makeParts(encoding: number): Uint8Array {
    const stored = readStored(this.line);
    if (!stored) return new Uint8Array();
    const { head, parts, source, target } = stored;
    if (encoding & ENCODING.multiline) {
      const name = `M${this.tags.id ?? ""}`;
      const lines = parts.map(({ text, continues }) =>
        `@batch=${name}${continues ? ";draft/multiline-concat" : ""} ${head}${text}`
      );
      const tags = this.#formatTags(encoding);
      const begin = `${tags === "" ? "" : `@${tags} `}:${source} BATCH +${name} draft/multiline ${target}`;
      const batch = [begin, ...lines, `:${source} BATCH -${name}`];
      return concat(batch.map((line) => frame(encoder.encode(line), encoding)));
    }
    const { time, own, account } = this.tags;
    const shown = parts.filter(({ text }) => text !== "");
    return concat(shown.map(({ text }, i) =>
      // The message id stands on the first one only.
      new EncodedMessage(head + text, i === 0 ? this.tags : { time, own, account }).encode(encoding)
    ));
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

/** Returns a line as a WebSocket frame, or with CR LF. */
function frame(payload: Uint8Array, encoding: number): Uint8Array {
  if (encoding & ENCODING.text) return encodeFrame("text", payload);
  if (encoding & ENCODING.binary) return encodeFrame("binary", payload);
  return concat([payload, CRLF]);
}

let last: readonly [time: number, text: string] = [0, new Date(0).toISOString()];

/** Returns a time in the format of server-time; cached, since it is often the same. */
function isoTime(time: number): string {
  if (last[0] !== time) last = [time, new Date(time).toISOString()];
  return last[1];
}
