import { headBudget, type MailField, readHead } from "../../mime/fields.ts";
import { readAddresses } from "../../mime/addresses.ts";
import { isMessageId } from "../codec/command.ts";
import { addressOfGroup, EVERYTHING, isGroupName } from "../codec/group_name.ts";
import type { MailEnvelope } from "../../store/types.ts";

/** Newsgroups of an article. */
const MAX_GROUPS = 100;
/** Fields that only an injecting or serving agent adds (RFC 5537 §3.4.1). */
const ADDED_LATER = ["injection-info", "injection-date", "xref"];
/** Fields that occur once (RFC 5536 §3). */
const ONCE = ["from", "newsgroups", "subject", "message-id", "date", "path", "followup-to", "references", "sender"];

const encoder = new TextEncoder();

/** A posted article, ready to be stored; or the reason that it is refused. */
export type Injected =
  | {
    readonly envelope: MailEnvelope;
    readonly added: Uint8Array;
    readonly rest: Uint8Array;
    readonly messageId: string;
  }
  | { readonly problem: string };

/** Values that an injecting agent adds. */
export interface Injection {
  /** Name of the server. */
  readonly name: string;
  /** Address of the client, without its port. */
  readonly client: string;
  /** Time, in milliseconds since 1970. */
  readonly now: number;
  /** New message id, for an article without one. */
  readonly messageId: string;
}

/**
 * Checks a posted article, and adds the fields of an injecting agent (RFC 5537 §3.5): Path, Injection-Date and Injection-Info, and Date and
 * Message-ID where they are missing. The envelope's recipients are the addresses of its newsgroups.
 */
export function injectArticle(article: Uint8Array, { name, client, now, messageId }: Injection): Injected {
  let fields: readonly MailField[];
  let body: number;
  try {
    ({ fields, body } = readHead(article, 0, headBudget()));
  } catch (error) {
    if (error instanceof RangeError) return { problem: error.message };
    throw error;
  }
  const all = (wanted: string) => fields.filter((field) => field.name.toLowerCase() === wanted);
  const value = (wanted: string) => all(wanted)[0]?.value.trim();
  // Text right behind the header would be part of the body.
  if (!endsWithEmptyLine(article.subarray(0, body))) {
    return { problem: "Header and body are not separated by an empty line" };
  }
  const twice = ONCE.find((wanted) => all(wanted).length > 1);
  if (twice) return { problem: `More than one ${twice} header field` };
  const later = ADDED_LATER.find((wanted) => all(wanted).length > 0);
  if (later) return { problem: `Header field ${later} is not permitted` };
  const missing = ["From", "Newsgroups", "Subject"].find((wanted) => !value(wanted.toLowerCase()));
  if (missing) return { problem: `Missing ${missing} header field` };
  const groups = (value("newsgroups") ?? "").split(",").map((group) => group.trim());
  const invalid = groups.find((group) => !isGroupName(group));
  if (invalid !== undefined) return { problem: "Invalid name in Newsgroups header field" };
  if (groups.length > MAX_GROUPS) return { problem: `Too many newsgroups (limit: ${MAX_GROUPS})` };
  const given = value("message-id");
  if (given !== undefined && !isMessageId(given)) return { problem: "Invalid Message-ID header field" };
  const [path] = all("path");
  if (path && !/^[\x21-\x7e]+(?:\s+[\x21-\x7e]+)*$/.test(path.value)) return { problem: "Invalid Path header field" };
  const date = new Date(now).toUTCString().replace("GMT", "+0000");
  const lines = [
    `Path: ${name}!.POSTED.${client}!${path?.value.replace(/\s+/g, "") ?? "not-for-mail"}`,
    ...(given === undefined ? [`Message-ID: ${messageId}`] : []),
    ...(value("date") === undefined ? [`Date: ${date}`] : []),
    `Injection-Date: ${date}`,
    `Injection-Info: ${name}; posting-host="${client}"`,
  ];
  const to = groups.filter((group) => group.toLowerCase() !== EVERYTHING).flatMap((group) =>
    addressOfGroup(group) ?? []
  );
  return {
    envelope: { from: readAddresses(value("sender") ?? value("from") ?? "")[0]?.address ?? "", to: [...new Set(to)] },
    added: encoder.encode(`${lines.join("\r\n")}\r\n`),
    rest: path ? withoutPath(article, body) : article,
    messageId: given ?? messageId,
  };
}

function endsWithEmptyLine(head: Uint8Array): boolean {
  const end = new TextDecoder("latin1").decode(head.subarray(-4));
  return /\n\r?\n$/.test(end);
}

/** Removes the Path field, with the lines that it is folded into: it is written again. */
function withoutPath(article: Uint8Array, body: number): Uint8Array {
  // Each byte is a character: what is not removed stays as it is.
  const head = Array.from(article.subarray(0, body), (byte) => String.fromCharCode(byte)).join("");
  const kept = head.replace(/^path[ \t]*:.*(?:\r?\n[ \t].*)*\r?\n/im, "");
  const out = new Uint8Array(kept.length + article.length - body);
  out.set(Uint8Array.from(kept, (character) => character.charCodeAt(0)));
  out.set(article.subarray(body), kept.length);
  return out;
}
