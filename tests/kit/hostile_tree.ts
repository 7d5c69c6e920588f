/** Pseudorandom numbers from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Names that programs trip over, none with CR, LF or NUL. */
const NAMES = [
  " leading",
  "trailing ",
  " ",
  "  two  spaces  ",
  "-rf",
  "--help",
  "-",
  "a -> b",
  "link -> .. etc",
  "total 8",
  "drwxr-xr-x 2 ftp ftp 4096 Jan 01 00:00 x",
  "type=dir;size=3; x",
  "~",
  "~root",
  "*",
  "?",
  "[a-z]",
  "{a,b}",
  "$(id)",
  "`id`",
  "'",
  '"',
  '""',
  "a\\b",
  "\\",
  "%",
  "%2e%2e",
  "%2F",
  "#",
  "?x=1",
  ";type=d",
  "a;b",
  "a&b",
  "a|b",
  "...",
  ".hidden",
  "..a",
  "a..",
  "\t",
  "tab\tname",
  "\x01\x02",
  "\x1b[31mred",
  "\x7f",
  "\u0085",
  "é",
  "e\u0301",
  "🦜",
  "中文",
  "\u202eevil",
  "\ufeffbom",
  "con",
  "a:b",
  "\xff",
  "ÿ",
  "n".repeat(255),
  "ü".repeat(127),
  "name.part",
  "name.part.json",
];

/** Characters of made-up names. */
const CHARACTERS = [..." !\"#$%&'()*+,-.:;<=>?@[\\]^_`{|}~\x01\t\x1b\x7fabcXYZ019éß中🦜\u0301\u202e\u00a0"];

/**
 * Creates a tree with this number of entries: folders and files whose names are hostile, a few deep, sizes up to some KiB.
 * The times are spread over years, in whole seconds. Names that match `omit` are left out.
 */
export async function makeHostileTree(root: string, entries: number, seed: number, omit?: RegExp): Promise<void> {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)];
  const folders = [root];
  const made = new Set<string>();
  const invent = () => {
    const length = 1 + Math.floor(random() * 12);
    return Array.from({ length }, () => pick(CHARACTERS)).join("");
  };
  for (const name of ["plain", "plain/deep"]) {
    await Deno.mkdir(`${root}/${name}`);
    folders.push(`${root}/${name}`);
    made.add(`${root}/${name}`);
  }
  const planned = [root, `${root}/plain/deep`].flatMap((folder) => NAMES.map((name) => ({ name, folder })));
  while (made.size < entries) {
    const { name, folder } = planned.shift() ?? { name: invent(), folder: pick(folders) ?? root };
    if (omit?.test(name) || name === "." || name === ".." || made.has(`${folder}/${name}`)) continue;
    const path = `${folder}/${name}`;
    if (path.length - root.length > 1000) continue;
    made.add(path);
    if (planned.length === 0 && random() < 0.1) {
      await Deno.mkdir(path);
      if (path.split("/").length - root.split("/").length < 6) folders.push(path);
      continue;
    }
    const size = random() < 0.1 ? 0 : Math.floor(random() ** 3 * 20_000);
    await Deno.writeFile(path, Uint8Array.from({ length: size }, () => random() * 256));
    const seconds = 946_684_800 + Math.floor(random() * 800_000_000);
    await Deno.utime(path, seconds, seconds);
    await Deno.chmod(path, pick([0o644, 0o600, 0o755, 0o444]) ?? 0o644);
  }
}
