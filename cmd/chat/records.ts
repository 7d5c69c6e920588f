import { ERROR, event, field, LISTENING, result } from "../../lib/cli/mod.ts";

const { boolean, integer, list, milliseconds, nullable, object, optional, text, timestamp, oneOf } = field;

const client = {
  peer: text("address of the client"),
  nick: optional(text("nickname, once the client has registered")),
};

/** JSON records of `chat serve`. */
export const SERVE_RECORDS = {
  ...LISTENING,
  "invitation": event("when an invitation was created", {
    links: list(text(), "links to the page and to IRC"),
    expires: timestamp("time at which it expires"),
    once: boolean("whether it admits one client"),
  }),
  "connected": event("when a client has connected", client),
  "registered": event("when a client has registered", client),
  "left": event("when a client is gone", { ...client, reason: optional(text("reason")) }),
  "refused": event("when a client was rejected", {
    ...client,
    reason: optional(text("reason")),
    error: optional(ERROR),
  }),
  "moderated": event("when an operator has done something, such as a ban", {
    time: timestamp("time"),
    action: text(
      "kind of action: ban, unban, kick, kill, mode, oper, oper-failed, redact, founder, drop, invitation, invitation-revoked, account-deleted, file-deleted",
    ),
    by: text("operator: nick!user@host"),
    account: optional(text("account of the operator")),
    channel: optional(text("channel")),
    target: optional(text("client, mask or message concerned")),
    reason: optional(text("reason")),
  }),
  "file": event("when a shared file was stored, was deleted or has expired", {
    action: oneOf(["stored", "deleted", "expired"]),
    id: text("id, which the link has"),
    size: integer("size in bytes"),
    name: optional(text("name in the link, for a stored file")),
    peer: optional(text("address of the client")),
    nick: optional(text("nickname of the client")),
    account: optional(text("account of the client, if logged in")),
  }),
  "paused": event("when the history cannot be written; messages to channels are rejected until then", { error: ERROR }),
  "network": event("when the server has entered its network, or the brokers cannot be reached, or can again", {
    state: oneOf(["entered", "unavailable", "available", "expelled"]),
    error: optional(ERROR),
  }),
  "resumed": event("when the history is written again", {}),
};

/** JSON records of `chat account`. */
export const ACCOUNT_RECORDS = {
  "account": result("for each account that was listed or changed", {
    name: text("name of the account"),
    created: timestamp("time of the registration"),
    certificates: list(text(), "SHA-256 fingerprints of its client certificates"),
    deleted: optional(timestamp("time of the deletion, for delete")),
    ban: optional(object({
      since: timestamp("time of the ban"),
      until: nullable(timestamp("time at which it ends; null for never")),
      reason: nullable(text("reason")),
    }, "ban of the account")),
  }),
};

/** JSON records of `chat invitation`. */
export const INVITATION_RECORDS = {
  "invitation": result("for each invitation that was added, listed or revoked", {
    id: text("id"),
    expires: optional(timestamp("time at which it expires; not for revoke")),
    once: optional(boolean("whether it admits one client only; not for revoke")),
    token: optional(text("for add: the token, which is the password of the server")),
  }),
};

const time = timestamp("time of the event: the server's, where it sends it");
const channel = text("channel");
const network = text("network: the host of the server, with its port or a number where two are the same");
const membership = {
  network,
  time,
  channel,
  nick: text("nickname"),
  by: optional(text("nickname of the operator, if another")),
  reason: optional(text("reason")),
};

/** JSON records of `chat join`. */
export const JOIN_RECORDS = {
  "connected": event("when the client has registered", {
    network,
    time,
    nick: text("nickname in use"),
    server: text("name of the server"),
    again: boolean("whether it is a reconnection"),
  }),
  "disconnected": event("when the connection is lost; another attempt follows", {
    network,
    time,
    retryIn: milliseconds("time until the next attempt"),
    error: ERROR,
  }),
  "message": event("when a message was sent or received", {
    network,
    time,
    target: text("channel, or nickname of the recipient"),
    nick: text("nickname of the sender"),
    text: text("text; lines are separated by LF"),
    kind: oneOf(["message", "notice", "action"]),
    own: boolean("whether this client sent it"),
    past: boolean("whether it comes from the server's history"),
    id: optional(text("message id, where the server has them")),
  }),
  "join": event("when a user has joined a channel", membership),
  "part": event("when a user has left a channel", membership),
  "quit": event("when a user has disconnected", membership),
  "kick": event("when a user was kicked from a channel", membership),
  "nick": event("when a user has changed the nickname", {
    network,
    time,
    nick: text("old nickname"),
    to: text("new nickname"),
  }),
  "topic": event("when the topic of a channel is known or has changed", {
    network,
    time,
    channel,
    nick: optional(text("nickname of who set it")),
    text: text("topic; empty for none"),
  }),
  "mode": event("when modes have changed", {
    network,
    time,
    target: text("channel or nickname"),
    nick: text("nickname of who changed them"),
    text: text("the change, such as +o ann"),
  }),
  "names": event("with the members of a channel", {
    network,
    time,
    channel,
    nicks: list(text(), "nicknames, sorted"),
  }),
  "read": event("when the messages of a channel or user were read up to a time, in any client of the account", {
    network,
    time,
    target: text("channel or nickname"),
    until: timestamp("time of the last message that was read"),
  }),
  "rejected": event("for a line of stdin that is not a valid command, or that could not be run", {
    line: integer("number of the line"),
    error: ERROR,
  }),
  "server": event("when the server has sent a reply or an error", {
    network,
    time,
    code: text("numeric or command"),
    text: text("text"),
    problem: boolean("whether it is an error"),
  }),
};

const past = {
  time: timestamp("time"),
  channel: optional(text("channel")),
  accounts: optional(list(text(), "accounts of a private conversation, instead of a channel")),
  nick: text("nickname"),
};
const pastMembership = { ...past, by: optional(text("nickname of the operator")), reason: optional(text("reason")) };

/** JSON records of `chat export`. */
export const EXPORT_RECORDS = {
  "message": event("for a message", {
    ...past,
    text: text("text; lines are separated by LF"),
    kind: oneOf(["message", "notice", "action"]),
    id: text("message id"),
    account: optional(text("account of the sender, if logged in")),
  }),
  "join": event("for a user that has joined", pastMembership),
  "part": event("for a user that has left", pastMembership),
  "quit": event("for a user that has disconnected", pastMembership),
  "kick": event("for a user that was kicked", pastMembership),
  "nick": event("for a change of a nickname", { ...past, to: text("new nickname") }),
  "topic": event("for a change of the topic", { ...past, text: text("topic; empty for none") }),
  "mode": event("for a change of modes", { ...past, text: text("the change, such as +o ann") }),
};

/** JSON records of `chat import`. */
export const IMPORT_RECORDS = {
  "import": result("for each log", {
    log: text("the log"),
    format: optional(oneOf(["irssi", "weechat"])),
    added: optional(integer("lines added")),
    known: optional(integer("lines that the history had already")),
    unread: optional(integer("lines that are not of a conversation, or could not be read")),
    error: optional(ERROR),
  }),
};
