import { ERROR, event, field, LISTENING, result } from "../../lib/cli/mod.ts";

const { boolean, bytes, integer, list, milliseconds, object, optional, text, oneOf } = field;

const reply = object({
  code: integer("reply code, three digits"),
  enhanced: optional(text("enhanced status code, such as 2.1.5")),
  text: text("text in one line"),
}, "reply of the server");

const recipients = list(
  object({
    address: text("address"),
    accepted: boolean("whether the server accepted the message for it"),
    reply,
  }),
  "envelope recipients",
);

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
    headers: list(object({ name: text("name"), value: text("value, decoded") }), "header fields, in order"),
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
  "fault": event("when a client was rejected, cut or failed", {
    peer: text("address of the client"),
    error: ERROR,
    hint: optional(text("remedy, where one is known")),
  }),
};
