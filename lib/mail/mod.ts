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
export { type DkimKeyRecord, parseDkimKeyRecord } from "./dkim/codec/key_record.ts";
export { type Canonicalization, type DkimSignature, parseDkimSignature } from "./dkim/codec/signature.ts";
export type { TagFault } from "./dkim/codec/tags.ts";
export type { DkimOutcome, DkimResult, VerifyDkimOptions } from "./dkim/types.ts";
export { verifyDkim } from "./dkim/verify_mail.ts";
export {
  checkDmarc,
  type DmarcOptions,
  type DmarcOutcome,
  type DmarcQuestion,
  type DmarcResult,
} from "./dmarc/check_dmarc.ts";
export { type DmarcAlignment, type DmarcPolicy, type DmarcRecord, parseDmarcRecord } from "./dmarc/codec/record.ts";
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
export { MxSender } from "./mx/mx_sender.ts";
export type { MailLookups } from "./mx/mail_dns.ts";
export { type MailInbox, mailInbox, type MailInboxOptions } from "./inbox/inbox.ts";
export { buildMail } from "./message/build.ts";
export { type ReadyEnvelope, readyMail } from "./message/ready.ts";
export { saveMail, writeMail } from "./message/save.ts";
export type { BuiltMail, MailAlternative, MailAttachment, MailHeaders, MailMessage } from "./message/types.ts";
export type { ArticleRange } from "./nntp/codec/command.ts";
export type { NntpCapabilities } from "./nntp/codec/capabilities.ts";
export { addressOfGroup, groupOfAddress } from "./nntp/codec/group_name.ts";
export type { Newsgroup } from "./nntp/codec/listing.ts";
export type { Overview } from "./nntp/codec/overview.ts";
export type { NntpReply } from "./nntp/codec/reply.ts";
export { type NntpArticleOptions, NntpClient, type NntpSession } from "./nntp/client/client.ts";
export { connectNntp } from "./nntp/client/connect.ts";
export type { NntpAuth, NntpClientOptions } from "./nntp/client/options.ts";
export { postArticle } from "./nntp/client/post_article.ts";
export { NntpRefusedError } from "./nntp/client/refusal.ts";
export { serveNntp } from "./nntp/server/serve_nntp.ts";
export type { NntpServerOptions } from "./nntp/server/types.ts";
export { ImapClient } from "./imap/client/client.ts";
export { connectImap } from "./imap/client/connect.ts";
export type { ImapFetchItems, ImapMail } from "./imap/client/fetch.ts";
export type { ImapFolder } from "./imap/client/folder.ts";
export type { ImapAuth, ImapClientOptions, ImapReadOptions, ImapWaitOptions } from "./imap/client/options.ts";
export { ImapRefusedError } from "./imap/client/refusal.ts";
export type { ImapFetched } from "./imap/codec/response/fetched.ts";
export type { ImapFolderName } from "./imap/codec/response/folder.ts";
export type { ImapParameters, ImapPart } from "./imap/codec/response/part.ts";
export type { ImapCode, ImapStatus, ImapStatusText } from "./imap/codec/response/response.ts";
export type { MailStructure, RawParameters } from "./mime/structure.ts";
export type { MailFacts } from "./index/facts.ts";
export type { Envelope, EnvelopeAddress } from "./mime/envelope.ts";
export type { Pop3Capabilities } from "./pop3/codec/capabilities.ts";
export type { Pop3Stat } from "./pop3/codec/listing.ts";
export type { Pop3Reply } from "./pop3/codec/reply.ts";
export { Pop3Client, type Pop3Message, type Pop3RetrieveOptions } from "./pop3/client/client.ts";
export { connectPop3 } from "./pop3/client/connect.ts";
export type { Pop3Auth, Pop3ClientOptions } from "./pop3/client/options.ts";
export { Pop3RefusedError } from "./pop3/client/refusal.ts";
export { serveImap } from "./imap/server/serve_imap.ts";
export type { ImapServerOptions } from "./imap/server/types.ts";
export { servePop3 } from "./pop3/server/serve_pop3.ts";
export type { Pop3ServerOptions } from "./pop3/server/types.ts";
export type { MailField } from "./mime/fields.ts";
export { listArrivals, readArrivals } from "./read/arrivals.ts";
export type { MailChoice } from "./read/choose.ts";
export { type HeaderFacts, type MailContent, mailContent, type ReadAttachment } from "./read/content.ts";
export { type MailSourceOptions, openMailSource } from "./read/open_source.ts";
export type { MailFailed, MailRead, MailReadOutcome, ReadMailsOptions } from "./read/mail_reader.ts";
export { listMails, readMails } from "./read/read_mails.ts";
export { type MailboxRecord, MailboxState } from "./read/mailbox_state.ts";
export { mailTarget } from "./read/save/mail_target.ts";
export type { MailTarget, SaveFormat } from "./read/save/target.ts";
export { type MailSelection, parseMailSelection } from "./read/selection.ts";
export type {
  ListedMail,
  ListedNewsgroup,
  MailListFilter,
  MailSource,
  MailSourceEvent,
  MailSourceProtocol,
} from "./read/source.ts";
export { MailReadState } from "./read/state.ts";
export { type MailSourceUrl, parseMailSourceUrl } from "./read/url.ts";
export { checkLinks, type LinkCheckOptions } from "./review/check_links.ts";
export type { LinkOutcome } from "./review/types.ts";
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
export type { AttachedServer, MailSinkAccess } from "./sink/access.ts";
export { MAIL_SINK_LIMITS, type MailSink, mailSink, type MailSinkPort } from "./sink/sink.ts";
export type { SinkJudgeOptions } from "./sink/sink_judge.ts";
export type { MailRefusal, MailSinkFault, MailSinkLimits, MailSinkOptions } from "./sink/types.ts";
export {
  type AuthenticationResult,
  type AuthenticationResults,
  formatAuthenticationResults,
  parseAuthenticationResults,
} from "./judge/codec/results_field.ts";
export {
  judgeMail,
  type JudgeMailOptions,
  judgementResults,
  type MailJudgement,
  type MailOrigin,
} from "./judge/judge_mail.ts";
export type { MailDnsLookup, MailDnsType } from "./judge/lookup.ts";
export { checkSpf } from "./spf/check_host.ts";
export type { MacroPart, SpfMacro } from "./spf/codec/macro.ts";
export {
  parseSpfRecord,
  type SpfDirective,
  type SpfFault,
  type SpfModifier,
  type SpfQualifier,
  type SpfRecord,
} from "./spf/codec/record.ts";
export type { SpfOptions, SpfOutcome, SpfQuestion, SpfResult } from "./spf/types.ts";
export { type ClaimedMail, MailSpool } from "./spool/mail_spool.ts";
export { sendOrSpool, sendSpooled, type SpoolReport } from "./spool/send_spooled.ts";
export type { MailSender } from "./spool/sender.ts";
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
