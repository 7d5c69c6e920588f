/** Values that differ from run to run, and the word that stands for all of them in a comparison. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  // In a column, the spaces in front of a time depend on it.
  [/( ?) *\b\d+(?:\.\d+)? ?(?:ns|µs|ms|s|min)\b/g, "$1TIME"],
  [/"(\w*[mM]s|time|elapsed)":\d+(?:\.\d+)?/g, '"$1":TIME'],
  [/\b\d+(?:\.\d+)? ?[kKMG]?i?B\/s/g, "RATE"],
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d? \w{3} \d{4} \d\d:\d\d:\d\d (?:GMT|[+-]\d{4})/g, "DATE"],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?/g, "DATE"],
  [/\b\d\d:\d\d(?::\d\d)?\b/g, "CLOCK"],
  // Ports that the system chose.
  [/(?<=[\d\]]:)(?:3[2-9]|[45]\d|6[0-5])\d{3}\b/g, "PORT"],
  [/sha256:[\w+/]{43}=/g, "PIN"],
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/g, "UUID"],
  [/\b(toucan[\w-]*[ /-])\d+\.\d+\.\d+(?:-[\w.]+)?/g, "$1VERSION"],
  [/\bid \d+\b/g, "id NUMBER"],
  [/\b\d{10}\.M\d+R[\da-f]+Q\d+\b/g, "MAIL"],
  [/\b1[789]\d{11}\b/g, "TIMESTAMP"],
  // Mailboxes have the time at which they were made in the ids of their messages.
  [/\b1[789]\d{8}\.(?=\d+\b)/g, "MAILBOX."],
  [/"id":"[\da-f]{8}-\d+"/g, '"id":"ID"'],
];

/** Returns a line with a word in place of each value that differs from run to run. */
export function normalised(line: string): string {
  return VARIABLE.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), line.trimEnd());
}

/** Returns whether output is what a document shows; the line `…` stands for any number of lines. */
export function matches(shown: readonly string[], output: readonly string[]): boolean {
  const [wanted, found] = [trimmed(shown), trimmed(output)];
  return matchFrom(wanted.map(normalised), found.map(normalised));
}

function matchFrom(wanted: readonly string[], found: readonly string[]): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return found.length === 0;
  if (first === "…") return found.some((_, i) => matchFrom(rest, found.slice(i))) || matchFrom(rest, []);
  return first === found[0] && matchFrom(rest, found.slice(1));
}

/** Removes empty lines at the end. */
export function trimmed(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line.trim() !== "");
  return lines.slice(0, last + 1);
}
