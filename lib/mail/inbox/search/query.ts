import { parseDuration, UsageError } from "../../../core/mod.ts";

/** Which messages are meant: those that fit all that is given. */
export interface MailFilter {
  /** Words that a message has to have, in lower case. */
  readonly words: readonly string[];
  /** A recipient that its envelope has to have, in lower case. */
  readonly to?: string;
  /** The sender of its envelope, or an address in From, in lower case. */
  readonly from?: string;
  /** A part of its subject, in lower case. */
  readonly subject?: string;
  /** Whether it has to have an attachment. */
  readonly attachment: boolean;
  /** The time before which it was received, in milliseconds since 1970. */
  readonly before?: number;
}

/** Query of an inbox. */
export interface InboxQuery extends MailFilter {
  /** Number of messages to return, the newest first; undefined when not given. */
  readonly limit?: number;
  /** Number of the newest messages to skip. */
  readonly offset: number;
  /** Number of messages to wait for. */
  readonly count: number;
  /** The version that the client knows; with it, another one is waited for instead. */
  readonly since?: number;
  /** Milliseconds to wait. */
  readonly wait: number;
}

/** The most that a client may ask for at once, and how long it may wait. */
export const MAX_LIMIT = 1000;
const MAX_WAIT_MS = 600_000;
const MAX_WORDS = 20;

/** Parameters that choose messages: they mean the same for each method. */
export const FILTERS = ["q", "to", "from", "subject", "has", "before", "limit", "offset"] as const;
/** Parameters that wait for messages. */
export const WAITS = ["wait", "count", "since"] as const;

/**
 * Reads the query of a URL, in which only these parameters may stand, each once and with a value.
 *
 * @throws {UsageError} `bad-query`: names the parameter and what is accepted. Ignoring it could select, and delete, all messages.
 */
export function parseQuery(search: URLSearchParams, known: readonly string[] = []): InboxQuery {
  for (const name of new Set(search.keys())) {
    if (!known.includes(name)) {
      const accepted = known.length > 0 ? `accepted: ${known.join(", ")}` : "none is accepted here";
      throw invalid(`unknown parameter "${clip(name)}": ${accepted}`);
    }
    const [first, ...more] = search.getAll(name);
    if (more.length > 0) throw invalid(`parameter ${name} is given ${more.length + 1} times`);
    if (first?.trim() === "") throw invalid(`parameter ${name} is empty`);
  }
  const text = (name: string) => search.get(name)?.trim().toLowerCase();
  if (search.has("since") && search.has("count")) throw invalid("count cannot be combined with since");
  const number = (name: string, max: number) => {
    const given = search.get(name);
    if (given === null) return undefined;
    if (/^\d{1,15}$/.test(given) && Number(given) <= max) return Number(given);
    throw invalid(`invalid ${name} "${clip(given)}": use a number from 0 to ${max}`);
  };
  const words = text("q")?.split(/\s+/) ?? [];
  if (words.length > MAX_WORDS) throw invalid(`invalid q: more than ${MAX_WORDS} words`);
  const has = search.get("has") ?? undefined;
  if (has !== undefined && has !== "attachment") throw invalid(`invalid has "${clip(has)}": accepted: attachment`);
  return {
    ...{
      words,
      to: readAddress(text("to")),
      from: readAddress(text("from")),
      subject: text("subject"),
      attachment: has !== undefined,
    },
    before: readTime(search.get("before")),
    limit: number("limit", MAX_LIMIT),
    offset: number("offset", 2 ** 40) ?? 0,
    count: number("count", 1_000_000) ?? 1,
    since: number("since", 2 ** 49),
    wait: readWait(search.get("wait")),
  };
}

/** An address; in a query + stands for a space, which addresses have between quotes only. `<>` is the empty sender. */
function readAddress(text: string | undefined): string | undefined {
  const address = /^<([^<>]*)>$/.exec(text ?? "")?.[1] ?? text;
  return address?.startsWith('"') ? address : address?.replaceAll(" ", "+");
}

function readWait(text: string | null): number {
  if (text === null) return 0;
  try {
    const wait = parseDuration(text);
    if (wait <= MAX_WAIT_MS) return wait;
  } catch {
    // Said below.
  }
  throw invalid(`invalid wait "${clip(text)}": use a duration up to 10m, such as 500ms or 5s`);
}

/** A time as RFC 3339 writes it, whose offset is UTC unless given, or milliseconds since 1970. */
const TIME = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)([Zz]|[+-]\d\d:\d\d)?)?$/;

function readTime(text: string | null): number | undefined {
  if (text === null) return undefined;
  // In a query, + stands for a space.
  const [, date, time = "00:00", zone = "Z"] = TIME.exec(text.replace(/ (?=\d\d:\d\d$)/, "+")) ?? [];
  const written = `${date}T${time}${zone.toUpperCase()}`;
  const at = /^\d{1,15}$/.test(text) ? Number(text) : date === undefined ? NaN : Date.parse(written);
  // Date.parse takes the 31st of February for the 3rd of March.
  const exact = date === undefined || new Date(`${date}T00:00Z`).toJSON()?.slice(0, 10) === date;
  if (Number.isFinite(at) && exact) return at;
  throw invalid(
    `invalid before "${clip(text)}": use a time such as 2026-01-31T12:00:00Z, or milliseconds since 1970`,
  );
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function invalid(message: string): UsageError {
  return new UsageError(message, { code: "bad-query" });
}
