import { encodedWords, looksEncoded } from "./encoded_word.ts";
import type { NamedMailbox } from "./mailbox.ts";

/** Characters that a line should not go beyond (RFC 5322 §2.1.1). */
const LINE = 78;
/** Characters that stand together as they are or between quotes; what is longer needs places to be folded at. */
const TOGETHER = 200;

/** A field of mailboxes, such as To (RFC 5322 §3.6.3), folded, with its line end; empty when there are none. */
export function addressField(name: string, mailboxes: readonly NamedMailbox[]): string {
  if (mailboxes.length === 0) return "";
  let out = `${name}:`;
  let column = out.length;
  for (const [i, mailbox] of mailboxes.entries()) {
    const end = i < mailboxes.length - 1 ? "," : "";
    for (const word of [...phrase(mailbox.name), `${pathOf(mailbox)}${end}`]) {
      const fits = column + 1 + word.length <= LINE;
      out += fits ? ` ${word}` : `\r\n ${word}`;
      column = (fits ? column : 0) + 1 + word.length;
    }
  }
  return `${out}\r\n`;
}

/** An address that could be taken for several is only clear between angle brackets. */
function pathOf({ name, address }: NamedMailbox): string {
  return name !== "" || /["[]/.test(address) ? `<${address}>` : address;
}

/** A name as words that a line can be folded between. */
function phrase(name: string): string[] {
  if (name === "") return [];
  const words = name.split(" ");
  if (words.every((word) => word.length <= TOGETHER && /^\w+$/.test(word))) return words;
  const quotable = name.length <= TOGETHER && /^[\x20-\x7e]*$/.test(name) && !looksEncoded(name);
  return quotable ? [`"${name.replace(/["\\]/g, "\\$&")}"`] : encodedWords(name).split(" ");
}
