import type { FetchItem } from "../../codec/fetch_items.ts";
import { formatEnvelope, formatStructure } from "../../codec/structure_text.ts";
import { formatDateTime } from "../../codec/date.ts";
import { headBudget, type MailField, readHead } from "../../../mime/fields.ts";
import type { FolderMail } from "../../../store/types.ts";
import type { MessageSource } from "./source.ts";
import type { Output } from "../output.ts";
import { sectionOf } from "./section.ts";

/** Writes an item of a message; false when the message is gone. */
export async function writeItem(item: FetchItem, source: MessageSource, flags: string, out: Output): Promise<boolean> {
  const { mail }: FolderMail = source.mail;
  switch (item.kind) {
    case "UID":
      return put(out, `UID ${source.mail.uid}`);
    case "FLAGS":
      return put(out, `FLAGS ${flags}`);
    case "INTERNALDATE":
      return put(out, `INTERNALDATE "${formatDateTime(mail.received)}"`);
    case "RFC822.SIZE":
      return put(out, `RFC822.SIZE ${(await source.facts())?.size ?? mail.size}`);
    case "ENVELOPE": {
      const facts = await source.facts();
      return facts !== undefined && put(out, `ENVELOPE ${formatEnvelope(facts.envelope)}`);
    }
    case "BODY":
    case "BODYSTRUCTURE": {
      const facts = await source.facts();
      const extended = item.kind === "BODYSTRUCTURE";
      return facts !== undefined && put(out, `${item.kind} ${formatStructure(facts.structure, extended)}`);
    }
    case "section": {
      const { part, what } = item.section;
      const inHeader = part.length === 0 && what.startsWith("HEADER");
      const bytes = inHeader ? await source.head() : await source.bytes();
      if (!bytes) return false;
      const isWhole = part.length === 0 && what === "";
      const structure = isWhole || inHeader ? plain(bytes) : (await source.facts())?.structure;
      if (!structure) return false;
      const all = sectionOf(bytes, structure, item.section);
      if (!all) return put(out, `${item.label} NIL`);
      const { from, length } = item.partial ?? { from: 0, length: all.length };
      const piece = all.subarray(from, from + length);
      out.text(`${item.label} {${piece.length}}\r\n`);
      out.bytes(piece);
      return true;
    }
  }
}

function put(out: Output, text: string): true {
  out.text(text);
  return true;
}

/** Structure of a header alone, or of a message whose parts are not needed. */
function plain(head: Uint8Array) {
  return {
    ...{ type: "text", subtype: "plain", params: [], encoding: "", languages: [], parts: [], lines: 0 },
    ...{ header: 0, body: head.length, end: head.length },
  };
}

/** The fields of a header; of one that is beyond the limits none. */
export function fieldsOf(head: Uint8Array): readonly MailField[] {
  try {
    return readHead(head, 0, headBudget()).fields;
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}
