import type { Envelope } from "../../../mime/envelope.ts";
import { parseEnvelope } from "./envelope.ts";
import { ImapResponseError, type ImapValue, isList, valueList, valueNumber, valueText } from "./values.ts";

/** Parameters of a part, as the server has them: names in lower case, values undecoded. */
export type ImapParameters = readonly (readonly [name: string, value: string])[];

/** Part of a message, as BODYSTRUCTURE describes it (RFC 3501 §7.4.2). All of its text is untrusted. */
export interface ImapPart {
  /** Section by which FETCH names it, such as `1.2`; empty for a multipart that is the whole message. */
  readonly section: string;
  /** Type in lower case, such as `text`. */
  readonly type: string;
  /** Subtype in lower case, such as `plain`. */
  readonly subtype: string;
  /** Parameters of Content-Type. */
  readonly params: ImapParameters;
  /** Content-ID. */
  readonly id?: string;
  /** Content-Description, undecoded. */
  readonly description?: string;
  /** Content-Transfer-Encoding in lower case; empty for a multipart. */
  readonly encoding: string;
  /** Size in bytes, encoded; 0 for a multipart. */
  readonly size: number;
  /** Lines, of texts and messages. */
  readonly lines?: number;
  /** Content-Disposition. */
  readonly disposition?: { readonly value: string; readonly params: ImapParameters };
  /** Parts of a multipart. */
  readonly parts: readonly ImapPart[];
  /** Message in a part of type `message/rfc822`. */
  readonly message?: { readonly envelope: Envelope; readonly body: ImapPart };
}

/**
 * Reads a BODYSTRUCTURE, or a BODY without extension data.
 *
 * @throws {ImapResponseError} When it is not one.
 */
export function parsePart(value: ImapValue): ImapPart {
  return wholePart(value, "");
}

/** The body of a message: a multipart has the section of its message, another part is the first one of it. */
function wholePart(value: ImapValue | undefined, section: string): ImapPart {
  return isMultipart(value) ? part(value, section) : part(value, child(section, 0));
}

function child(section: string, index: number): string {
  return section === "" ? String(index + 1) : `${section}.${index + 1}`;
}

function isMultipart(value: ImapValue | undefined): boolean {
  return isList(value) && isList(value[0]);
}

function part(value: ImapValue | undefined, section: string): ImapPart {
  if (!isList(value)) throw invalid();
  return isMultipart(value) ? multipart(value, section) : single(value, section);
}

function multipart(values: readonly ImapValue[], section: string): ImapPart {
  const end = values.findIndex((value) => !isList(value));
  const parts = values.slice(0, end < 0 ? values.length : end).map((value, index) =>
    part(value, child(section, index))
  );
  const [subtype, params, disposition] = end < 0 ? [] : values.slice(end);
  return {
    ...{
      section,
      type: "multipart",
      subtype: lower(subtype),
      params: parameters(params),
      encoding: "",
      size: 0,
      parts,
    },
    ...dispositionOf(disposition),
  };
}

function single(values: readonly ImapValue[], section: string): ImapPart {
  if (values.length < 7) throw invalid();
  const [type, subtype, params, id, description, encoding, size, ...more] = values;
  const base = { section, type: lower(type), subtype: lower(subtype), params: parameters(params) };
  const texts = { id: valueText(id), description: valueText(description) };
  const common = {
    ...base,
    ...(texts.id !== undefined && { id: texts.id }),
    ...(texts.description !== undefined && { description: texts.description }),
    ...{ encoding: lower(encoding), size: valueNumber(size, Number.MAX_SAFE_INTEGER) ?? 0, parts: [] },
  };
  if (base.type === "text") {
    return { ...common, ...linesOf(more[0]), ...dispositionOf(more[2]) };
  }
  // Servers describe a message that they cannot parse without its envelope.
  if (base.type === "message" && /^(?:rfc822|global)$/.test(base.subtype) && isList(more[0]) && isList(more[1])) {
    const message = { envelope: parseEnvelope(more[0]), body: wholePart(more[1], section) };
    return { ...common, ...linesOf(more[2]), ...dispositionOf(more[4]), message };
  }
  return { ...common, ...dispositionOf(more[1]) };
}

function linesOf(value: ImapValue | undefined): { readonly lines?: number } {
  const lines = valueNumber(value, Number.MAX_SAFE_INTEGER);
  return lines === undefined ? {} : { lines };
}

function dispositionOf(value: ImapValue | undefined): Pick<ImapPart, "disposition"> {
  const [name, params] = valueList(value);
  const text = valueText(name);
  return text === undefined ? {} : { disposition: { value: text.toLowerCase(), params: parameters(params) } };
}

function parameters(value: ImapValue | undefined): ImapParameters {
  const list = valueList(value);
  const params: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < list.length; at += 2) {
    params.push([lower(list[at]), valueText(list[at + 1]) ?? ""]);
  }
  return params;
}

function lower(value: ImapValue | undefined): string {
  return (valueText(value) ?? "").toLowerCase();
}

function invalid(): ImapResponseError {
  return new ImapResponseError("an invalid BODYSTRUCTURE");
}
