import { ERROR, event, field, LISTENING } from "../../lib/cli/mod.ts";

const { boolean, list, milliseconds, optional, text, timestamp, oneOf } = field;

const client = {
  peer: text("address of the client"),
  nick: optional(text("nickname, once the client has registered")),
};

/** JSON records of `chat serve`. */
export const SERVE_RECORDS = {
  ...LISTENING,
  "connected": event("when a client has connected", client),
  "registered": event("when a client has registered", client),
  "left": event("when a client is gone", { ...client, reason: optional(text("reason")) }),
  "refused": event("when a client was rejected", {
    ...client,
    reason: optional(text("reason")),
    error: optional(ERROR),
  }),
  "paused": event("when the history cannot be written; messages to channels are rejected until then", { error: ERROR }),
  "network": event("when the server has entered its network, or the brokers cannot be reached, or can again", {
    state: oneOf(["entered", "unavailable", "available", "expelled"]),
    error: optional(ERROR),
  }),
  "resumed": event("when the history is written again", {}),
};

const time = timestamp("time of the event: the server's, where it sends it");
const channel = text("channel");
const membership = {
  time,
  channel,
  nick: text("nickname"),
  by: optional(text("nickname of the operator, if another")),
  reason: optional(text("reason")),
};

/** JSON records of `chat join`. */
export const JOIN_RECORDS = {
  "connected": event("when the client has registered", {
    time,
    nick: text("nickname in use"),
    server: text("name of the server"),
    again: boolean("whether it is a reconnection"),
  }),
  "disconnected": event("when the connection is lost; another attempt follows", {
    time,
    retryIn: milliseconds("time until the next attempt"),
    error: ERROR,
  }),
  "message": event("when a message was sent or received", {
    time,
    target: text("channel, or nickname of the recipient"),
    nick: text("nickname of the sender"),
    text: text("text"),
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
    time,
    nick: text("old nickname"),
    to: text("new nickname"),
  }),
  "topic": event("when the topic of a channel is known or has changed", {
    time,
    channel,
    nick: optional(text("nickname of who set it")),
    text: text("topic; empty for none"),
  }),
  "mode": event("when modes have changed", {
    time,
    target: text("channel or nickname"),
    nick: text("nickname of who changed them"),
    text: text("the change, such as +o ann"),
  }),
  "names": event("with the members of a channel", {
    time,
    channel,
    nicks: list(text(), "nicknames, sorted"),
  }),
  "server": event("when the server has sent a reply or an error", {
    time,
    code: text("numeric or command"),
    text: text("text"),
    problem: boolean("whether it is an error"),
  }),
};
