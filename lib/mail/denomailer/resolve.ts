import { UsageError } from "../../core/mod.ts";
import { parseMailbox } from "../codec/mailbox.ts";
import type { MailAttachment, MailMessage } from "../message/types.ts";
import { decodeContent, textOfHtml } from "./content.ts";
import type {
  ClientOptions,
  MailList,
  ResolvedClientOptions,
  ResolvedSendConfig,
  SavedMail,
  SendAttachment,
  SendConfig,
  SingleMail,
} from "./types.ts";

const PRIORITY = {
  high: { "X-Priority": "1", Importance: "high" },
  normal: {},
  low: { "X-Priority": "5", Importance: "low" },
} as const;

const HOUR = 3_600_000;

/** The options with every default. */
export function resolveClientOptions(options: ClientOptions): ResolvedClientOptions {
  const { connection, pool, client = {}, debug = {} } = options;
  const { hostname, tls = false, port = tls ? 465 : 25, auth } = connection;
  const { size = 2, timeout = 60_000 } = typeof pool === "object" ? pool : {};
  const { log = false, trace, allowUnsecure = false, encodeLB = false, noStartTLS = false } = debug;
  return {
    connection: { hostname, port, tls, auth },
    pool: pool ? { size, timeout: Math.min(timeout, HOUR) } : undefined,
    client: { warning: "error", ...client, preprocessors: client.preprocessors ?? [] },
    debug: { log, trace, allowUnsecure, encodeLB, noStartTLS },
  };
}

/** A mail with every address in one form, and with all its lists. */
export function resolveSendConfig(config: SendConfig): ResolvedSendConfig {
  return {
    ...config,
    to: mailList(config.to),
    cc: mailList(config.cc ?? []),
    bcc: mailList(config.bcc ?? []),
    from: singleMail(config.from),
    replyTo: config.replyTo === undefined ? undefined : singleMail(config.replyTo),
    date: config.date ?? new Date().toUTCString(),
    mimeContent: config.mimeContent ?? [],
    attachments: config.attachments ?? [],
    relatedAttachments: config.relatedAttachments ?? [],
    headers: config.headers ?? {},
  };
}

/**
 * The message that a mail asks for.
 *
 * @throws {UsageError} `no-content` when it has no body; `invalid-address`, unless invalid addresses are omitted.
 */
export function messageFrom(config: ResolvedSendConfig, client: ResolvedClientOptions["client"]): MailMessage {
  const { html, mimeContent, attachments, relatedAttachments, date, inReplyTo, replyTo } = config;
  const text = config.content === "auto" && html !== undefined ? textOfHtml(html) : config.content;
  if (text === undefined && html === undefined && mimeContent.length === 0) {
    throw new UsageError("missing body: content, html or mimeContent is required", { code: "no-content" });
  }
  const good = (list: readonly SavedMail[]) => list.filter((mail) => isGood(mail, client)).map(mailText);
  return {
    from: mailText(config.from),
    to: good(config.to),
    cc: good(config.cc),
    bcc: good(config.bcc),
    replyTo: replyTo && mailText(replyTo),
    subject: config.subject,
    text,
    html,
    alternatives: mimeContent.map((part) => ({ type: part.mimeType, content: decodeContent(part) })),
    attachments: [
      ...attachments.map((one) => attachment(one)),
      ...relatedAttachments.map((one, i) => attachment({ contentID: `related-${i}`, ...one })),
    ],
    headers: { ...PRIORITY[config.priority ?? "normal"], ...config.headers },
    inReplyTo: inReplyTo === undefined || inReplyTo.startsWith("<") ? inReplyTo : `<${inReplyTo}>`,
    references: config.references,
    date: dateFrom(date),
  };
}

function singleMail(mail: SingleMail): SavedMail {
  if (typeof mail !== "string") return { mail: mail.mail, name: mail.name ?? "" };
  const [, name = "", address] = /^([^<]*)<([^>]*)>\s*$/.exec(mail) ?? [];
  return address === undefined ? { mail, name: "" } : { mail: address.trim(), name: name.trim() };
}

function mailList(list: MailList): SavedMail[] {
  if (typeof list === "string") return [singleMail(list)];
  if (isList(list)) return list.map(singleMail);
  if (isSingle(list)) return [singleMail(list)];
  return Object.entries(list).map(([name, mail]) => ({ name, mail }));
}

function isList(list: MailList): list is readonly SingleMail[] {
  return Array.isArray(list);
}

function isSingle(list: Exclude<MailList, string>): list is { mail: string; name?: string } {
  return "mail" in list;
}

function isGood({ mail }: SavedMail, { warning, onWarning }: ResolvedClientOptions["client"]): boolean {
  try {
    parseMailbox(mail);
    return true;
  } catch (error) {
    // An attempt to inject a header field is always an error.
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    if (warning === "error" || /[\x00-\x1f\x7f]/.test(mail) || !(error instanceof UsageError)) throw error;
    if (warning === "log") onWarning?.(`left out: ${error.message}`);
    return false;
  }
}

function mailText({ mail, name }: SavedMail): string {
  return name === "" ? mail : `"${name.replace(/["\\]/g, "\\$&")}" <${mail}>`;
}

function attachment({ filename, contentType, encoding, content, contentID }: SendAttachment): MailAttachment {
  return {
    filename,
    type: contentType,
    content: bytesOf(content, encoding),
    ...(contentID !== undefined && { contentId: String(contentID) }),
  };
}

function bytesOf(content: SendAttachment["content"], encoding: SendAttachment["encoding"]): string | Uint8Array {
  if (typeof content !== "string") return content instanceof Uint8Array ? content : new Uint8Array(content);
  if (encoding !== "base64") return content;
  try {
    return Uint8Array.fromBase64(content);
  } catch (cause) {
    throw new UsageError("invalid attachment: not Base64", { code: "invalid-attachment", cause });
  }
}

function dateFrom(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) {
    throw new UsageError(`invalid date "${text.slice(0, 60)}"`, { code: "invalid-date" });
  }
  return date;
}
