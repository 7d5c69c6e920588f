import type { MailSummary } from "../view_types.ts";
import type { MailFilter } from "./query.ts";

/** Signs that stand between the parts of a region, and are in none of them. */
const PART = "\x01";
const ADDRESS = "\x02";
/** Sign at the end of a region. */
const END = "\0";

/** Returns all of a message that a search looks into, in lower case: its subject, its senders, its other addresses and its text. */
export function regionOf(mail: MailSummary, text: string): string {
  const { subject, from, to, fromAddresses, fromHeader, toHeader } = mail;
  const senders = [from, ...fromAddresses.map(({ address }) => address)];
  const clean = (part: string) => part.replace(/\p{Cc}/gu, " ").toLowerCase();
  return [
    clean(subject),
    senders.map((address) => ADDRESS + clean(address) + ADDRESS).join(" "),
    clean([from, ...to, fromHeader, toHeader].join("\n")),
    clean(text),
  ].join(PART) + END;
}

/** A filter in terms of regions. */
export class RegionFilter {
  /** A text that is in each region that fits; empty when there is none to look for. */
  readonly rarest: string;
  readonly #words: readonly string[];
  readonly #subject?: string;
  readonly #sender?: string;
  readonly #attachment: boolean;

  /** Reads a filter. */
  constructor({ words, subject, from, attachment }: MailFilter) {
    this.#words = words;
    this.#subject = subject;
    this.#sender = from === undefined ? undefined : ADDRESS + from + ADDRESS;
    this.#attachment = attachment;
    const all = [
      ...words,
      ...(subject === undefined ? [] : [subject]),
      ...(this.#sender === undefined ? [] : [this.#sender]),
    ];
    this.rarest = all.reduce((longest, one) => one.length > longest.length ? one : longest, "");
  }

  /** Whether a region fits. */
  fits(region: string, attachments: number): boolean {
    if (this.#attachment && attachments === 0) return false;
    if (this.#sender !== undefined && !region.includes(this.#sender)) return false;
    if (this.#subject !== undefined && !region.slice(0, region.indexOf(PART)).includes(this.#subject)) return false;
    return this.#words.every((word) => region.includes(word));
  }
}
