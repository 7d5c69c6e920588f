import { isWindows } from "../../../core/system/os.ts";
import { flagSet } from "../folder/flags.ts";

/** Letters of the system flags; those of keywords are `a` to `z`. */
const LETTERS: readonly (readonly [letter: string, flag: string])[] = [
  ["D", "\\Draft"],
  ["F", "\\Flagged"],
  ["P", "$Forwarded"],
  ["R", "\\Answered"],
  ["S", "\\Seen"],
  ["T", "\\Deleted"],
];
const FLAG_OF = new Map(LETTERS);
const MAX_KEYWORDS = 26;
const LETTER_A = 97;

/** Names of Windows have no colons. */
const INFO = isWindows() ? ";2," : ":2,";
const INFO_PATTERN = isWindows() ? /(?<=.);2,([^;]*)$/ : /(?<=.):2,([^:]*)$/;

/** Returns the part of a file name that identifies a message: the name without its flags. */
export function idOfName(name: string): string {
  return name.replace(INFO_PATTERN, "");
}

/** The flags in the names of the files of a maildir. Keywords have letters in order of their first use. */
export class NameFlags {
  readonly #keywords: string[];
  readonly #onKeyword: (keywords: readonly string[]) => void;

  /** Continues a table of keywords; `onKeyword` is told when it grows. */
  constructor(keywords: readonly string[], onKeyword: (keywords: readonly string[]) => void) {
    this.#keywords = keywords.slice(0, MAX_KEYWORDS);
    this.#onKeyword = onKeyword;
  }

  /** The keywords, that of `a` first. */
  get keywords(): readonly string[] {
    return this.#keywords;
  }

  /** Returns the flags in a name. */
  read(name: string): ReadonlySet<string> {
    const letters = INFO_PATTERN.exec(name)?.[1] ?? "";
    const flags: string[] = [];
    for (const letter of letters) {
      const flag = FLAG_OF.get(letter) ?? this.#keywords[letter.charCodeAt(0) - LETTER_A];
      if (flag !== undefined) flags.push(flag);
    }
    return flagSet(flags);
  }

  /** Returns the name of a message with its flags. */
  write(id: string, flags: ReadonlySet<string>): string {
    const letters: string[] = LETTERS.filter(([, flag]) => flags.has(flag)).map(([letter]) => letter);
    for (const flag of flags) {
      if (flag.startsWith("\\") || flag === "$Forwarded") continue;
      const place = this.#placeOf(flag);
      if (place >= 0) letters.push(String.fromCharCode(LETTER_A + place));
    }
    return id + INFO + letters.sort().join("");
  }

  #placeOf(keyword: string): number {
    const known = this.#keywords.indexOf(keyword);
    if (known >= 0 || this.#keywords.length >= MAX_KEYWORDS) return known;
    this.#keywords.push(keyword);
    this.#onKeyword(this.#keywords);
    return this.#keywords.length - 1;
  }
}
