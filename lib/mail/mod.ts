/**
 * Mail: an SMTP client with the messages that it sends, and a sink that takes and keeps them (RFC 5321, RFC 5322).
 * @module
 */
export { MailClient, sendMail } from "./client/client.ts";
export type { MailAuth, MailClientOptions, MailServerAddress, MailTls } from "./client/options.ts";
export { MailRefusedError } from "./client/refusal.ts";
export type { MailReport, RecipientReport, ReplyRecord } from "./client/report.ts";
export { type MailOutcome, sendAll } from "./client/send_all.ts";
export { AUTH_MECHANISMS, type AuthMechanism } from "./codec/auth.ts";
export { type Mailbox, type NamedMailbox, parseMailbox, parseNamedMailbox } from "./codec/mailbox.ts";
export type { SmtpReply } from "./codec/reply.ts";
export { SMTPClient } from "./denomailer/smtp_client.ts";
export type {
  ClientOptions,
  MailList,
  Preprocessor,
  ResolvedClientOptions,
  ResolvedSendConfig,
  SavedMail,
  SendAttachment,
  SendConfig,
  SendContent,
  SingleMail,
} from "./denomailer/types.ts";
export { type MailInbox, mailInbox, type MailInboxOptions } from "./inbox/inbox.ts";
export { buildMail } from "./message/build.ts";
export { type ReadyEnvelope, readyMail } from "./message/ready.ts";
export { saveMail, writeMail } from "./message/save.ts";
export type { BuiltMail, MailAlternative, MailAttachment, MailHeaders, MailMessage } from "./message/types.ts";
export { MailRelay, type MailRelayOptions, type MailRelease } from "./relay/relay.ts";
export {
  type FaultProtocol,
  type FaultSource,
  type FaultStage,
  type MailboxFaultStage,
  MailFaults,
  type MailFaultSettings,
  type SimulatedFailure,
  type SmtpFaultStage,
} from "./sink/faults.ts";
export { MAIL_SINK_LIMITS, type MailSink, mailSink, type MailSinkPort } from "./sink/sink.ts";
export type { MailRefusal, MailSinkFault, MailSinkLimits, MailSinkOptions } from "./sink/types.ts";
export type {
  AppendOptions,
  FolderChange,
  FolderMail,
  MailAccount,
  MailChange,
  MailEnvelope,
  MailFolder,
  MailStore,
  StoredMail,
} from "./store/types.ts";
export { MailWebhook, type MailWebhookFailure, type MailWebhookOptions } from "./webhook/webhook.ts";
