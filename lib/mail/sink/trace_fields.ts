import { readAddresses } from "../mime/addresses.ts";
import { fieldValue, headBudget, type MailHead, readHead } from "../mime/fields.ts";
import type { MailEnvelope } from "./types.ts";

/** Origin of a message, for its trace fields (RFC 5321 §4.4). */
export interface Arrival extends MailEnvelope {
  /** EHLO name of the client. */
  readonly helo: string;
  /** The client's IP address. */
  readonly ip: string;
  /** The protocol (RFC 3848): `ESMTPSA`. */
  readonly protocol: string;
}

/**
 * The fields that a sink puts on top of a message: its envelope, which says who really gets it, and where it came from.
 * Everything in them was checked to have no control character.
 */
export function traceFields({ from, to, helo, ip, protocol }: Arrival): string {
  return `Return-Path: <${from}>\r\n${to.map((address) => `X-Envelope-To: <${address}>\r\n`).join("")}` +
    `Received: from ${heloWord(helo)} ([${
      ip.includes(":") ? "IPv6:" : ""
    }${ip}])\r\n by toucan with ${protocol}; ${dateNow()}\r\n`;
}

/** Returns the EHLO name as a word of a header field: other characters become `?`, and it is cut to 255 characters. */
function heloWord(helo: string): string {
  return helo.slice(0, 255).replace(/[^\x21-\x7e]|[()\\;<>,"]/g, "?");
}

/**
 * Reads the envelope back from the beginning of a stored message, also as other programs write it; nothing when the beginning ends within
 * it, unless that is all there is.
 */
export function envelopeOf(head: Uint8Array, all: boolean): MailEnvelope | undefined {
  const lines = new TextDecoder().decode(head).split("\r\n");
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
  return to.length > 0 ? { from, to } : foreignEnvelope(head);
}

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

let second = 0;
let text = "";

/** The time as RFC 5322 §3.3 writes it. It changes once a second, messages come more often. */
function dateNow(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    text = new Date(now * 1000).toUTCString().replace("GMT", "+0000");
  }
  return text;
}
