import { UsageError } from "../../core/errors/errors.ts";

/** Characters of addresses without quotes, and `*`. */
const PLAIN = '[^@\\s<>()\\[\\]\\\\,;:"]';
const PATTERN = new RegExp(
  `^(?:(?:"(?:[^"\\\\]|\\\\.)*"|${PLAIN}*)@(?:${PLAIN}+|\\[[^\\[\\]\\s]+\\])|${PLAIN}*\\*${PLAIN}*|postmaster)$`,
  "i",
);

/**
 * Returns a test for addresses that match a pattern, without regard to case: `bob@example.com`, `@example.com` (a domain), and `*`
 * for any text: `*`, `bob@*`, `*@*.example.com`. It may stand between angle brackets; `<>` is the empty sender.
 *
 * @throws {UsageError} `invalid-address-pattern` when no address can match: it has neither an `@` nor a `*`, or a character that stands
 * between quotes only.
 */
export function addressPattern(text: string): (address: string) => boolean {
  if (text === "<>") return (address) => address === "";
  const pattern = /^<(.*)>$/s.exec(text)?.[1] ?? text;
  if (!PATTERN.test(pattern)) {
    throw new UsageError(`invalid address pattern "${text}": use an address, @DOMAIN, or a pattern such as bob@*`, {
      code: "invalid-address-pattern",
    });
  }
  const parts = (pattern.startsWith("@") ? `*${pattern}` : pattern).toLowerCase().split("*");
  return (address) => matches(address.toLowerCase(), parts);
}

/** Whether a text is these parts with anything between them. Takes time in proportion to the text, whatever the parts. */
function matches(text: string, parts: readonly string[]): boolean {
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
