import type { Envelope } from "../../../mime/envelope.ts";
import { parseDateTime } from "../date.ts";
import { parseEnvelope } from "./envelope.ts";
import { type ImapPart, parsePart } from "./part.ts";
import { ImapResponseError, type ImapValue, isList, valueList, valueNumber, valueText } from "./values.ts";

/** Items of a FETCH response about a message (RFC 3501 §7.4.2). All of its text is untrusted. */
export interface ImapFetched {
  /** UID. */
  readonly uid?: number;
  /** Flags, such as `\Seen`. */
  readonly flags?: readonly string[];
  /** Size in bytes (RFC822.SIZE). */
  readonly size?: number;
  /** Time of its arrival (INTERNALDATE), in milliseconds since 1970. */
  readonly received?: number;
  /** Envelope; encoded words are as they stand. */
  readonly envelope?: Envelope;
  /** Structure (BODYSTRUCTURE, BODY). */
  readonly structure?: ImapPart;
  /** Bytes of parts, by section: empty for the whole message, `HEADER`, `HEADER.FIELDS`, `1.2`. One that does not exist is missing. */
  readonly sections: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads the items of a FETCH response; those that are not known are left out.
 *
 * @throws {ImapResponseError} When one is not valid.
 */
export function parseFetched(values: readonly ImapValue[]): ImapFetched {
  const [items] = values;
  if (!isList(items) || values.length !== 1 || items.length % 2 !== 0) throw new ImapResponseError("an invalid FETCH");
  const found: { -readonly [K in keyof ImapFetched]: ImapFetched[K] } = { sections: new Map() };
  const sections = new Map<string, Uint8Array>();
  for (let at = 0; at + 1 < items.length; at += 2) {
    const [name, value = null] = [valueText(items[at])?.toUpperCase() ?? "", items[at + 1]];
    const [, section, partial] = /^BODY\[([^ \]]*)[^\]]*\](<\d+>)?$/.exec(name) ?? [];
    if (section !== undefined) {
      if (value instanceof Uint8Array && partial === undefined) sections.set(section, value);
    } else if (name === "UID") found.uid = numberOf(name, value, 1);
    else if (name === "FLAGS") found.flags = flagsOf(value);
    else if (name === "RFC822.SIZE") found.size = numberOf(name, value, 0, Number.MAX_SAFE_INTEGER);
    else if (name === "INTERNALDATE") {
      // An invalid time is left out: the message can be read nevertheless.
      const received = parseDateTime(valueText(value) ?? "");
      if (received !== undefined) found.received = received;
    } else if (name === "ENVELOPE") found.envelope = parseEnvelope(value);
    else if (name === "BODYSTRUCTURE" || name === "BODY") found.structure = parsePart(value);
  }
  return { ...found, sections };
}

/** Reads flags. */
export function flagsOf(value: ImapValue | undefined): string[] {
  return valueList(value).map(valueText).filter((flag) => flag !== undefined && flag !== "") as string[];
}

function numberOf(name: string, value: ImapValue, least: number, most?: number): number {
  const number = valueNumber(value, most);
  if (number === undefined || number < least) throw new ImapResponseError(`an invalid ${name}`);
  return number;
}
