/** Letters of other scripts that look like a letter of ASCII in common fonts (Unicode Technical Standard #39), by that letter. */
const TWINS: Readonly<Record<string, string>> = {
  a: "аαɑ",
  b: "Ьƅ",
  c: "сϲ",
  d: "ԁɗ",
  e: "еҽ",
  g: "ɡց",
  h: "һհ",
  i: "іιıӏ",
  j: "јϳ",
  k: "кκ",
  l: "ӏⅼ",
  m: "мm",
  n: "пηո",
  o: "оοօσ",
  p: "рρ",
  q: "ԛզ",
  r: "гᴦ",
  s: "ѕꜱ",
  t: "тτ",
  u: "υսц",
  v: "νѵ",
  w: "ԝωш",
  x: "хχ",
  y: "уγү",
  z: "ᴢ",
};
const LATIN_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(TWINS).flatMap(([latin, twins]) => [...twins].map((twin) => [twin, latin] as const)),
);
/** Scripts that are told apart; Han, kana and Hangul are written together. */
const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ["Latin", /\p{Script=Latin}/u],
  ["Cyrillic", /\p{Script=Cyrillic}/u],
  ["Greek", /\p{Script=Greek}/u],
  ["Armenian", /\p{Script=Armenian}/u],
  ["Hebrew", /\p{Script=Hebrew}/u],
  ["Arabic", /\p{Script=Arabic}/u],
  ["Thai", /\p{Script=Thai}/u],
  ["Devanagari", /\p{Script=Devanagari}/u],
  ["Cherokee", /\p{Script=Cherokee}/u],
  ["East Asian", /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u],
];

/** Names that a name in letters may be taken for. */
export interface LookAlike {
  /** Scripts that one label mixes; empty if none does. */
  readonly mixed: readonly string[];
  /** The name in ASCII that it looks like; undefined if it looks like none. */
  readonly looksLike?: string;
}

/**
 * Looks for labels that mix scripts, and for names whose letters all look like ASCII, as in `аррӏе.example` in Cyrillic. A label
 * of Latin with East Asian letters is usual, and does not count. Pure.
 */
export function lookAlike(name: string): LookAlike {
  const labels = name.normalize("NFC").toLowerCase().split(".");
  const mixed = labels.map(scriptsOf).find((scripts) => scripts.filter((s) => s !== "East Asian").length > 1) ?? [];
  const plain = [...name.toLowerCase()].map((letter) => LATIN_OF.get(letter) ?? letter).join("");
  const looks = plain !== name.toLowerCase() && /^[a-z0-9.-]+$/.test(plain);
  return { mixed, ...(looks && { looksLike: plain }) };
}

function scriptsOf(label: string): string[] {
  return SCRIPTS.filter(([, letters]) => letters.test(label)).map(([script]) => script);
}
