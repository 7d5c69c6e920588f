import { assertEquals, assertThrows } from "@std/assert";
import { NetworkError, UsageError } from "../../../../lib/core/mod.ts";
import type { FtpReply } from "../../../../lib/ftp/mod.ts";
import { ftpCommandLine, FtpReplyParser, ftpReplyText, MAX_REPLY_LINES } from "../../../../lib/ftp/internal.ts";

/** Returns the replies in lines. */
function parse(lines: readonly string[]): FtpReply[] {
  const parser = new FtpReplyParser("peer");
  return lines.flatMap((line) => parser.push(line) ?? []);
}

const REPLIES: readonly [lines: string[], replies: [code: number, lines: string[]][]][] = [
  [["220 ready"], [[220, ["ready"]]]],
  [["220"], [[220, [""]]]],
  [["220 "], [[220, [""]]]],
  [["211-Features:", " SIZE", "211 End"], [[211, ["Features:", " SIZE", "End"]]]],
  // Lines between may begin with anything, also other codes, and the code itself.
  [["220-a", "221 b", "2200 c", "220-d", "220 e"], [[220, ["a", "221 b", "2200 c", "d", "e"]]]],
  [["220-a", "", "220"], [[220, ["a", "", ""]]]],
  [["150 go", "226 done"], [[150, ["go"]], [226, ["done"]]]],
  [["230-ü", " 230 x", "230 y"], [[230, ["ü", " 230 x", "y"]]]],
];

for (const [lines, replies] of REPLIES) {
  Deno.test(`ftp reply: ${JSON.stringify(lines)}`, () => {
    assertEquals(parse(lines), replies.map(([code, lines]) => ({ code, lines })));
  });
}

for (const line of ["", "22", "22 x", "2200", "220x", "020 x", "620 x", "abc def", " 220 x", "220\tx"]) {
  Deno.test(`ftp reply: ${JSON.stringify(line)} is invalid`, () => {
    assertEquals(assertThrows(() => parse([line]), NetworkError).code, "ftp-invalid-reply");
  });
}

Deno.test("ftp reply: the number of lines is limited", () => {
  const lines = ["220-a", ...Array.from({ length: MAX_REPLY_LINES - 1 }, () => "x")];
  assertEquals(parse(lines), []);
  assertEquals(assertThrows(() => parse([...lines, "x"]), NetworkError).code, "ftp-reply-too-long");
});

Deno.test("ftp reply: its text is one line, escaped and cut", () => {
  assertEquals(ftpReplyText({ code: 550, lines: ["a\x1b[2J", "  b", ""] }), "550 a\\x1b[2J b");
  assertEquals(ftpReplyText({ code: 550, lines: ["x".repeat(10_000)] }).length, 401);
});

Deno.test("ftp command: a line is the verb and its argument as it is", () => {
  assertEquals(ftpCommandLine("NOOP"), "NOOP\r\n");
  assertEquals(ftpCommandLine("RETR", " a  b "), "RETR  a  b \r\n");
  assertEquals(ftpCommandLine("RETR", ""), "RETR \r\n");
  assertEquals(ftpCommandLine("RETR", "\u{1f600}"), "RETR \u{1f600}\r\n");
  for (const argument of ["a\rb", "a\n", "\0", "\ud83d", "\ude00x"]) {
    assertEquals(assertThrows(() => ftpCommandLine("RETR", argument), UsageError).code, "injection");
  }
  assertThrows(() => ftpCommandLine("RETR x"), TypeError);
});
