import { type Line, ToucanError, UsageError } from "../../core/mod.ts";
import type { MailAttachment, MailMessage } from "./types.ts";

const TEXTS = [
  "from",
  "replyTo",
  "subject",
  "text",
  "html",
  "inReplyTo",
  "references",
  "messageId",
  "sender",
  "envelopeFrom",
] as const;
const LISTS = ["to", "cc", "bcc"] as const;
const OTHERS = ["attach", "headers", "date"];

/**
 * Reads a message from JSON: an object with the fields of {@link MailMessage}, where `to`, `cc` and `bcc` are a text or a
 * list of them, `attach` is a list of paths of files that lie in the current folder, whatever links lead to them, `headers` an
 * object, `date` a text. What it leaves out comes from `defaults`.
 *
 * @throws {UsageError} `invalid-json`, or `invalid-message` with the field that is wrong.
 * @example
 * ```ts
 * import { mailFromJson } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const message = mailFromJson('{"to": "bob@example.com", "text": "hi"}', { from: "ada@example.com" });
 * assertEquals([message.from, message.to], ["ada@example.com", ["bob@example.com"]]);
 * ```
 */
export function mailFromJson(json: string, defaults: Partial<MailMessage> = {}): MailMessage {
  const given = parseObject(json);
  for (const name of Object.keys(given)) {
    if (![...TEXTS, ...LISTS, ...OTHERS].includes(name)) throw invalid(name, "not a field of a message");
  }
  const message: Record<string, unknown> = { ...defaults };
  for (const name of TEXTS) if (given[name] !== undefined) message[name] = textOf(name, given[name]);
  for (const name of LISTS) if (given[name] !== undefined) message[name] = textsOf(name, given[name]);
  if (given.date !== undefined) message.date = dateOf(given.date);
  if (given.headers !== undefined) message.headers = headersOf(given.headers);
  const attachments: MailAttachment[] = textsOf("attach", given.attach ?? []).map((path) => ({ path, within: "." }));
  if (attachments.length > 0) message.attachments = attachments;
  const from = message.from;
  if (typeof from !== "string") throw invalid("from", "missing");
  return { ...message, from };
}

/** Reads a message from each line; an invalid line yields an error in its place. */
export async function* mailsFromLines(
  lines: AsyncIterable<Line>,
  defaults: Partial<MailMessage> = {},
): AsyncGenerator<MailMessage | ToucanError> {
  for await (const { text, problem } of lines) {
    if (problem) {
      yield new UsageError(`invalid message: the line is ${problem === "too-long" ? "too long" : "not UTF-8"}`, {
        code: "invalid-json",
      });
      continue;
    }
    try {
      yield mailFromJson(text, defaults);
    } catch (error) {
      if (!(error instanceof ToucanError)) throw error;
      yield error;
    }
  }
}

function parseObject(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new UsageError("invalid message: not JSON", { code: "invalid-json", cause });
  }
  if (!isObject(value)) throw new UsageError("invalid message: not a JSON object", { code: "invalid-json" });
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(name: string, value: unknown): string {
  if (typeof value !== "string") throw invalid(name, "not a string");
  return value;
}

function textsOf(name: string, value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map((one) => textOf(name, one));
}

/** RFC 3339, a date alone, and RFC 5322: `new Date` takes "1" and "May" as well. */
const DATES = [
  /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/,
  /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? (?:[+-]\d{4}|GMT|UTC?)$/,
];

function dateOf(value: unknown): Date {
  const text = textOf("date", value);
  const date = new Date(DATES.some((form) => form.test(text)) ? text : NaN);
  if (Number.isNaN(date.getTime())) throw invalid("date", "not a date");
  return date;
}

function headersOf(value: unknown): Record<string, readonly string[]> {
  if (!isObject(value)) throw invalid("headers", "not an object");
  return Object.fromEntries(Object.entries(value).map(([name, given]) => [name, textsOf(`headers.${name}`, given)]));
}

function invalid(name: string, what: string): UsageError {
  return new UsageError(`invalid field "${name.slice(0, 60)}": ${what}`, { code: "invalid-message" });
}
