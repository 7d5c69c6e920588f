import { type Parameter, parseParameters } from "../../http/codec/fields/parameters.ts";

/** A body that is not `multipart/form-data`, or exceeds a limit. */
export class FormError extends Error {
  /** The name of the class. */
  override readonly name: string = "FormError";
}

/** Values of Content-Transfer-Encoding that change nothing (RFC 2045 §6.2). */
const UNCHANGED = /^(?:7bit|8bit|binary)?$/i;

/** The head of a part. */
export interface PartHead {
  /** Discriminates the events of a form. */
  readonly kind: "part";
  /** The name of the field. */
  readonly name: string;
  /** The name of the file, without folders; empty where none was chosen, undefined where the field is not a file. */
  readonly fileName?: string;
  /** The boundary of the parts in it, where it is `multipart/mixed`. */
  readonly nested?: string;
}

/** Returns the boundary of a Content-Type of this type: 1 to 70 characters, as a token or quoted. */
export function boundaryOf(contentType: string | undefined, type: string): string | undefined {
  const [, essence = ""] = /^[\t ]*([^\t ;]*)/.exec(contentType ?? "") ?? [];
  if (contentType === undefined || essence.toLowerCase() !== type) return undefined;
  const parameters = parseParameters(contentType, contentType.indexOf(essence) + essence.length) ?? [];
  const [boundary, ...others] = parameters.filter(({ name }) => name === "boundary");
  return boundary && others.length === 0 && /^[\x20-\x7e]{0,69}[\x21-\x7e]$/.test(boundary.value)
    ? boundary.value
    : undefined;
}

/**
 * Reads the head of a part (RFC 7578 §4): the parameters of its Content-Disposition as tokens or quoted strings, in lines that may be
 * folded. `field` names the field for parts of `multipart/mixed`, whose own disposition is `file` or `attachment`.
 *
 * @throws {FormError} When it has no name, a parameter twice, or a file that is encoded for the transfer.
 */
export function readPartHead(bytes: Uint8Array, field?: string): PartHead {
  const fields = readFields(bytes);
  const dispositions = fields.filter(([name]) => name === "content-disposition");
  const [, value = ""] = dispositions[0] ?? [];
  const [, type = ""] = /^([^\t ;]*)/.exec(value) ?? [];
  const types = field === undefined ? ["form-data"] : ["form-data", "file", "attachment"];
  if (dispositions.length !== 1 || !types.includes(type.toLowerCase())) {
    throw new FormError("a part has no Content-Disposition of a form");
  }
  const parameters = parseParameters(value, type.length, { escapes: "quotes" });
  if (!parameters) throw new FormError("the Content-Disposition of a part cannot be read");
  const known = byName(parameters);
  const given = known.get("name");
  const name = given === undefined ? field : unescape(given);
  if (name === undefined) throw new FormError("a part has no name");
  const plain = known.get("filename");
  const extended = extendedValue(known.get("filename*"));
  const fileName = extended ?? (plain === undefined ? undefined : unescape(plain));
  const valueOf = (wanted: string) => fields.find(([name]) => name === wanted)?.[1];
  const encoding = valueOf("content-transfer-encoding") ?? "binary";
  // What is stored would be another file than the one that was sent.
  if (fileName !== undefined && !UNCHANGED.test(encoding)) {
    throw new FormError(
      `the Content-Transfer-Encoding ${JSON.stringify(encoding)} is not supported (RFC 7578 deprecates it)`,
    );
  }
  const contentType = valueOf("content-type");
  const nested = boundaryOf(contentType, "multipart/mixed");
  return {
    kind: "part",
    name,
    ...fileName === undefined ? {} : { fileName: withoutDrive(fileName) },
    ...nested === undefined || fileName !== undefined ? {} : { nested },
  };
}

function readFields(bytes: Uint8Array): (readonly [name: string, value: string])[] {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FormError("the head of a part is not UTF-8");
  }
  return text.replace(/\r\n[\t ]+/g, " ").split("\r\n").map((line) => {
    const [, name = "", value = ""] = /^([^:]*?)[\t ]*:[\t ]*(.*?)[\t ]*$/s.exec(line) ?? [];
    return [name.toLowerCase(), value];
  });
}

function byName(parameters: readonly Parameter[]): Map<string, string> {
  const known = new Map<string, string>();
  for (const { name, value } of parameters) {
    if (known.has(name)) throw new FormError("a part has a parameter twice");
    known.set(name, value);
  }
  return known;
}

/** Decodes what browsers escape in names, and nothing else (HTML, multipart/form-data encoding algorithm). */
function unescape(text: string): string {
  return text.replaceAll("%22", '"').replaceAll(/%0D/gi, "\r").replaceAll(/%0A/gi, "\n");
}

/** Decodes `UTF-8'en'%e2%82%ac` (RFC 8187 §3.2); nothing when it is not that. */
function extendedValue(value: string | undefined): string | undefined {
  const [, charset = "", encoded] = /^(utf-8|iso-8859-1)'[^']*'(.*)$/is.exec(value ?? "") ?? [];
  if (encoded === undefined) return undefined;
  try {
    if (charset.toLowerCase() === "utf-8") return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
  return encoded.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}

/** Leaves the last part of a path of Windows, which old browsers send whole. */
function withoutDrive(name: string): string {
  return /^(?:[A-Za-z]:[\\/]|\\)/.test(name)
    ? name.slice(Math.max(name.lastIndexOf("\\"), name.lastIndexOf("/")) + 1)
    : name;
}
