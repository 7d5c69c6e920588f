/**
 * Chat over IRC (RFC 1459, RFC 2812, modern IRC, IRCv3): a server with history, and a client for any network.
 * @module
 */
export { type IrcMessage, type IrcProblem, parseIrcMessage, writeIrcMessage } from "./codec/message.ts";
export type { IrcTags } from "./codec/tags.ts";
export type { ChatFraming } from "./server/client.ts";
export * from "./server/options.ts";
export { type ChatServer, serveChat } from "./server/serve.ts";
export * from "./client/events.ts";
export { joinChat } from "./client/join.ts";
export * from "./client/options.ts";
export * from "./client/describe.ts";
export * from "./client/terminal.ts";
export { pathsOfHistory } from "./history/own_database.ts";
export * from "./web/serve.ts";
export * from "./demonstrate.ts";
