import type { MailSummary } from "../view_types.ts";
import { Needle } from "./needle.ts";
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

/** A region in bytes of UTF-8. */
export interface RegionBytes {
  /** Bytes in which it is. */
  readonly bytes: Uint8Array;
  /** Where it begins. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
}

/** A filter in terms of regions. */
export class RegionFilter {
  /** A text that is in each region that fits; undefined when there is none to look for. */
  readonly rarest?: Needle;
  /** The others. */
  readonly #others: readonly Needle[];
  /** A text that is in the first part. */
  readonly #subject?: Needle;
  readonly #attachment: boolean;

  /** Reads a filter. */
  constructor({ words, subject, from, attachment }: MailFilter) {
    const sender = from === undefined ? [] : [ADDRESS + from + ADDRESS];
    const texts = [...words, ...sender, ...(subject === undefined ? [] : [subject])].filter((text) => text !== "");
    const rarest = texts.reduce((longest, one) => one.length > longest.length ? one : longest, "");
    this.rarest = rarest === "" ? undefined : new Needle(rarest);
    this.#others = texts.filter((text) => text !== rarest).map((text) => new Needle(text));
    this.#subject = subject ? new Needle(subject) : undefined;
    this.#attachment = attachment;
  }

  /** Whether a region fits, in which the rarest text is, if there is one. */
  fits({ bytes, start, end }: RegionBytes, attachments: number): boolean {
    if (this.#attachment && attachments === 0) return false;
    const has = (needle: Needle, to = end) => needle.find(bytes, start, to) >= 0;
    if (this.#subject && !has(this.#subject, bytes.indexOf(PART.charCodeAt(0), start))) return false;
    return this.#others.every((other) => has(other));
  }
}
