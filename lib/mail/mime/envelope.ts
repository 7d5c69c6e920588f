import { type AddressToken, addressTokens } from "./address_tokens.ts";
import type { MailField } from "./fields.ts";

/** A mailbox of an envelope (RFC 3501 §7.4.2). Encoded words are as they stand in the field. */
export interface EnvelopeAddress {
  /** The display name. */
  readonly name?: string;
  /** A source route (RFC 5322 §4.4). */
  readonly route?: string;
  /** The part in front of the @; of the begin of a group its name, of its end nothing. */
  readonly mailbox?: string;
  /** The part behind the @; of the begin and the end of a group nothing. */
  readonly host?: string;
}

/** Envelope of a message (RFC 3501 §7.4.2), undecoded. */
export interface Envelope {
  /** Date, as text. */
  readonly date?: string;
  /** Subject. */
  readonly subject?: string;
  /** Mailboxes of From. */
  readonly from: readonly EnvelopeAddress[];
  /** Those of Sender; of From when there are none. */
  readonly sender: readonly EnvelopeAddress[];
  /** Those of Reply-To; of From when there are none. */
  readonly replyTo: readonly EnvelopeAddress[];
  /** Those of To. */
  readonly to: readonly EnvelopeAddress[];
  /** Those of Cc. */
  readonly cc: readonly EnvelopeAddress[];
  /** Those of Bcc. */
  readonly bcc: readonly EnvelopeAddress[];
  /** In-Reply-To. */
  readonly inReplyTo?: string;
  /** Message-ID. */
  readonly messageId?: string;
}

/** Reads the envelope of a message from its header. */
export function readEnvelope(fields: readonly MailField[]): Envelope {
  const all = (name: string) => fields.filter((field) => field.name.toLowerCase() === name);
  // Of a text that is repeated against the rules, the last one counts. The white space of a folded line is a blank, whatever it was.
  const text = (name: string) => all(name).at(-1)?.value.replaceAll("\t", " ");
  const list = (name: string) => all(name).flatMap(({ value }) => envelopeAddresses(value));
  const from = list("from");
  const [sender, replyTo] = [list("sender"), list("reply-to")];
  return {
    date: text("date"),
    subject: text("subject"),
    from,
    sender: sender.length > 0 ? sender : from,
    replyTo: replyTo.length > 0 ? replyTo : from,
    to: list("to"),
    cc: list("cc"),
    bcc: list("bcc"),
    inReplyTo: text("in-reply-to"),
    messageId: text("message-id"),
  };
}

/** Splits a field of mailboxes and groups. A missing part of an address has a name that no mailbox has, since nothing marks a group. */
export function envelopeAddresses(text: string): EnvelopeAddress[] {
  const all: EnvelopeAddress[] = [];
  let inGroup = false;
  let tokens: AddressToken[] = [];
  const flush = () => {
    if (tokens.some(({ kind }) => kind !== "comment")) all.push(...mailboxes(tokens));
    tokens = [];
  };
  for (const token of addressTokens(text)) {
    if (token.kind === ":" && !inGroup && !tokens.some(({ kind }) => kind === "@" || kind === "angle")) {
      all.push({ mailbox: phrase(tokens) });
      inGroup = true;
      tokens = [];
    } else if (token.kind === ";" && inGroup) {
      flush();
      all.push({});
      inGroup = false;
    } else if (token.kind === "," || token.kind === ";" || token.kind === ":") flush();
    else tokens.push(token);
  }
  flush();
  if (inGroup) all.push({});
  return all;
}

/** The mailboxes between two commas: one, or several where commas are missing. */
function* mailboxes(tokens: readonly AddressToken[]): Generator<EnvelopeAddress> {
  let from = 0;
  for (let at = 0; at < tokens.length; at++) {
    const { kind, text } = tokens[at] ?? { kind: "word", text: "" };
    if (kind !== "angle") continue;
    const name = phrase(tokens.slice(from, at));
    const [, route, path = text] = /^\s*(@[^:]*):([^]*)$/.exec(text) ?? [];
    const [spec = { mailbox: MISSING_MAILBOX, host: MISSING_HOST }] = specs(addressTokens(path));
    yield { ...spec, name: name || undefined, ...(route !== undefined && { route: route.replace(/\s+/g, "") }) };
    from = at + 1;
  }
  const rest = tokens.slice(from);
  if (from === 0 || rest.some(({ kind }) => kind === "@")) yield* specs(rest);
}

const MISSING_MAILBOX = "MISSING_MAILBOX";
const MISSING_HOST = "MISSING_DOMAIN";

/** Addresses without angle brackets; a comment behind one is its name. */
function* specs(all: readonly AddressToken[]): Generator<EnvelopeAddress> {
  const comment = all.findLast(({ kind }) => kind === "comment")?.text;
  const tokens = all.filter(({ kind }) => kind !== "comment");
  let from = 0;
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at]?.kind !== "@") continue;
    const start = edge(tokens, at - 1, -1, from);
    const end = edge(tokens, at + 1, 1, tokens.length - 1) + 1;
    const name = phrase(tokens.slice(from, start)) || comment;
    yield {
      name,
      mailbox: plain(tokens.slice(start, at)) || MISSING_MAILBOX,
      host: plain(tokens.slice(at + 1, end)) || MISSING_HOST,
    };
    from = at = end;
  }
  if (from === 0 && tokens.length > 0) yield { name: comment, mailbox: phrase(tokens), host: MISSING_HOST };
}

/** Where the dotted words beside an @ begin or end; white space may stand around the dots (RFC 5322 §4.4). */
function edge(tokens: readonly AddressToken[], first: number, step: 1 | -1, last: number): number {
  let at = first;
  while (at !== last) {
    const [one, next] = step > 0 ? [tokens[at], tokens[at + 1]] : [tokens[at - 1], tokens[at]];
    if (!one || !next || one.kind === "@" || next.kind === "@") break;
    const dotted = one.text.endsWith(".") || next.text.startsWith(".");
    if (next.gap && !dotted) break;
    at += step;
  }
  return at;
}

function plain(tokens: readonly AddressToken[]): string {
  return tokens.map(({ text }) => text).join("");
}

function phrase(tokens: readonly AddressToken[]): string {
  return tokens.filter(({ kind }) => kind !== "comment").map(({ text, gap }) => `${gap ? " " : ""}${text}`).join("")
    .trim();
}
