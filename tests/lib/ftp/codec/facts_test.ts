import fc from "fast-check";
import { assertEquals } from "@std/assert";
import {
  FACTS,
  formatFacts,
  type FtpEntry,
  isEntryName,
  parseFactLines,
  parseFacts,
  parsePathFacts,
} from "../../../../lib/ftp/internal.ts";

const SEED = 20261128;
const MODIFIED = { modified: Date.UTC(2026, 0, 1), precision: "second" as const };

/** Lines of MLSD. */
const LINES: Readonly<Record<string, readonly [line: string, entry: ReturnType<typeof parseFacts>]>> = {
  "all facts": ["type=file;size=3;modify=20260101000000;unique=1g2;UNIX.mode=0644; a", {
    name: "a",
    type: "file",
    size: 3,
    ...MODIFIED,
    mode: 0o644,
    unique: "1g2",
  }],
  "facts in any case and order": ["Size=3;UNIX.MODE=04755;Perm=adfr;TYPE=File; a", {
    name: "a",
    type: "file",
    size: 3,
    mode: 0o4755,
  }],
  "facts without the last semicolon": ["type=file;size=3 a; b", { name: "a; b", type: "file", size: 3 }],
  "no facts": [" a", { name: "a", type: "other" }],
  "folder, whose size is not that of a file": ["type=dir;size=4096;sizd=4096; a", { name: "a", type: "folder" }],
  "no type, but a size": ["size=0; a", { name: "a", type: "file", size: 0 }],
  "no type, but the size of a folder": ["sizd=0; a", { name: "a", type: "folder" }],
  "unknown type": ["type=OS.unix=chr-13/29;size=0; a", { name: "a", type: "other", size: 0 }],
  "link": ["type=OS.unix=symlink;size=6; a", { name: "a", type: "link", size: 6 }],
  "link with target": ["type=OS.unix=slink:/b;size=2; a", { name: "a", type: "link", size: 2, target: "/b" }],
  "link whose target has spaces": ["type=OS.unix=slink:b -> c;size=6; d -> e", {
    name: "d -> e",
    type: "link",
    size: 6,
    target: "b -> c",
  }],
  "name like a link": ["type=file;size=1; a;type=OS.unix=slink:b; c", {
    name: "a;type=OS.unix=slink:b; c",
    type: "file",
    size: 1,
  }],
  "spaces around the name": ["type=file;   a ", { name: "  a ", type: "file" }],
  "name like facts": ["type=file; type=dir; a", { name: "type=dir; a", type: "file" }],
  "control characters": ["type=file; a\x1b[2J\tb", { name: "a\x1b[2J\tb", type: "file" }],
  "invalid values": ["type=file;size=-1;modify=2026;unix.mode=rwx;unique=; a", { name: "a", type: "file" }],
  "size that cannot be represented": ["type=file;size=9007199254740993; a", { name: "a", type: "file" }],
  "size with an exponent": ["type=file;size=1e3; a", { name: "a", type: "file" }],
  "folder itself": ["type=cdir; /pub", "self"],
  "folder above": ["type=pdir; /", "parent"],
  "folder itself by name": ["type=dir; .", "self"],
  "folder above by name": ["type=dir; ..", "parent"],
  "no name": ["type=file;", undefined],
  "empty name": ["type=file; ", undefined],
  "empty line": ["", undefined],
  "not facts": ["hello world", undefined],
  "path": ["type=file; a/b", undefined],
  "absolute path": ["type=file; /etc/passwd", undefined],
  "path upwards": ["type=file; ../a", undefined],
  "NUL": ["type=file; a\0b", undefined],
  "CR": ["type=file; a\r", undefined],
  "name of 4096 bytes": [`type=file; ${"a".repeat(4096)}`, { name: "a".repeat(4096), type: "file" }],
  "name of 4097 bytes": [`type=file; ${"a".repeat(4097)}`, undefined],
};

for (const [what, [line, entry]] of Object.entries(LINES)) {
  Deno.test(`parseFacts: ${what}`, () => assertEquals(parseFacts(line), entry));
}

Deno.test("parseFactLines: counts what is not an entry", () => {
  const lines = ["type=cdir; .", "type=pdir; ..", "type=file; a", "", "x", "type=file; a/b", "type=file; a"];
  const entry: FtpEntry = { name: "a", type: "file" };
  assertEquals(parseFactLines(lines), { entries: [entry, entry], unreadable: 2 });
});

/** Lines of a reply to MLST, whose name can be a path. */
const PATHS: readonly [line: string, entry: FtpEntry | undefined][] = [
  [" type=file;size=3; /a/b", { name: "/a/b", type: "file", size: 3 }],
  ["type=file;size=3; b", { name: "b", type: "file", size: 3 }],
  [" type=cdir;modify=20260101000000; .", { name: ".", type: "folder", ...MODIFIED }],
  [" type=pdir; /", { name: "/", type: "folder" }],
  ["  a b", undefined],
  ["End", undefined],
  ["Listing a", undefined],
  ["", undefined],
];

for (const [line, entry] of PATHS) {
  Deno.test(`parsePathFacts: ${line}`, () => assertEquals(parsePathFacts(line), entry));
}

Deno.test("formatFacts: facts as asked for", () => {
  const entry: FtpEntry = { name: "a b", type: "file", size: 3, ...MODIFIED, mode: 0o4, unique: "u" };
  assertEquals(formatFacts(entry), "type=file;size=3;modify=20260101000000;unique=u;UNIX.mode=0004; a b");
  assertEquals(formatFacts(entry, ["modify", "size", "perm"]), "size=3;modify=20260101000000; a b");
  assertEquals(formatFacts(entry, []), " a b");
  assertEquals(formatFacts({ name: "a", type: "link" }), "type=OS.unix=symlink; a");
  const link = { name: "a", type: "link", target: "../b", size: 3 } as const;
  assertEquals(formatFacts(link), "type=OS.unix=slink:../b;size=3; a");
  assertEquals(parseFacts(formatFacts(link)), link);
  for (const target of ["b c", "b;c", "b\tc", ""]) {
    assertEquals(formatFacts({ name: "a", type: "link", target }), "type=OS.unix=symlink; a");
  }
});

const name = fc.string({ unit: "binary", maxLength: 20 }).filter((text) => isEntryName(text) && text.isWellFormed());
const entry: fc.Arbitrary<FtpEntry> = fc.record({
  name,
  type: fc.constantFrom("file" as const, "link" as const, "other" as const),
  size: fc.maxSafeNat(),
  modified: fc.integer({ min: Date.parse("0000-01-01T00:00:00Z"), max: Date.parse("9999-12-31T23:59:59.999Z") }),
  mode: fc.nat(0o7777),
  unique: fc.stringMatching(/^[a-zA-Z0-9]{1,20}$/),
}, { requiredKeys: ["name", "type"] }).map((entry) => ({
  ...entry,
  ...(entry.modified !== undefined && { precision: "second" as const }),
}));

Deno.test("formatFacts, parseFacts: what was formatted is parsed again", () => {
  fc.assert(
    fc.property(entry, (entry) => {
      assertEquals(parseFacts(formatFacts(entry)), entry);
      assertEquals(parsePathFacts(formatFacts(entry)), entry);
    }),
    { seed: SEED, numRuns: 500 },
  );
});

Deno.test("formatFacts, parseFacts: the name is the same whatever facts are asked for", () => {
  fc.assert(
    fc.property(entry, fc.subarray([...FACTS]), (entry, wanted) => {
      const parsed = parseFacts(formatFacts(entry, wanted));
      assertEquals(typeof parsed === "object" && parsed.name, entry.name);
    }),
    { seed: SEED, numRuns: 500 },
  );
});
