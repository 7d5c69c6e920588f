/**
 * Characters that roff interprets as a command or replaces by typographic ones: command lines have to be copied
 * unchanged from the page.
 */
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  "\n": " ",
};

/** Columns of an input line: formatters warn of longer ones. */
const WIDTH = 78;

/** A text with nothing in it that roff interprets, in ASCII. */
export function roff(text: string): string {
  return text.replace(/[\\'`^~\n-]|[^\x20-\x7e]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return ESCAPES[char] ?? `\\[u${code.toString(16).toUpperCase().padStart(4, "0")}]`;
  });
}

/** The same as an argument of a macro. */
export function quote(text: string): string {
  return `"${roff(text).replaceAll('"', "\\(dq")}"`;
}

/** A paragraph as input lines that are not too long and that no request begins. */
export function roffLines(text: string): string[] {
  return wrapRoff(roff(text));
}

/** Escaped text as input lines; a word that is too long by itself is broken behind commas and bars. */
export function wrapRoff(escaped: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of escaped.split(/ +/).flatMap(pieces)) {
    if (line !== "" && !line.endsWith("\\c") && line.length + 1 + word.length <= WIDTH) line += ` ${word}`;
    else {
      if (line !== "") lines.push(line);
      line = word.replace(/^\./, "\\&.");
    }
  }
  return [...lines, line];
}

/** `\c` joins an input line with the next one. */
function pieces(word: string): string[] {
  if (word.length <= WIDTH) return [word];
  const parts: string[] = [];
  for (const part of word.split(/(?<=[,|])/)) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + part.length <= WIDTH - 4) parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  return parts.map((part, i) => i < parts.length - 1 ? `${part}\\:\\c` : part);
}
