import type { Canonicalization } from "./signature.ts";

/** A header field as it stands in the message, one character for each byte, without its last line end. */
export interface RawField {
  /** Name in lower case. */
  readonly name: string;
  /** The whole field, with the line ends within it. */
  readonly text: string;
}

/**
 * Fields that a signature covers (RFC 6376 §5.4.1), each as often as it is there. Once more than that for those that must not be added
 * afterwards (§8.15): a receiver could show a second From.
 */
const SIGNED = [
  "from",
  "sender",
  "reply-to",
  "subject",
  "date",
  "message-id",
  "to",
  "cc",
  "in-reply-to",
  "references",
  "mime-version",
  "content-type",
  "content-transfer-encoding",
  "list-id",
  "list-unsubscribe",
  "list-unsubscribe-post",
];
const SEALED = new Set([
  "from",
  "subject",
  "date",
  "to",
  "cc",
  "reply-to",
  "message-id",
  "content-type",
  "mime-version",
]);

/** Splits a header into its fields. */
export function rawFields(header: string): RawField[] {
  const fields: RawField[] = [];
  for (const text of header.split(/\r?\n(?![ \t])/)) {
    const name = /^([!-9;-~]+)[ \t]*:/.exec(text)?.[1];
    if (name !== undefined) fields.push({ name: name.toLowerCase(), text });
  }
  return fields;
}

/** Returns the names of the fields to sign, in the order of the signature (its tag "h"). */
export function namesToSign(fields: readonly RawField[]): string[] {
  return SIGNED.flatMap((name) => {
    const count = fields.filter((field) => field.name === name).length;
    return Array<string>(count + (SEALED.has(name) && (count > 0 || name === "from") ? 1 : 0)).fill(name);
  });
}

/** Canonicalizes a field by the algorithm "relaxed" (RFC 6376 §3.4.2), without its line end. */
export function relaxedField(text: string): string {
  const colon = text.indexOf(":");
  const value = text.slice(colon + 1).replace(/\r?\n/g, "").replace(/[ \t]+/g, " ").replace(/^ | $/g, "");
  return `${text.slice(0, colon).trim().toLowerCase()}:${value}`;
}

/**
 * Returns the canonical text that a signature covers: the fields that it names, then itself with an empty signature (RFC 6376 §3.7). A
 * field that is not there counts as nothing.
 */
export function signedText(
  fields: readonly RawField[],
  names: readonly string[],
  signature: string,
  canonicalization: Canonicalization = "relaxed",
): string {
  const canonical = canonicalization === "relaxed" ? relaxedField : (text: string) => text;
  const left = Map.groupBy(fields, ({ name }) => name);
  // The last field of a name is the first to be signed (§5.4.2).
  const texts = names.map((name) => {
    const field = left.get(name)?.pop();
    return field ? `${canonical(field.text)}\r\n` : "";
  });
  return texts.join("") + canonical(signature);
}
