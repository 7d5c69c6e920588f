/** Matches each IRC formatting code: bold, colours and the like (modern.ircdocs.horse, "formatting"). */
export const FORMATTING: RegExp =
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  /\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9a-f]{6}(?:,[0-9a-f]{6})?)?|[\x02\x0f\x11\x16\x1d\x1e\x1f]/gi;

/** Removes IRC formatting from a text. */
export function stripFormatting(text: string): string {
  return text.replace(FORMATTING, "");
}
