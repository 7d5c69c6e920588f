/**
 * Characters that control a terminal or mislead a reader: C0, DEL and C1 controls; line and paragraph separators; marks that change the
 * direction of text or are invisible (Trojan Source, CVE-2021-42574); annotations. Beside these tag characters, U+E0000 to U+E007F.
 */
const BASIC_PLANE = String
  .raw`\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb`;

/**
 * Ranges, for a character class, of the marks that change the direction of all text after them: embeddings, overrides and isolates. A page
 * removes only these of the harmful characters: the others do not affect the text around them there, and occur in texts (U+200F, flags).
 */
export const DIRECTION_MARKS: string = String.raw`\u202a-\u202e\u2066-\u2069`;

/** Matches each harmful character, lone surrogates among them. */
export const HARMFUL_CHARACTERS: RegExp = new RegExp(String.raw`[${BASIC_PLANE}\u{e0000}-\u{e007f}\p{Cs}]`, "gu");

/** Matches each harmful character of well-formed text, twice as fast; a tag character as its two code units. */
export const HARMFUL_CODE_UNITS: RegExp = new RegExp(String.raw`[${BASIC_PLANE}]|\udb40[\udc00-\udc7f]`, "g");
