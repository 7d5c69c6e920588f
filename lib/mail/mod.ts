/**
 * Mail: an SMTP client with the messages that it sends, and a sink that takes and keeps them (RFC 5321, RFC 5322).
 * @module
 */
export { parseSendingAccount, type SendingAccount } from "./account/account_file.ts";
export { MailClient, sendMail } from "./client/client.ts";
export type { MailAuth, MailClientOptions, MailServerAddress, MailTls } from "./client/options.ts";
export { MailRefusedError } from "./client/refusal.ts";
export type { MailReport, RecipientReport, ReplyRecord } from "./client/report.ts";
export { type MailOutcome, sendAll } from "./client/send_all.ts";
export { AUTH_MECHANISMS, type AuthMechanism } from "./codec/auth.ts";
export { type DsnRequest, NOTIFY_EVENTS } from "./codec/dsn.ts";
export { type Mailbox, type NamedMailbox, parseMailbox, parseNamedMailbox } from "./codec/mailbox.ts";
export type { SmtpReply } from "./codec/reply.ts";
export { type DkimKey, dkimKey } from "./dkim/dkim_key.ts";
export { signMail } from "./dkim/sign_mail.ts";
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
export { deliverMail, type DeliverOptions, type DomainReport, type TriedServer } from "./mx/deliver.ts";
export type { MailLookups } from "./mx/mail_dns.ts";
export { type MailInbox, mailInbox, type MailInboxOptions } from "./inbox/inbox.ts";
export { buildMail } from "./message/build.ts";
export { type ReadyEnvelope, readyMail } from "./message/ready.ts";
export { saveMail, writeMail } from "./message/save.ts";
export type { BuiltMail, MailAlternative, MailAttachment, MailHeaders, MailMessage } from "./message/types.ts";
export { type FaultStage, MailFaults, type MailFaultSettings } from "./sink/faults.ts";
export { MAIL_SINK_LIMITS, type MailSink, mailSink } from "./sink/sink.ts";
export { type ClaimedMail, MailSpool } from "./spool/mail_spool.ts";
export { type MailSender, sendOrSpool, sendSpooled, type SpoolReport } from "./spool/send_spooled.ts";
export type {
  MailChange,
  MailEnvelope,
  MailRefusal,
  MailSinkFault,
  MailSinkLimits,
  MailSinkOptions,
  MailStore,
  StoredMail,
} from "./sink/types.ts";
