/**
 * Chat over IRC (RFC 1459, RFC 2812, modern IRC, IRCv3): a server with history, and a client for any network.
 * @module
 */
export type { Account as ChatAccount, AccountBan as ChatAccountBan } from "./account/account.ts";
export { type ChatAccounts, type ChatFileAccounts, openChatAccounts } from "./account/open_accounts.ts";
export type {
  ChatConnected,
  ChatDisconnected,
  ChatEvent,
  ChatEventBase,
  ChatMembership,
  ChatMessage,
  ChatModeChange,
  ChatNames,
  ChatNickChange,
  ChatReadMarker,
  ChatServerReply,
  ChatTopic,
} from "./client/events.ts";
export type { ChatLogRetention, ChatNetwork, ChatNetworkEvent } from "./network/chat_network.ts";
export { type ChatNetworkOptions, connectChatNetwork } from "./network/connect.ts";
export {
  type ChatNetworkInvitations,
  openChatNetworkInvitations,
} from "./network/invitations/open_network_invitations.ts";
export { openChatNetworkAccounts } from "./network/accounts/open_network_accounts.ts";
export { joinChat } from "./client/join.ts";
export type { ChatClientOptions, ChatMember, ChatSearch } from "./client/options.ts";
export { type IrcMessage, type IrcProblem, parseIrcMessage, writeIrcMessage } from "./codec/message.ts";
export type { IrcTags } from "./codec/tags.ts";
export type { ChatFraming, ChatPeer } from "./server/client/client_connection.ts";
export type { HistoryLimits } from "./history/history_limits.ts";
export { CHAT_LIMITS, type ChatLimits, type ChatServerEvent, type ChatServerOptions } from "./server/options.ts";
export type { ChatModeration, ChatModerationAction } from "./server/moderation/audit_log.ts";
export type { InvitationTerms, ValidInvitation as ChatInvitation } from "./invite/invitations.ts";
export { type ChatInvitations, openChatInvitations } from "./invite/open_invitations.ts";
export { FILE_KINDS as CHAT_FILE_KINDS, type FileKind as ChatFileKind } from "./files/kinds.ts";
export type { ChatFileEvent } from "./files/file_event.ts";
export type { ChatFilesSettings } from "./files/settings.ts";
export type { ChatServer } from "./server/chat_server.ts";
export { serveChat } from "./server/serve.ts";
export type { ChatPageSettings } from "./web/settings.ts";
export { type ChatPageOptions, serveChatPage } from "./web/serve.ts";
export type { HttpServer, HttpServerOptions } from "../http/mod.ts";
