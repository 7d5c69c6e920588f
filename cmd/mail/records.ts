import { ERROR, event, field, LISTENING, result } from "../../lib/cli/mod.ts";

const { boolean, bytes, integer, list, milliseconds, object, optional, text, oneOf } = field;

const reply = object({
  code: integer("reply code, three digits"),
  enhanced: optional(text("enhanced status code, such as 2.1.5")),
  text: text("text in one line"),
}, "reply of the server");

const recipient = object({
  address: text("address"),
  accepted: boolean("whether the server accepted the message for it"),
  reply,
});

const recipients = list(recipient, "envelope recipients");

const message = {
  messageId: text("message id"),
  from: text("envelope sender"),
  size: bytes("size of the message"),
};

/** The JSON records of `mail send`. */
export const SEND_RECORDS = {
  "message": result("one per message that the server has answered", {
    ...message,
    recipients,
    accepted: integer("number of recipients accepted"),
    server: text("server as it was given"),
    tls: optional(
      oneOf(["authority", "pin", "nothing"], "basis on which the certificate was verified; absent without TLS"),
    ),
    ms: milliseconds("duration"),
  }),
  "built": result("with --dry-run", {
    ...message,
    to: list(text(), "envelope recipients"),
  }),
  "delivered": result("with --mx, one per domain of the recipients", {
    domain: text("domain of the recipients"),
    to: list(text(), "envelope recipients"),
    host: optional(text("mail server that has answered")),
    policy: optional(oneOf(["dane", "mta-sts", "none"], "policy for TLS that was obeyed")),
    notes: list(text(), "findings about policies that did not stop the delivery"),
    tried: list(
      object({
        host: text("mail server"),
        address: optional(text("its address, if one was tried")),
        error: ERROR,
      }),
      "servers that did not take the message",
    ),
    messageId: optional(text("message id")),
    from: optional(text("envelope sender")),
    size: optional(bytes("size of the message")),
    accepted: integer("number of recipients accepted"),
    recipients: list(recipient, "envelope recipients, and what the server has answered"),
    tls: optional(
      oneOf(["authority", "pin", "nothing"], "basis on which the certificate was verified; absent without TLS"),
    ),
    ms: optional(milliseconds("duration")),
    error: optional(ERROR),
  }),
  "spooled": result("with --spool, one per message that was in the spool, or is now", {
    messageId: text("message id"),
    state: oneOf(
      ["answered", "kept", "uncertain"],
      "whether the server has answered for all recipients, the message is kept for the next run, or it is set aside, since the server may have accepted it",
    ),
    waiting: list(text(), "recipients that wait for the next run"),
    recipients: list(recipient, "envelope recipients for which the server has answered"),
    path: optional(text("file of a message that was set aside")),
    error: optional(ERROR),
  }),
  "failed": result("with --batch, one per message that could not be sent", { error: ERROR }),
};

const listed = {
  number: integer("number of the message: its UID with IMAP; with POP3 that of this session"),
  uid: text("lasting id; empty where the server has none"),
  size: optional(bytes("size of the message")),
  flags: optional(list(text(), "flags, such as \\Seen")),
  from: text("value of the From field"),
  to: text("value of the To field"),
  cc: text("value of the Cc field; empty when there is none"),
  subject: text("subject; empty when there is none"),
  date: optional(text("date in UTC (ISO 8601); the value of the field when it is invalid")),
  messageId: optional(text("message id, with its angle brackets")),
};

/** The JSON records of `mail read`. */
export const READ_RECORDS = {
  "listed": result("without MESSAGE, one per message", listed),
  "message": result("one per message that was shown or saved", {
    ...listed,
    headers: list(
      object({ name: text("name"), value: text("value in one line, as it was sent") }),
      "header fields, in order",
    ),
    text: text("text; that of the HTML where there is no other"),
    html: optional(text("HTML, unmodified")),
    attachments: list(
      object({
        name: text("file name in the message; empty when it has none"),
        file: text("safe file name"),
        type: text("media type"),
        contentId: optional(text("id under which HTML refers to it, without angle brackets")),
        size: bytes("size"),
        path: optional(text("with --attachments, the path of the file")),
      }),
      "attachments",
    ),
    saved: optional(text("with --save, the path of the file")),
    problem: optional(text("reason that the message cannot be parsed")),
  }),
  "newsgroup": result("with an NNTP URL without a newsgroup, one per newsgroup", {
    newsgroup: text("name"),
    low: integer("lowest article number"),
    high: integer("highest article number; below low when there are no articles"),
    status: text("y when posting is permitted, n when it is not, m when it is moderated, or another word"),
    description: text("description; empty when there is none"),
  }),
  "failed": result("one per message that could not be read", {
    number: integer("number of the message"),
    uid: optional(text("lasting id")),
    error: ERROR,
  }),
  "deleted": event("with --delete, when the server has deleted messages", {
    numbers: list(integer(), "numbers of the messages"),
  }),
};

/** The JSON records of `mail sink`. */
export const SINK_RECORDS = {
  ...LISTENING,
  "mail": event("when a message was stored", {
    id: text("id, for /api/messages/ID"),
    from: text("envelope sender; empty for a bounce"),
    to: list(text(), "envelope recipients"),
    size: bytes("size of the message"),
  }),
  "refused": event("when a sender, a recipient or a message was refused", {
    peer: text("address of the client"),
    from: text("envelope sender; empty for a bounce"),
    to: list(text(), "envelope recipients that it is about; none for a sender"),
    reply: text("reply to the client; empty when the connection was closed without one"),
  }),
  "released": event("when a message was sent to the server of --relay-to", {
    id: text("id, for /api/messages/ID"),
    server: text("server as it was given"),
    recipients,
    accepted: integer("number of recipients accepted"),
  }),
  "unreported": event("when a message could not be reported to --webhook", {
    id: text("id, for /api/messages/ID"),
    attempts: integer("number of attempts"),
    error: ERROR,
  }),
  "fault": event("when a client was rejected, cut or failed", {
    peer: text("address of the client"),
    error: ERROR,
    hint: optional(text("remedy, where one is known")),
  }),
};
