import { UsageError } from "../../core/mod.ts";
import type { ClientOptions, SendConfig } from "./types.ts";

/** The fields of each object that is taken, by the name that it has in messages. */
const FIELDS = {
  options: ["connection", "pool", "client", "debug"],
  connection: ["hostname", "port", "auth", "tls"],
  "connection.auth": ["username", "password"],
  pool: ["size", "timeout"],
  client: ["warning", "onWarning", "preprocessors"],
  debug: ["log", "trace", "allowUnsecure", "encodeLB", "noStartTLS"],
  mail: [
    ...["to", "cc", "bcc", "from", "replyTo", "date", "subject", "content", "html", "mimeContent", "attachments"],
    ...["relatedAttachments", "inReplyTo", "references", "priority", "internalTag", "headers"],
  ],
  attachment: ["filename", "contentType", "encoding", "content", "contentID"],
  mimeContent: ["mimeType", "content", "transferEncoding"],
} as const;

const WARNINGS = ["ignore", "log", "error"];
const PRIORITIES = ["high", "normal", "low"];
const ENCODINGS = ["text", "base64", "binary"];
const TRANSFER_ENCODINGS = ["7bit", "8bit", "quoted-printable", "base64"];
const POOL_LIMIT = 100;

/**
 * Rejects options that would have no effect.
 *
 * @throws {UsageError} `not-supported` with the field; `not-secure` when STARTTLS is switched off without `allowUnsecure`.
 */
export function checkOptions({ connection, pool, client = {}, debug = {}, ...rest }: ClientOptions): void {
  known("options", rest);
  known("connection", connection);
  known("connection.auth", connection.auth ?? {});
  known("client", client);
  known("debug", debug);
  if (debug.log) throw unsupported("debug.log", "use debug.trace");
  if (debug.encodeLB) throw unsupported("debug.encodeLB", "line ends are always correct");
  oneOf("client.warning", client.warning, WARNINGS);
  if (client.warning === "log" && !client.onWarning) {
    throw unsupported("client.warning: log", "use client.onWarning as well");
  }
  if (typeof pool === "object") {
    known("pool", pool);
    const { size = 1 } = pool;
    if (!Number.isInteger(size) || size < 1 || size > POOL_LIMIT) {
      throw unsupported(`pool.size: ${size}`, `accepted: 1 to ${POOL_LIMIT}`);
    }
  }
  if (!connection.tls && debug.noStartTLS && !debug.allowUnsecure) {
    throw new UsageError("insecure connection: neither TLS nor STARTTLS is enabled", {
      code: "not-secure",
      hint: "set debug.allowUnsecure to permit it",
    });
  }
}

/**
 * The same for a mail.
 *
 * @throws {UsageError} `not-supported` with the field.
 */
export function checkMail(mail: SendConfig): void {
  known("mail", mail);
  oneOf("priority", mail.priority, PRIORITIES);
  for (const attachment of [...mail.attachments ?? [], ...mail.relatedAttachments ?? []]) {
    known("attachment", attachment);
    oneOf("encoding", attachment.encoding, ENCODINGS);
  }
  for (const part of mail.mimeContent ?? []) {
    known("mimeContent", part);
    oneOf("transferEncoding", part.transferEncoding, TRANSFER_ENCODINGS);
  }
}

function known(name: keyof typeof FIELDS, given: object): void {
  const fields: readonly string[] = FIELDS[name];
  const other = Object.entries(given).find(([key, value]) => value !== undefined && !fields.includes(key))?.[0];
  if (other !== undefined) throw unsupported(`${other.slice(0, 60)} (in ${name})`);
}

function oneOf(name: string, value: string | undefined, accepted: readonly string[]): void {
  if (value === undefined || accepted.includes(value)) return;
  throw unsupported(`${name}: ${String(value).slice(0, 60)}`, `accepted: ${accepted.join(", ")}`);
}

function unsupported(what: string, hint?: string): UsageError {
  return new UsageError(`${what} is not supported`, { code: "not-supported", hint });
}
