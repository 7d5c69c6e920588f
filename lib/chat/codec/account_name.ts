/** Name of an account. */
export interface AccountName {
  /** Name as it is shown. */
  readonly name: string;
  /** Name as it is compared: the result of UsernameCaseMapped (RFC 8265 §3.3). */
  readonly key: string;
}

/** Limit of the name of an account, in characters. */
export const MAX_ACCOUNT_LENGTH = 32;

/** Scripts in widespread modern use (UAX #31, table 5); a name has letters of one of them. */
const SCRIPTS = [
  ...["Arabic", "Armenian", "Bengali", "Cyrillic", "Devanagari", "Ethiopic", "Georgian", "Greek", "Gujarati"],
  ...["Gurmukhi", "Hebrew", "Kannada", "Khmer", "Lao", "Latin", "Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil"],
  ...["Telugu", "Thaana", "Thai", "Tibetan"],
];
/** Scripts that are written together (UTS #39 §5.2), beside single ones. */
const TOGETHER = [["Han", "Hiragana", "Katakana"], ["Han", "Hangul"], ["Han", "Bopomofo"]];
const ONE_SCRIPT = [...SCRIPTS.map((script) => [script]), ...TOGETHER].map((scripts) =>
  new RegExp(`^[${["Common", "Inherited", ...scripts].map((name) => `\\p{scx=${name}}`).join("")}]*$`, "u")
);

/** Fullwidth and halfwidth characters, which are mapped (RFC 8265 §3.3.2). */
const WIDTHS = /[\uff01-\uffef]/g;
/** Characters of ASCII: those of nicknames, and the full stop. The others separate parts of messages and masks. */
const ASCII = /^[A-Za-z0-9[\]\\`_^{|}.\u0080-\u{10ffff}-]*$/u;
/** LetterDigits of the IdentifierClass (RFC 8264 §9.1); anything else beyond ASCII is disallowed. */
const LETTER_DIGITS = /^[\x21-\x7e\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}]*$/u;
const IGNORABLE = /\p{Default_Ignorable_Code_Point}|[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]/u;
const RIGHT_TO_LEFT = /[\p{scx=Hebrew}\p{scx=Arabic}\p{scx=Thaana}]/u;
/** Bidi rule (RFC 5893 §2) for names of one script: begin with a letter, end with a letter or digit, digits of one kind. */
const RIGHT_TO_LEFT_NAME = /^\p{L}(?:.*[\p{L}\p{Nd}]\p{Mn}*)?$/u;

/**
 * Reads the name of an account by the profile UsernameCaseMapped of PRECIS (RFC 8265 §3.3), with the letters of one
 * script. Returns what is wrong with it as text.
 */
export function readAccountName(text: string): AccountName | string {
  const name = text.replace(WIDTHS, (char) => char.normalize("NFKC")).normalize("NFC");
  const key = name.toLowerCase().normalize("NFC");
  if (key === "") return "must not be empty";
  if ([...key].length > MAX_ACCOUNT_LENGTH) return `must have at most ${MAX_ACCOUNT_LENGTH} characters`;
  if (!ASCII.test(name)) return "must consist of letters, digits and any of - . _ [ ] \\ ` ^ { | }";
  if (/^[-.]/.test(name)) return "must not begin with - or .";
  if (!LETTER_DIGITS.test(key) || IGNORABLE.test(key) || key.normalize("NFKC") !== key) {
    return "must consist of letters and digits (RFC 8265)";
  }
  if (/^\p{M}/u.test(key)) return "must not begin with a combining character";
  if (!ONE_SCRIPT.some((pattern) => pattern.test(key))) return "must have letters of one script only";
  if (RIGHT_TO_LEFT.test(key) && (!RIGHT_TO_LEFT_NAME.test(key) || /[A-Za-z]/.test(key) || mixesDigits(key))) {
    return "must not mix directions of writing (RFC 5893)";
  }
  return { name, key };
}

function mixesDigits(text: string): boolean {
  return /[0-9]/.test(text) && /[\u0660-\u0669\u06f0-\u06f9]/.test(text);
}
