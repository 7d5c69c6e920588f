import { concat } from "../../../../deps/std/bytes.ts";
import type { FetchSection } from "../../codec/fetch_items.ts";
import { lineAt } from "../../../mime/fields.ts";
import type { MailStructure } from "../../../mime/structure.ts";

/** Returns the bytes of a section (RFC 3501 §6.4.5); undefined when the message has none. */
export function sectionOf(bytes: Uint8Array, message: MailStructure, section: FetchSection): Uint8Array | undefined {
  const { what } = section;
  const found = partAt(message, section.part);
  if (!found) return undefined;
  const { part, isMessage } = found;
  if (what === "") return section.part.length === 0 ? bytes : bytes.subarray(part.body, part.end);
  if (what === "MIME") return bytes.subarray(part.header, part.body);
  // The others are those of a message, or of one within a part.
  const of = isMessage ? part : part.message;
  if (!of) return undefined;
  if (what === "TEXT") return bytes.subarray(of.body, of.end);
  const header = bytes.subarray(of.header, of.body);
  return what === "HEADER" ? header : chosenFields(header, section.fields, what === "HEADER.FIELDS");
}

/** The part of these numbers, and whether it is the message itself. */
function partAt(
  message: MailStructure,
  numbers: readonly number[],
): { readonly part: MailStructure; readonly isMessage: boolean } | undefined {
  let part: MailStructure | undefined = message;
  let isMessage = true;
  for (const number of numbers) {
    const around: MailStructure | undefined = isMessage ? part : part.message ?? part;
    const single: boolean = around.type !== "multipart";
    // What is not a multipart is part 1 of its message.
    if (single && (number !== 1 || !(isMessage || part.message))) return undefined;
    part = single ? around : around.parts[number - 1];
    isMessage = false;
    if (!part) return undefined;
  }
  return { part, isMessage };
}

/** The fields of a header that have these names, or the others, with the empty line. */
function chosenFields(header: Uint8Array, names: readonly string[], wanted: boolean): Uint8Array {
  const chosen: Uint8Array[] = [];
  const of = new Set(names);
  let taken = false;
  for (let at = 0; at < header.length;) {
    const { end, next } = lineAt(header, at);
    if (end === at) break;
    const first = header[at];
    if (first !== 32 && first !== 9) {
      const colon = header.subarray(at, end).indexOf(58);
      const name = latin1.decode(header.subarray(at, at + Math.max(0, colon))).trimEnd().toLowerCase();
      taken = colon > 0 && of.has(name) === wanted;
    }
    if (taken) chosen.push(header.subarray(at, next));
    at = next;
  }
  return concat([...chosen, CRLF]);
}

const latin1 = new TextDecoder("latin1");
const CRLF = Uint8Array.of(13, 10);
