import { basename } from "../../deps/std/path.ts";
import { UsageError } from "../../core/mod.ts";
import { isGroupName } from "../nntp/codec/group_name.ts";
import { looksEncoded } from "../codec/encoded_word.ts";
import { asciiMailbox, isAscii, type NamedMailbox, parseNamedMailbox } from "../codec/mailbox.ts";
import { splitMailboxes } from "../codec/mailbox_list.ts";
import { headerLines } from "./header_lines.ts";
import type { MailMessage } from "./types.ts";

/** Bytes that the value of one header field may have. */
export const HEADER_LIMIT = 64 * 1024;
/** Recipients that a message may have. */
export const RECIPIENTS_LIMIT = 10_000;

// deno-lint-ignore no-control-regex -- control characters are what is looked for
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;
const TOKEN = /^[\w!#$%&'*+.^`|~-]{1,76}$/;
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?: *; *[\w-]+=(?:[\w.+-]+|"[^"\\\r\n]*"))*$/;
const MESSAGE_ID = /^<[\x21-\x3b\x3d\x3f-\x7e]+>$/;

/** Fields that come from what a message says of itself, or that a message must not have. */
const OWN =
  /^(?:from|sender|to|cc|bcc|reply-to|subject|date|message-id|in-reply-to|references|mime-version|content-.*|received|return-path|resent-.*)$/i;

/** The addresses of a message, checked. */
export interface CheckedAddresses {
  readonly from: NamedMailbox;
  readonly to: readonly NamedMailbox[];
  readonly cc: readonly NamedMailbox[];
  readonly bcc: readonly NamedMailbox[];
  readonly replyTo: readonly NamedMailbox[];
  readonly sender: readonly NamedMailbox[];
}

/**
 * Checks every field of a message before anything is made of it.
 *
 * @throws {UsageError} `injection` for CR, LF, NUL or another control character, `invalid-address`, `no-recipient`, `header-too-long`,
 * `header-reserved`, `invalid-header`.
 */
export function checkMessage(message: MailMessage): CheckedAddresses {
  const { from, to = [], cc = [], bcc = [], replyTo, subject, headers = {} } = message;
  const mailboxes = (field: string, texts: string | readonly string[]) =>
    (typeof texts === "string" ? [texts] : texts).flatMap((text) => {
      checkValue(field, text);
      const pieces = splitMailboxes(text);
      return (pieces.length > 0 ? pieces : [text]).map((piece) => mailbox(field, piece));
    });
  const checked = {
    from: mailbox("from", from),
    to: mailboxes("to", to),
    cc: mailboxes("cc", cc),
    bcc: mailboxes("bcc", bcc),
    replyTo: mailboxes("reply-to", replyTo === undefined ? [] : [replyTo]),
    sender: message.sender === undefined ? [] : [mailbox("sender", message.sender)],
  };
  for (const group of message.newsgroups ?? []) {
    if (isGroupName(group)) continue;
    throw new UsageError(`invalid newsgroup "${clip(group)}": use a name such as misc.test`, { code: "invalid-group" });
  }
  const recipients = (message.newsgroups ?? []).length + checked.to.length + checked.cc.length + checked.bcc.length;
  if (recipients === 0) {
    throw new UsageError("the message has no recipient", { code: "no-recipient" });
  }
  if (recipients > RECIPIENTS_LIMIT) {
    throw new UsageError(`the message has more than ${RECIPIENTS_LIMIT} recipients`, { code: "too-many-recipients" });
  }
  checkValue("subject", subject ?? "");
  for (const [name, value] of headerLines(headers)) {
    if (!TOKEN.test(name)) {
      throw new UsageError(`invalid header field name "${clip(name)}"`, { code: "invalid-header" });
    }
    if (OWN.test(name)) {
      throw new UsageError(`header field ${name} is reserved: it is set from the other fields of the message`, {
        code: "header-reserved",
      });
    }
    checkValue(name, value);
  }
  for (const id of [message.messageId, message.inReplyTo]) {
    if (id !== undefined && !MESSAGE_ID.test(id)) {
      throw new UsageError(`invalid message id "${clip(id)}": use <…@…>`, { code: "invalid-header" });
    }
  }
  checkValue("references", message.references ?? "");
  if (!isAscii(message.references ?? "")) {
    throw new UsageError("invalid references: use message ids such as <…@…>", { code: "invalid-header" });
  }
  if (message.date && Number.isNaN(message.date.getTime())) {
    throw new UsageError("invalid date", { code: "invalid-date" });
  }
  for (const { type } of message.alternatives ?? []) checkMediaType(type);
  for (const { type, path = "", filename = basename(path), contentId = "" } of message.attachments ?? []) {
    if (type !== undefined) checkMediaType(type);
    checkValue("attachment file name", filename);
    if (looksEncoded(filename)) {
      throw new UsageError(`invalid attachment file name "${clip(filename)}": contains an encoded word`, {
        code: "invalid-header",
      });
    }
    if (!/^[\w!#$%&'*+/=?^`{|}~.@-]{0,255}$/.test(contentId)) {
      throw new UsageError(`invalid content id "${clip(contentId)}"`, { code: "invalid-header" });
    }
  }
  return checked;
}

/** A domain outside ASCII is encoded, so that only the part before the @ ever needs SMTPUTF8. */
function mailbox(field: string, text: string): NamedMailbox {
  checkValue(field, text);
  const named = parseNamedMailbox(text);
  return { ...named, ...asciiMailbox(named) };
}

/** Checks that a value has no control character, and is not too long. */
export function checkValue(field: string, value: string): void {
  if (CONTROL.test(value)) {
    throw new UsageError(
      `invalid ${clip(field)}: contains a control character`,
      {
        code: "injection",
      },
    );
  }
  if (!value.isWellFormed()) {
    throw new UsageError(`invalid ${clip(field)}: not well-formed Unicode`, { code: "invalid-header" });
  }
  if (value.length > HEADER_LIMIT) {
    throw new UsageError(`invalid ${clip(field)}: longer than ${HEADER_LIMIT} characters`, { code: "header-too-long" });
  }
}

function checkMediaType(type: string): void {
  if (isAscii(type) && type.length < 200 && MEDIA_TYPE.test(type)) return;
  throw new UsageError(`invalid media type "${clip(type)}"`, { code: "invalid-header" });
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
