/**
 * All of `lib/mail`: the library, and what else tools, other rooms and tests need of it.
 * @module
 */
export * from "./mod.ts";
export { replyRecord } from "./client/report.ts";
export { addressPattern } from "./codec/address_pattern.ts";
export { asciiMailbox, isAscii } from "./codec/mailbox.ts";
export { quotedPrintableEncode } from "./codec/quoted_printable.ts";
export { REPLY_LINE_LIMIT, REPLY_LINES_LIMIT, ReplyParser, replyText } from "./codec/reply.ts";
export { mailFromJson, mailsFromLines } from "./message/from_json.ts";
export { headerRecord } from "./message/header_lines.ts";
export { envelopeSender } from "./message/ready.ts";
export { readMailDate } from "./mime/date.ts";
export { type FaultRule, parseFault } from "./sink/faults.ts";
export { type MailServer, parseMailServer } from "./client/server_url.ts";
export { mailboxesOf, mailboxOf, readMessageFile, readText, splitHeader } from "./message/options.ts";
export { isTemporaryFailure } from "./spool/sender.ts";
export { isGroupName } from "./nntp/codec/group_name.ts";
export { type NewsServer, parseNewsServer } from "./nntp/client/news_server.ts";
export { parseNntpReply } from "./nntp/codec/reply.ts";
export { parseWildmat } from "./nntp/codec/wildmat.ts";
export { parsePop3Reply } from "./pop3/codec/reply.ts";
export { htmlToText } from "./read/html_text.ts";
export { mailSourceName } from "./read/open_source.ts";
export { saveAttachments } from "./read/save/attachments.ts";
export { SAVE_FORMATS } from "./read/save/target.ts";
export { MAIL_SOURCE_SCHEMES } from "./read/url.ts";
export { type Capabilities, parseCapabilities } from "./codec/capabilities.ts";
export { type ImapCommandOptions, type ImapData, ImapSession } from "./imap/client/session.ts";
export type { RequestPiece } from "./imap/codec/request.ts";
export {
  ask as askPop3,
  readCapabilities as readPop3Capabilities,
  readReply as readPop3Reply,
} from "./pop3/client/dialogue.ts";
export {
  ask as askNntp,
  readCapabilities as readNntpCapabilities,
  readReply as readNntpReply,
} from "./nntp/client/dialogue.ts";
export { addressLiteral } from "./client/open_session.ts";
export { parseTags, type TagFault, type TagList } from "./dkim/codec/tags.ts";
export { isSpfRecord } from "./spf/codec/record.ts";
export { expandName as expandSpfName, type MacroValues as SpfMacroValues } from "./spf/expand.ts";
export { MailDns, type MailLookups } from "./mx/mail_dns.ts";
export { type StsOptions, stsPolicyOf } from "./mx/security.ts";
export { fitsStsPolicy, parseStsRecord, type StsPolicy } from "./mx/codec/sts_policy.ts";
export { pinByTlsa } from "./mx/dane.ts";
export { type TlsaPolicy, tlsaPolicy } from "./mx/codec/tlsa.ts";
export type { ImapResponse } from "./imap/codec/response/response.ts";
export type { LiteralSink } from "./imap/client/reader.ts";
export type { TlsaRecord } from "./mx/codec/tlsa.ts";
export type { ImapValue } from "./imap/codec/response/values.ts";
