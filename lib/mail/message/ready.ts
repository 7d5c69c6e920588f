import { concat, UsageError } from "../../core/mod.ts";
import { asciiMailbox, isAscii, parseNamedMailbox } from "../codec/mailbox.ts";
import { splitMailboxes } from "../codec/mailbox_list.ts";
import { readAddresses } from "../mime/addresses.ts";
import { fieldValue, headBudget, readHead } from "../mime/fields.ts";
import type { BuiltMail } from "./types.ts";

/** The envelope of a message that is ready; what it leaves out comes from the header. */
export interface ReadyEnvelope {
  /**
   * The sender; empty or `<>` for a bounce.
   *
   * @default {the address in Sender or From}
   */
  readonly from?: string;
  /**
   * The recipients.
   *
   * @default {those of To, Cc and Bcc}
   */
  readonly to?: readonly string[];
}

/**
 * Prepares a complete message, such as the bytes of an `.eml` file, for sending: unchanged, except that lines end with
 * CR LF and Bcc fields are removed.
 *
 * @param source Bytes of the message.
 * @param envelope Sender and recipients, where they differ from the header.
 * @returns The message, ready to send.
 * @throws {UsageError} `invalid-message` when it has no header, `no-recipient`, `invalid-address`.
 * @example Send the bytes of an .eml file
 * ```ts
 * import { readyMail } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const mail = readyMail(new TextEncoder().encode("From: ada@example.com\nTo: bob@example.com\n\nhello\n"));
 * assertEquals([mail.from, mail.to], ["ada@example.com", ["bob@example.com"]]);
 * ```
 */
export function readyMail(source: Uint8Array, envelope?: ReadyEnvelope): BuiltMail;
export function readyMail(source: Uint8Array, envelope: ReadyEnvelope = {}): BuiltMail {
  const lines = crLf(withoutEnvelopeLine(source));
  const { fields, body } = readHead(lines, 0, headBudget(), () => false);
  if (fields.length === 0) throw new UsageError("the message has no header", { code: "invalid-message" });
  const head = withoutBcc(lines.subarray(0, body));
  const listed = ["to", "cc", "bcc"].flatMap((name) =>
    fields.filter((field) => field.name.toLowerCase() === name).map(({ value }) => value)
  );
  const to = envelope.to?.flatMap(splitMailboxes).map(addressOf) ?? listed.flatMap(addressesOf);
  if (to.length === 0) throw new UsageError("the message has no recipients", { code: "no-recipient" });
  const author = fieldValue(fields, "sender") ?? fieldValue(fields, "from") ?? "";
  const from = envelope.from === undefined && !/^\s*(?:<\s*>)?\s*$/.test(author)
    ? addressesOf(author)[0] ?? ""
    : envelopeSender(envelope.from ?? "");
  const bytes = concat([head, lines.subarray(body)]);
  return {
    from,
    to: [...new Set(to)],
    messageId: fieldValue(fields, "message-id") ?? "",
    size: bytes.length,
    utf8: !isAscii([from, ...to].join()) || head.some((byte) => byte > 127),
    eightBit: bytes.some((byte) => byte > 127),
    async *chunks() {
      yield bytes;
    },
  };
}

/** The sender of an envelope; empty for `<>`, the sender of a bounce. */
export function envelopeSender(text: string): string {
  return /^\s*(?:<\s*>)?\s*$/.test(text) ? "" : addressOf(text);
}

/** Returns the addresses of a header field, in which comments and source routes may stand. */
function addressesOf(text: string): string[] {
  try {
    return splitMailboxes(text).map(addressOf);
  } catch (error) {
    const read = readAddresses(text).flatMap(({ address = "", group }) =>
      group ? group.map(({ address = "" }) => address) : [address]
    );
    try {
      return read.map(addressOf);
    } catch {
      throw error;
    }
  }
}

function addressOf(text: string): string {
  const named = parseNamedMailbox(text);
  return (asciiMailbox(named) ?? named).address;
}

/** Removes the line that mailbox files have in front of a message (RFC 4155). */
function withoutEnvelopeLine(source: Uint8Array): Uint8Array {
  const begin = new TextDecoder("latin1").decode(source.subarray(0, 1000));
  return source.subarray(/^>?From (?![ \t]*:)[^\n]*\n/.exec(begin)?.[0].length ?? 0);
}

/** A header without its Bcc fields, each with the lines that it is folded into. */
function withoutBcc(head: Uint8Array): Uint8Array {
  // Each byte is a character: what is not removed stays as it is.
  const text = Array.from(head, (byte) => String.fromCharCode(byte)).join("");
  // White space in front of the first field does not hide it.
  const open = text.replace(/^[ \t]+(?=bcc[ \t]*:)/i, "").replace(/^bcc[ \t]*:.*(?:\r?\n[ \t].*)*(?:\r?\n|$)/gim, "");
  return open.length === text.length ? head : Uint8Array.from(open, (char) => char.charCodeAt(0));
}

/** A message whose lines, also the last, end with CR LF; a CR by itself ends one, too: servers reject it. */
function crLf(source: Uint8Array): Uint8Array {
  const out = new Uint8Array(2 * source.length + 2);
  let at = 0;
  let last = 10;
  for (const byte of source) {
    if (byte === 10 && last !== 13) out[at++] = 13;
    if (last === 13 && byte !== 10) out[at++] = 10;
    out[at++] = last = byte;
  }
  if (last !== 13 && last !== 10) out[at++] = 13;
  if (last !== 10) out[at++] = 10;
  return out.subarray(0, at);
}
