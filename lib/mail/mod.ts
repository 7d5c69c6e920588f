/**
 * Mail: an SMTP client with the messages that it sends, and a sink that takes and keeps them (RFC 5321, RFC 5322).
 * @module
 */
export { MailClient, sendMail } from "./client/client.ts";
export * from "./client/options.ts";
export { MailRefusedError } from "./client/refusal.ts";
export * from "./client/report.ts";
export { AUTH_MECHANISMS, type AuthMechanism } from "./codec/auth.ts";
export * from "./codec/mailbox.ts";
export * from "./codec/reply.ts";
export { buildMail } from "./message/build.ts";
export * from "./message/types.ts";
export * from "./sink/sink.ts";
export * from "./sink/types.ts";
export * from "./client/send_all.ts";
export * from "./demonstrate.ts";
export * from "./message/from_json.ts";
export * from "./message/save.ts";
export * from "./message/options.ts";
export * from "./inbox/inbox.ts";
export { quotedPrintableEncode } from "./codec/quoted_printable.ts";
export * from "./denomailer/smtp_client.ts";
export * from "./denomailer/types.ts";
