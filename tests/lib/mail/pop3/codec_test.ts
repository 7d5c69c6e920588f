import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../../../lib/core/mod.ts";
import { DataDecoder } from "../../../../lib/mail/codec/data_decoder.ts";
import { DotStuffer } from "../../../../lib/mail/codec/dot_stuffer.ts";
import { parsePop3Capabilities } from "../../../../lib/mail/pop3/codec/capabilities.ts";
import { formatPop3Command, parsePop3Command, parsePop3Number } from "../../../../lib/mail/pop3/codec/command.ts";
import { parsePop3Size, parsePop3Stat, parsePop3Uid } from "../../../../lib/mail/pop3/codec/listing.ts";
import { parsePop3Reply } from "../../../../lib/mail/pop3/codec/reply.ts";

const SEED = 20261128;

for (
  const [line, expected] of [
    ["+OK", { kind: "ok", text: "" }],
    ["+OK 2 320", { kind: "ok", text: "2 320" }],
    ["+ok ready <1@host>", { kind: "ok", text: "ready <1@host>" }],
    ["-ERR", { kind: "error", text: "" }],
    ["-ERR no such message", { kind: "error", text: "no such message" }],
    ["-ERR [in-use] locked", { kind: "error", code: "IN-USE", text: "locked" }],
    ["-ERR [SYS/TEMP] later", { kind: "error", code: "SYS/TEMP", text: "later" }],
    ["-ERR [] odd", { kind: "error", text: "[] odd" }],
    ["+ dGV4dA==", { kind: "challenge", text: "dGV4dA==" }],
    ["+", { kind: "challenge", text: "" }],
    ["", undefined],
    ["OK", undefined],
    ["+OKAY", undefined],
    ["-ERROR", undefined],
    ["* OK IMAP4rev1", undefined],
    ["220 smtp", undefined],
  ] as const
) {
  Deno.test(`pop3 codec: reply ${JSON.stringify(line)}`, () => assertEquals(parsePop3Reply(line), expected));
}

for (
  const [line, keyword, rest] of [
    ["retr 1", "RETR", "1"],
    ["QUIT", "QUIT", ""],
    ["PASS  two spaces ", "PASS", " two spaces "],
    ["", "", ""],
    [" QUIT", "", "QUIT"],
  ] as const
) {
  Deno.test(`pop3 codec: command ${JSON.stringify(line)}`, () =>
    assertEquals(parsePop3Command(line), { keyword, rest }));
}

Deno.test("pop3 codec: commands contain no line end", () => {
  for (const word of ["a\r\nDELE 1", "a\nb", "a\rb", "a\0b"]) {
    assertThrows(() => formatPop3Command("USER", word), UsageError, "CR, LF or NUL");
  }
  assertEquals(formatPop3Command("TOP", 3, 0), "TOP 3 0");
});

Deno.test("pop3 codec: numbers are decimal digits", () => {
  for (const text of ["", "0x1", "1e3", "-1", "+1", " 1", "1 ", "1234567890", "١"]) {
    assertEquals(parsePop3Number(text), undefined, text);
  }
  assertEquals([parsePop3Number("0"), parsePop3Number("007")], [0, 7]);
});

Deno.test("pop3 codec: lines of STAT, LIST and UIDL", () => {
  assertEquals(parsePop3Stat("2 320"), { count: 2, bytes: 320 });
  assertEquals(parsePop3Stat("2 320 more"), { count: 2, bytes: 320 });
  for (const text of ["", "2", "-1 0", "2 x", "1e9 0", "999999999 1"]) {
    assertEquals(parsePop3Stat(text), undefined, text);
  }
  assertEquals(parsePop3Size("1 120"), [1, 120]);
  assertEquals(parsePop3Size("1 120 exact"), [1, 120]);
  for (const text of ["", "1", "0 1", "1 -2", "x 1", "1 1e3"]) assertEquals(parsePop3Size(text), undefined, text);
  assertEquals(parsePop3Uid("1 whqtswO00WBw418f9t5JxYwZ"), [1, "whqtswO00WBw418f9t5JxYwZ"]);
  for (const text of ["", "1", "0 a", "1 a b", "1 \x1b[31m", `1 ${"x".repeat(71)}`, "1 ü"]) {
    assertEquals(parsePop3Uid(text), undefined, text);
  }
});

Deno.test("pop3 codec: capabilities", () => {
  const { top, uidl, stls, sasl, implementation } = parsePop3Capabilities(
    ["TOP", "uidl", "SASL PLAIN  login", "STLS", "X-ODD \x1b", "IMPLEMENTATION Shlemazle-Plotz-v302"],
  );
  assertEquals([top, uidl, stls, sasl, implementation], [true, true, true, ["PLAIN", "LOGIN"], "Shlemazle-Plotz-v302"]);
  assertEquals(parsePop3Capabilities(["constructor", "__proto__ x"]).sasl, []);
});

Deno.test("pop3 codec: 100,000 mutated commands and replies are parsed or rejected", () => {
  const seeds = [
    ...["+OK 2 320", "-ERR [IN-USE] locked", "+ dGV4dA==", "1 120", "1 whqtswO00WBw418f9t5JxYwZ", "RETR 1", "TOP 1 10"],
    ...[
      "USER ada",
      "PASS secret",
      "AUTH PLAIN AGFkYQBwdw==",
      "SASL PLAIN LOGIN",
      "UIDL",
      "APOP mrose c4c9334bac560ecc",
    ],
  ];
  // A mutation: some characters removed at a place, and others put there.
  const mutation = fc.record({
    seed: fc.constantFrom(...seeds),
    at: fc.nat(40),
    removed: fc.nat(5),
    put: fc.string({ unit: "binary", maxLength: 5 }),
  });
  fc.assert(
    fc.property(mutation, ({ seed, at, removed, put }) => {
      const line = seed.slice(0, at) + put + seed.slice(at + removed);
      const { keyword, rest } = parsePop3Command(line);
      assertEquals(keyword, keyword.toUpperCase());
      assertEquals(line.endsWith(rest), true);
      parsePop3Capabilities([line]);
      const reply = parsePop3Reply(line);
      if (reply?.kind === "error" && reply.code) assertEquals(/^[A-Z0-9/_-]{1,40}$/.test(reply.code), true);
      for (const parsed of [parsePop3Size(line), parsePop3Uid(line)]) {
        if (!parsed) continue;
        assertEquals(Number.isSafeInteger(parsed[0]) && parsed[0] > 0, true);
        // deno-lint-ignore no-control-regex -- control characters are what must not be there
        assertEquals(/[\x00-\x20\x7f-\uffff]/.test(String(parsed[1])), false);
      }
      const stat = parsePop3Stat(line);
      if (stat) assertEquals(Number.isSafeInteger(stat.count) && Number.isSafeInteger(stat.bytes), true);
    }),
    { numRuns: 100_000, seed: SEED },
  );
});

Deno.test("pop3 codec: a dot-stuffed message is unstuffed as it was, also with a CR by itself", () => {
  const piece = fc.constantFrom("a", ".", "\r\n", "\r", "..", "long line", "\r\n.\r\n");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.nat(20), (pieces, cut) => {
      const message = `${pieces.join("").replace(/(?<!\r)\n/g, "\r\n")}\r\n`;
      const bytes = new TextEncoder().encode(message);
      const stuffer = new DotStuffer({ bareCr: "pass" });
      const sent = [stuffer.push(bytes.subarray(0, cut)), stuffer.push(bytes.subarray(cut))].map((part) =>
        part.slice()
      );
      const wire = [...sent, new TextEncoder().encode(stuffer.end())];
      const received: number[] = [];
      const decoder = new DataDecoder((part) => received.push(...part));
      const done = wire.map((part) => decoder.push(part).done).filter(Boolean);
      assertEquals(done.length, 1);
      assertEquals(new TextDecoder().decode(Uint8Array.from(received)), message);
    }),
    { numRuns: 5000, seed: SEED },
  );
});
