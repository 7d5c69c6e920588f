import { readAddresses } from "../mime/addresses.ts";
import { fieldValue, headBudget, type MailHead, readHead } from "../mime/fields.ts";
import type { MailEnvelope } from "./stored_mail.ts";

/**
 * Reads the envelope back from the beginning of a stored message, also as other programs write it; nothing when the beginning ends within
 * it, unless that is all there is.
 */
export function envelopeOf(head: Uint8Array, all: boolean): MailEnvelope | undefined {
  const text = new TextDecoder().decode(head);
  const lines = text.split("\r\n");
  const from = /^Return-Path: <(.*)>$/.exec(lines[0] ?? "")?.[1] ?? "";
  const end = lines.findIndex((line, i) => i > 0 && !line.startsWith("X-Envelope-To: "));
  // The last line may be cut.
  if (!all && (end < 0 || end === lines.length - 1) && lines.length > 1) return undefined;
  const to: string[] = [];
  for (const line of lines.slice(1)) {
    const address = /^X-Envelope-To: <(.*)>$/.exec(line)?.[1];
    if (address === undefined) break;
    to.push(address);
  }
  if (to.length > 0) return { from, to };
  // Other programs write it anywhere in the header.
  const isWhole = all || head.length >= FOREIGN || /\n\r?\n/.test(text);
  return isWhole ? foreignEnvelope(head) : undefined;
}

/** Bytes of a header in which it is looked for. */
const FOREIGN = 64 * 1024;
/** Fields in which delivery agents write the recipient, the one of the envelope first. */
const DELIVERED = ["x-original-to", "envelope-to", "delivered-to"];

function foreignEnvelope(head: Uint8Array): MailEnvelope {
  const { fields } = attempt(head) ?? { fields: [] };
  const addresses = (name: string) =>
    readAddresses(fieldValue(fields, name) ?? "").map(({ address = "" }) => address).filter((address) =>
      address !== ""
    );
  const to = DELIVERED.map(addresses).find((found) => found.length > 0) ?? [];
  return { from: addresses("return-path")[0] ?? "", to };
}

function attempt(head: Uint8Array): MailHead | undefined {
  try {
    return readHead(head, 0, headBudget());
  } catch {
    return undefined;
  }
}
