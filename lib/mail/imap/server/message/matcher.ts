import { dayOf } from "../../codec/date.ts";
import type { SearchKey } from "../../codec/search_keys.ts";
import { resolveSet, type SequenceRange, type SequenceSet } from "../../codec/sequence_set.ts";
import { readMailDate } from "../../../mime/date.ts";
import type { Entity } from "../../../mime/entity.ts";
import { readEntities } from "../../../mime/entity.ts";
import { fieldValue, type MailField } from "../../../mime/fields.ts";
import { decodeText } from "../../../mime/text.ts";
import { transferDecode } from "../../../mime/transfer_decode.ts";
import { readWords } from "../../../mime/words.ts";
import type { FolderMail } from "../../../store/types.ts";
import type { Selected } from "../selected.ts";
import { fieldsOf } from "./fetch_items.ts";
import type { MessageSource } from "./source.ts";

/** Messages within messages whose text is searched. */
const MAX_DEPTH = 8;

/** Decides whether messages match a condition of SEARCH. */
export class Matcher {
  readonly #selected: Selected;
  readonly #ranges = new Map<SequenceSet, readonly SequenceRange[]>();

  /** Searches a mailbox. */
  constructor(selected: Selected) {
    this.#selected = selected;
  }

  /** Returns whether a message matches; one that is gone does not. */
  matches(key: SearchKey, number: number, source: MessageSource): boolean | Promise<boolean> {
    const { mail, flags, uid } = source.mail;
    const isRecent = () => this.#selected.isRecent(uid);
    switch (key.kind) {
      case "all":
        return true;
      case "recent":
        return isRecent();
      case "old":
        return !isRecent();
      case "new":
        return isRecent() && !flags.has("\\Seen");
      case "flag":
        return hasFlag(source.mail, key.flag) === key.set;
      case "received":
        return compare(dayOf(mail.received), key.when, key.day);
      case "larger":
        return source.facts().then((facts) => facts !== undefined && facts.size > key.size);
      case "smaller":
        return source.facts().then((facts) => facts !== undefined && facts.size < key.size);
      case "sequence":
        return this.#includes(key.set, number, this.#selected.count);
      case "uid":
        return this.#includes(key.set, uid, this.#selected.largest);
      case "not":
        return negated(this.matches(key.key, number, source));
      case "and":
        return this.#every(key.keys, number, source);
      case "or":
        return negated(this.#every(key.keys.map((one): SearchKey => ({ kind: "not", key: one })), number, source));
      case "sent":
      case "field":
        return matchesHead(key, source);
      case "text":
      case "body":
        return matchesText(key, source);
    }
  }

  /** Decides at once where nothing must be read. */
  #every(keys: readonly SearchKey[], number: number, source: MessageSource): boolean | Promise<boolean> {
    for (const [at, key] of keys.entries()) {
      const found = this.matches(key, number, source);
      if (found === false) return false;
      if (found !== true) return found.then((is) => is && this.#every(keys.slice(at + 1), number, source));
    }
    return true;
  }

  #includes(set: SequenceSet, value: number, largest: number): boolean {
    let ranges = this.#ranges.get(set);
    if (!ranges) this.#ranges.set(set, ranges = resolveSet(set, largest));
    return ranges.some(({ from, to }) => value >= from && value <= to);
  }
}

function negated(found: boolean | Promise<boolean>): boolean | Promise<boolean> {
  return typeof found === "boolean" ? !found : found.then((matches) => !matches);
}

function hasFlag({ flags }: FolderMail, flag: string): boolean {
  if (flags.has(flag)) return true;
  const lower = flag.toLowerCase();
  for (const one of flags) {
    if (one.toLowerCase() === lower) return true;
  }
  return false;
}

function compare(day: number, when: "before" | "on" | "since", than: number): boolean {
  return when === "before" ? day < than : when === "on" ? day === than : day >= than;
}

async function matchesHead(
  key: SearchKey & { readonly kind: "sent" | "field" },
  source: MessageSource,
): Promise<boolean> {
  const facts = await source.facts();
  if (!facts) return false;
  if (key.kind === "field" && facts.others.has(key.name)) {
    const head = await source.head();
    return head !== undefined && hasField(fieldsOf(head), key);
  }
  if (key.kind === "sent") {
    const day = sentDay(fieldValue(facts.fields, "date") ?? "");
    return day !== undefined && compare(day, key.when, key.day);
  }
  return hasField(facts.fields, key);
}

function hasField(fields: readonly MailField[], { name, text }: SearchKey & { readonly kind: "field" }): boolean {
  return fields.some((field) => field.name.toLowerCase() === name && readable(field.value).includes(text));
}

/** The day that stands in a Date field, whatever its zone is. */
function sentDay(text: string): number | undefined {
  const time = readMailDate(text)?.getTime();
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)\s*(?:\(|$)/.exec(text) ?? [];
  const offset = (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
  return time === undefined ? undefined : dayOf(time + offset * 60_000);
}

async function matchesText(
  key: SearchKey & { readonly kind: "text" | "body" },
  source: MessageSource,
): Promise<boolean> {
  const bytes = await source.bytes();
  if (!bytes) return false;
  try {
    return contains(bytes, readEntities(bytes), key.text, key.kind === "text", 0);
  } catch (error) {
    // Beyond the limits of the parser.
    if (error instanceof RangeError) return readable(new TextDecoder().decode(bytes)).includes(key.text);
    throw error;
  }
}

/** Whether a text stands in the texts of a message, or in its headers. */
function contains(bytes: Uint8Array, entity: Entity, text: string, withHeader: boolean, depth: number): boolean {
  const { fields, type, encoding, start, end, parts } = entity;
  if (withHeader && fields.some((field) => inField(field, text))) return true;
  if (parts.length > 0) return parts.some((part) => contains(bytes, part, text, withHeader, depth));
  if (type.value === "message/rfc822" && depth < MAX_DEPTH) {
    const inner = bytes.subarray(start, end);
    return contains(inner, readEntities(inner), text, true, depth + 1);
  }
  if (!type.value.startsWith("text/") && !type.value.startsWith("multipart/")) return false;
  return decodeText(transferDecode(bytes.subarray(start, end), encoding), type).toLowerCase().includes(text);
}

function inField({ name, value }: MailField, text: string): boolean {
  return readable(`${name}: ${value}`).includes(text);
}

function readable(value: string): string {
  return readWords(value).toLowerCase();
}
