/** Whether a host ends in a number, and so has to be an IPv4 address (WHATWG URL §3.5). */
export function endsInNumber(host: string): boolean {
  const parts = host.split(".");
  if (parts.at(-1) === "" && parts.length > 1) parts.pop();
  const last = parts.at(-1) ?? "";
  return /^[0-9]+$/.test(last) || /^0x[0-9a-f]*$/i.test(last);
}

/**
 * Parses an IPv4 address like browsers (WHATWG URL §3.5): decimal, octal and hexadecimal, one to four numbers, the last
 * of which fills the remaining bytes. Returns it in its usual form, or undefined for any other text.
 */
export function readIPv4(host: string): string | undefined {
  const parts = host.split(".");
  if (parts.at(-1) === "" && parts.length > 1) parts.pop();
  if (parts.length > 4) return undefined;
  const numbers = parts.map(readNumber);
  const last = numbers.pop() ?? NaN;
  if (!(last < 256 ** (4 - numbers.length)) || !numbers.every((number) => number <= 255)) return undefined;
  const value = numbers.reduce((sum, number, i) => sum + number * 256 ** (3 - i), last);
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

function readNumber(text: string): number {
  if (/^0x[0-9a-f]*$/i.test(text)) return text.length === 2 ? 0 : parseInt(text.slice(2), 16);
  if (/^0[0-7]+$/.test(text)) return parseInt(text, 8);
  return /^(?:0|[1-9][0-9]*)$/.test(text) ? Number(text) : NaN;
}
