import { concat } from "../../../deps/std/bytes.ts";
import { parseMailbox } from "../../codec/mailbox.ts";
import { mailContent } from "../content.ts";

const LF = 10;
const CR = 13;
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const FROM = /^>*From /;

/**
 * Returns a message as a file of the format `mboxrd` has it: behind a line with its sender and date, lines end with LF, lines that begin with
 * `From ` behind any number of `>` have one more, and an empty line follows.
 *
 * @param now Time for a message without a valid date, in milliseconds since 1970.
 */
export function mboxEntry(bytes: Uint8Array, now: number = Date.now()): Uint8Array {
  const lines: Uint8Array[] = [new TextEncoder().encode(`${separator(bytes, now)}\n`)];
  const NEWLINE = Uint8Array.of(LF);
  const QUOTE = new TextEncoder().encode(">");
  for (let at = 0; at < bytes.length;) {
    const lf = bytes.indexOf(LF, at);
    const end = lf < 0 ? bytes.length : lf;
    const line = bytes.subarray(at, end > at && bytes[end - 1] === CR ? end - 1 : end);
    if (isFrom(line)) lines.push(QUOTE);
    lines.push(line, NEWLINE);
    at = end + 1;
  }
  lines.push(NEWLINE);
  return concat(lines);
}

function isFrom(line: Uint8Array): boolean {
  const first = line[0];
  if (first !== 0x46 && first !== 0x3e) return false;
  let quotes = 0;
  while (line[quotes] === 0x3e) quotes++;
  return FROM.test(new TextDecoder("latin1").decode(line.subarray(quotes, quotes + 5)));
}

/** The line in front of a message: the sender, and the date in UTC as `asctime` writes it. */
function separator(bytes: Uint8Array, now: number): string {
  const { headers, from, date } = mailContent(headOf(bytes));
  const path = headers.find(({ name }) => /^return-path$/i.test(name))?.value ?? "";
  const senders = [path, from].map((text) => /<([^<>\s]+)>/.exec(text)?.[1] ?? text.trim());
  const sender = senders.find(isAddress) ?? "MAILER-DAEMON";
  const given = date === undefined ? NaN : Date.parse(date);
  const at = new Date(Number.isNaN(given) ? now : given);
  const two = (number: number) => String(number).padStart(2, "0");
  const time = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(":");
  const day = String(at.getUTCDate()).padStart(2);
  return `From ${sender} ${DAYS[at.getUTCDay()]} ${MONTHS[at.getUTCMonth()]} ${day} ${time} ${at.getUTCFullYear()}`;
}

function isAddress(text: string): boolean {
  try {
    parseMailbox(text);
    return /^[\x21-\x7e]+$/.test(text);
  } catch {
    return false;
  }
}

/** The header of a message, as far as it is looked at. */
function headOf(bytes: Uint8Array): Uint8Array {
  const head = bytes.subarray(0, 64 * 1024);
  for (let at = head.indexOf(LF); at >= 0; at = head.indexOf(LF, at + 1)) {
    if (head[at + 1] === LF || (head[at + 1] === CR && head[at + 2] === LF)) return head.subarray(0, at + 1);
  }
  return head;
}
