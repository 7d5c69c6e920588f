import type { Envelope, EnvelopeAddress } from "../../mime/envelope.ts";
import type { MailStructure, RawParameters } from "../../mime/structure.ts";
import { formatNstring, formatString } from "./text.ts";

/** Part of a multipart without parts: the grammar requires one. */
const NO_PART = '"text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0';

/** Formats an envelope (RFC 3501 §7.4.2). */
export function formatEnvelope(envelope: Envelope): string {
  const { date, subject, from, sender, replyTo, to, cc, bcc, inReplyTo, messageId } = envelope;
  const lists = [from, sender, replyTo, to, cc, bcc].map(formatAddresses);
  return `(${
    [formatNstring(date), formatNstring(subject), ...lists, formatNstring(inReplyTo), formatNstring(messageId)]
      .join(" ")
  })`;
}

function formatAddresses(addresses: readonly EnvelopeAddress[]): string {
  if (addresses.length === 0) return "NIL";
  const all = addresses.map(({ name, route, mailbox, host }) =>
    `(${[name, route, mailbox, host].map(formatNstring).join(" ")})`
  );
  return `(${all.join("")})`;
}

/** Formats a structure: BODYSTRUCTURE with the extension data, BODY without (RFC 3501 §7.4.2). */
export function formatStructure(part: MailStructure, extended: boolean): string {
  const { type, subtype, params, id, description, encoding, md5, body, end, lines, parts, message } = part;
  if (type === "multipart") {
    const inner = parts.length === 0
      ? `(${NO_PART}${extended ? " NIL NIL NIL NIL" : ""})`
      : parts.map((one) => formatStructure(one, extended)).join("");
    const more = extended ? ` ${formatParameters(params)}${formatCommon(part)}` : "";
    return `(${inner} ${formatString(subtype)}${more})`;
  }
  const fields = [
    formatString(type),
    formatString(subtype),
    formatParameters(type === "text" ? withCharset(params) : params),
    formatNstring(id),
    formatNstring(description),
    formatString(encoding || "7bit"),
    String(end - body),
  ];
  if (message) fields.push(formatEnvelope(message.envelope ?? NO_ENVELOPE), formatStructure(message, extended));
  if (message || type === "text") fields.push(String(lines));
  return `(${fields.join(" ")}${extended ? ` ${formatNstring(md5)}${formatCommon(part)}` : ""})`;
}

const NO_ENVELOPE: Envelope = { from: [], sender: [], replyTo: [], to: [], cc: [], bcc: [] };

/** The charset that a text has without one (RFC 2046 §4.1.2), for clients that look for it. */
function withCharset(params: RawParameters): RawParameters {
  return params.some(([name]) => name === "charset") ? params : [...params, ["charset", "us-ascii"]];
}

function formatParameters(params: RawParameters): string {
  if (params.length === 0) return "NIL";
  return `(${params.map(([name, value]) => `${formatString(name)} ${formatString(value)}`).join(" ")})`;
}

/** The extension data that parts and multiparts have. */
function formatCommon({ disposition, languages, location }: MailStructure): string {
  const shown = disposition && `(${formatString(disposition.value)} ${formatParameters(disposition.params)})`;
  const spoken = languages.length === 0 ? "NIL" : `(${languages.map(formatString).join(" ")})`;
  return ` ${shown ?? "NIL"} ${spoken} ${formatNstring(location)}`;
}
