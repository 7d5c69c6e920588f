import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type CommandFault,
  formatListLine,
  formatReply,
  parseFtpCommand,
  parseListing,
} from "../../../../lib/ftp/internal.ts";
import { parseByteCount, withoutListOptions } from "../../../../lib/ftp/codec/command.ts";
import { octets } from "../../../kit/raw.ts";

const SEED = 20260101;

/** Lines, one character for each byte, and what they are. */
const LINES: readonly (readonly [line: string, result: CommandFault | [verb: string, argument: string]])[] = [
  ["NOOP", ["NOOP", ""]],
  ["noop", ["NOOP", ""]],
  ["RETR a", ["RETR", "a"]],
  ["RETR  a ", ["RETR", " a "]],
  ["RETR ", ["RETR", ""]],
  ["XSHA256 a", ["XSHA256", "a"]],
  ["RETR \xc3\xa4", ["RETR", "ä"]],
  ["RETR \xef\xbb\xbfa", ["RETR", "\ufeffa"]],
  ["RETR\ta", ["", ""]],
  ["", ["", ""]],
  [" NOOP", ["", ""]],
  ["12 a", ["", ""]],
  ["ABCDEFGHIJKLMNOPQ", ["", ""]],
  ["\xff\xf4\xff\xf2ABOR", ["ABOR", ""]],
  ["\xff\xf4\xf2ABOR", ["ABOR", ""]],
  ["\xff\xfb\x01NOOP", ["NOOP", ""]],
  ["\xff\xfd", ["", ""]],
  ["\xff", ["", ""]],
  ["RETR \xff", "not-utf8"],
  ["RETR \xc0\xae", "not-utf8"],
  ["RETR a\0", "nul"],
];

for (const [line, result] of LINES) {
  Deno.test(`FTP command: ${JSON.stringify(line)}`, () => {
    const parsed = parseFtpCommand(octets(line));
    assertEquals(typeof parsed === "string" ? parsed : [parsed.verb, parsed.argument], result);
  });
}

Deno.test("FTP command: options of ls, and numbers", () => {
  const options = [["-la", ""], ["-a -l dir", "dir"], ["-1 -la  x", "x"], ["-a", ""], ["- a", "- a"], ["a -l", "a -l"]];
  for (const [argument = "", path] of options) assertEquals(withoutListOptions(argument), path, argument);
  const counts = [["0", 0], ["12", 12], ["9007199254740991", 2 ** 53 - 1]] as const;
  for (const [text, count] of counts) assertEquals(parseByteCount(text), count);
  for (const text of ["", "-1", "1.5", "1e3", " 1", "9007199254740993", "99999999999999999"]) {
    assertEquals(parseByteCount(text), undefined, text);
  }
});

Deno.test("FTP command: 100,000 mutated lines are commands or faults, and nothing else", () => {
  const seeds = [
    "RETR a.txt",
    "PASS s3cret",
    "MFMT 20200101000000 a",
    "OPTS MLST size;",
    "\xff\xf4\xff\xf2ABOR",
    "LIST -la ü",
  ];
  const mutated = fc.tuple(
    fc.constantFrom(...seeds),
    fc.array(fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 255 }), fc.nat({ max: 2 })), { maxLength: 6 }),
  ).map(([seed, changes]) => {
    const bytes = [...new TextEncoder().encode(seed)];
    for (const [at, byte, kind] of changes) {
      bytes.splice(at % (bytes.length + 1), kind % 2, ...(kind < 2 ? [byte] : []));
    }
    return Uint8Array.from(bytes);
  });
  const check = (line: Uint8Array) => {
    const parsed = parseFtpCommand(line);
    if (typeof parsed === "string") return ["not-utf8", "nul"].includes(parsed);
    return /^(?:[A-Z][A-Z0-9]{0,15})?$/.test(parsed.verb) && !parsed.argument.includes("\0");
  };
  fc.assert(fc.property(mutated, check), { seed: SEED, numRuns: 100_000 });
});

Deno.test("FTP reply: every line is one line, whatever the texts contain", () => {
  assertEquals(formatReply({ code: 200, text: "ok" }), "200 ok\r\n");
  assertEquals(formatReply({ code: 211, text: ["a", "b", "c", "d"] }), "211-a\r\n b\r\n c\r\n211 d\r\n");
  assertEquals(formatReply({ code: 257, text: "a\r\n226 b\0" }), "257 a??226 b?\r\n");
  const texts = fc.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 5 });
  const check = (text: string[]) => {
    const lines = formatReply({ code: 250, text }).split("\r\n");
    return lines.length === text.length + 1 && lines.slice(0, -1).every((line) => !/[\r\n\0]/.test(line));
  };
  fc.assert(fc.property(texts, check), { seed: SEED, numRuns: 1000 });
});

Deno.test("FTP listing: lines are read back as what they were made of", () => {
  const now = Date.UTC(2026, 5, 15, 12);
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 })
    .filter((name) => !/[/\0\r\n]| -> |^\s|^\.{1,2}$/u.test(name));
  const entry = fc.record({
    name,
    type: fc.constantFrom("file" as const, "folder" as const),
    size: fc.maxSafeNat(),
    modified: fc.integer({ min: Date.UTC(1980, 0, 1), max: now }).map((time) => Math.floor(time / 60_000) * 60_000),
    mode: fc.nat({ max: 0o777 }),
  });
  const check = (entry: Parameters<typeof formatListLine>[0] & { readonly modified: number }) => {
    const { entries: [read], unreadable } = parseListing([formatListLine(entry, now)], now);
    assertEquals([unreadable, read?.name, read?.type, read?.mode], [0, entry.name, entry.type, entry.mode]);
    if (entry.type === "file") assertEquals(read?.size, entry.size);
    const day = 86_400_000;
    assert(Math.abs((read?.modified ?? 0) - entry.modified) < day);
  };
  fc.assert(fc.property(entry, check), { seed: SEED, numRuns: 2000 });
});
