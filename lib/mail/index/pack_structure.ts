import type { Envelope } from "../mime/envelope.ts";
import type { MailStructure, RawParameters } from "../mime/structure.ts";

/** A part as JSON: what each has, its parts, and what few have. */
type PackedPart = readonly [
  ...[type: string, subtype: string, params: RawParameters, encoding: string],
  ...[header: number, body: number, end: number, lines: number],
  parts?: readonly PackedPart[],
  rest?: PackedRest,
];

/** Fields that few parts have. */
interface PackedRest extends Pick<MailStructure, "id" | "description" | "md5" | "disposition" | "location"> {
  readonly languages?: readonly string[];
  readonly message?: PackedPart;
  readonly envelope?: Envelope;
}

/** Returns a structure as JSON, without the envelope of the message itself. */
export function packStructure(message: MailStructure): string {
  return JSON.stringify(pack({ ...message, envelope: undefined }));
}

/** Returns the structure in a text that {@link packStructure} has made. */
export function unpackStructure(packed: string): MailStructure {
  const part: PackedPart = JSON.parse(packed);
  return unpack(part);
}

function pack(structure: MailStructure): PackedPart {
  const { type, subtype, params, encoding, header, body, end, lines, parts, languages, message } = structure;
  const { id, description, md5, disposition, location, envelope } = structure;
  const rest: PackedRest = {
    ...{ id, description, md5, disposition, location, envelope },
    ...(languages.length > 0 && { languages }),
    ...(message && { message: pack(message) }),
  };
  const base = [type, subtype, params, encoding, header, body, end, lines] as const;
  if (Object.values(rest).some((value) => value !== undefined)) return [...base, parts.map(pack), rest];
  return parts.length > 0 ? [...base, parts.map(pack)] : base;
}

function unpack([type, subtype, params, encoding, ...others]: PackedPart): MailStructure {
  const [header, body, end, lines, parts = [], rest = {}] = others;
  const { id, description, md5, disposition, location, languages = [], message, envelope } = rest;
  return {
    ...{ type, subtype, params, encoding, languages, id, description, md5, location },
    ...(disposition && { disposition }),
    ...{ header, body, end, lines, parts: parts.map(unpack) },
    ...(message && { message: unpack(message) }),
    ...(envelope && { envelope }),
  };
}
