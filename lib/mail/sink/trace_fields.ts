import type { MailEnvelope } from "../store/stored_mail.ts";

/** Origin of a message, for its trace fields (RFC 5321 §4.4). */
export interface Arrival extends MailEnvelope {
  /** EHLO name of the client. */
  readonly helo: string;
  /** The client's IP address. */
  readonly ip: string;
  /** The protocol (RFC 3848): `ESMTPSA`. */
  readonly protocol: string;
  /** Field with the results of its authentication, if it was judged. */
  readonly results?: string;
}

/**
 * The fields that a sink puts on top of a message: its envelope, which says who really gets it, and where it came from.
 * Everything in them was checked to have no control character.
 */
export function traceFields({ from, to, helo, ip, protocol, results = "" }: Arrival): string {
  return `Return-Path: <${from}>\r\n${to.map((address) => `X-Envelope-To: <${address}>\r\n`).join("")}` +
    `${results}Received: from ${heloWord(helo)} ([${
      ip.includes(":") ? "IPv6:" : ""
    }${ip}])\r\n by toucan with ${protocol}; ${dateNow()}\r\n`;
}

/** Returns the EHLO name as a word of a header field: other characters become `?`, and it is cut to 255 characters. */
function heloWord(helo: string): string {
  return helo.slice(0, 255).replace(/[^\x21-\x7e]|[()\\;<>,"]/g, "?");
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
