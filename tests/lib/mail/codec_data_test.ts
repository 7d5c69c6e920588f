import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { concat, LineInput, UsageError } from "../../../lib/core/mod.ts";
import { DataDecoder } from "../../../lib/mail/codec/data_decoder.ts";
import { DotStuffer } from "../../../lib/mail/codec/dot_stuffer.ts";

const encoder = new TextEncoder();
const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const textOf = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** Returns the result of decoding these chunks. */
function decode(pieces: readonly string[]): { text: string; rest: string; done: boolean; fault?: string } {
  const kept: Uint8Array[] = [];
  const decoder = new DataDecoder((bytes) => kept.push(bytes.slice()));
  for (const [i, piece] of pieces.entries()) {
    const { used, done } = decoder.push(bytesOf(piece));
    if (done) {
      const rest = [piece.slice(used), ...pieces.slice(i + 1)].join("");
      return { text: textOf(concat(kept)), rest, done, fault: decoder.fault };
    }
  }
  return { text: textOf(concat(kept)), rest: "", done: false, fault: decoder.fault };
}

const ENDS = "\r\n.\r\n";

for (
  const [wire, text, rest = "", fault] of [
    [".\r\n", ""],
    ["a\r\n.\r\n", "a\r\n"],
    ["a\r\n.\r\nQUIT\r\n", "a\r\n", "QUIT\r\n"],
    ["..\r\n.\r\n", ".\r\n"],
    ["a\r\n..b\r\n...\r\n.\r\n", "a\r\n.b\r\n..\r\n"],
    [".a\r\n.\r\n", "a\r\n"],
    ["a.\r\n.\r\n", "a.\r\n"],
    ["a\nb\n\nc\r\n.\r\n", "a\nb\n\nc\r\n"],
    ["\n\r\n.\r\n", "\n\r\n"],
    ["a\r\n\nb.\n\r\n.\r\n", "a\r\n\nb.\n\r\n"],
    ["a\r\n\n.\r\n\r\n.\r\n", "a\r\n\n.\r\n\r\n", "", "bare-lf"],
    ["a\n.\nb\r\n.\r\n", "a\n.\nb\r\n", "", "bare-lf"],
    ["a\n.\r\nb\r\n.\r\n", "a\n.\r\nb\r\n", "", "bare-lf"],
    ["a\r.\rb\r\n.\r\n", "a\r.\rb\r\n", "", "bare-cr"],
    ["a\r\n.\nb\r\n.\r\n", "a\r\n\nb\r\n", "", "bare-lf"],
    ["a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n", "", "bare-cr"],
    ["a\r\r\n.\r\n", "a\r\r\n", "", "bare-cr"],
  ] as const
) {
  Deno.test(`mail codec: DATA ${JSON.stringify(wire)}, however it is cut`, () => {
    for (let cut = 0; cut <= wire.length; cut++) {
      for (let second = cut; second <= wire.length; second++) {
        const found = decode([wire.slice(0, cut), wire.slice(cut, second), wire.slice(second)]);
        assertEquals([found.text, found.rest, found.done, found.fault], [text, rest, true, fault]);
      }
    }
  });
}

Deno.test("mail codec: DataDecoder ends a message only at CR LF . CR LF", () => {
  const ends = ["\r\n", "\n", "\r", "\r\r\n"];
  for (const before of ends) {
    for (const after of ends) {
      if (before === "\r\n" && after === "\r\n") continue;
      const found = decode([`a${before}.${after}MAIL FROM:<eve@example.com>${ENDS}`]);
      // CR CR LF . CR LF is a CR by itself and then a true end.
      const trueEnd = before === "\r\r\n" && after === "\r\n";
      assertEquals([found.rest, found.fault === undefined], [
        trueEnd ? `MAIL FROM:<eve@example.com>${ENDS}` : "",
        false,
      ]);
    }
  }
});

Deno.test("mail codec: DataDecoder reverses DotStuffer, however both are split", () => {
  const line = fc.stringMatching(/^[.a-z ]{0,6}$/);
  const message = fc.array(line, { maxLength: 8 }).map((lines) => lines.map((text) => `${text}\r\n`).join(""));
  fc.assert(
    fc.property(message, fc.array(fc.nat({ max: 40 }), { maxLength: 5 }), fc.nat({ max: 60 }), (text, cuts, second) => {
      const stuffer = new DotStuffer();
      const sent: string[] = [];
      let at = 0;
      for (const cut of [...cuts.sort((a, b) => a - b), text.length]) {
        const to = Math.max(at, Math.min(cut, text.length));
        sent.push(textOf(stuffer.push(bytesOf(text.slice(at, to)))));
        at = to;
      }
      const wire = sent.join("") + stuffer.end();
      assertEquals(wire.indexOf(ENDS) + ENDS.length === wire.length || wire === ".\r\n", true);
      const found = decode([wire.slice(0, second), wire.slice(second)]);
      assertEquals([found.text, found.done, found.fault], [text, true, undefined]);
    }),
    { seed: 5321, numRuns: 500 },
  );
});

for (
  const [text, wire] of [
    ["", ".\r\n"],
    ["a", "a\r\n.\r\n"],
    ["a\n.\nb\n", "a\r\n..\r\nb\r\n.\r\n"],
    ["a\n.\r\nb", "a\r\n..\r\nb\r\n.\r\n"],
    [".", "..\r\n.\r\n"],
    ["\n\n", "\r\n\r\n.\r\n"],
  ] as const
) {
  Deno.test(`mail codec: ${JSON.stringify(text)} is sent as ${JSON.stringify(wire)}`, () => {
    for (let cut = 0; cut <= text.length; cut++) {
      const stuffer = new DotStuffer();
      const sent = [text.slice(0, cut), text.slice(cut)].map((piece) => textOf(stuffer.push(bytesOf(piece)))).join("");
      assertEquals(sent + stuffer.end(), wire);
    }
  });
}

Deno.test("mail codec: DotStuffer never sends a bare CR", () => {
  for (const text of ["a\rb", "a\r.\rb", "a\r\r\n", "\r", "a\r"]) {
    for (let cut = 0; cut <= text.length; cut++) {
      const send = () => {
        const stuffer = new DotStuffer();
        stuffer.push(bytesOf(text.slice(0, cut)));
        stuffer.push(bytesOf(text.slice(cut)));
        stuffer.end();
      };
      assertEquals(assertThrows(send, UsageError).code, "bare-cr");
    }
  }
});

Deno.test("mail codec: LineInput returns lines that end with CR LF, within the limit", () => {
  const outcome = (text: string, limit = 5) => {
    const input = new LineInput();
    input.push(encoder.encode(text));
    const found = input.next(limit);
    return found.kind === "line" ? textOf(found.bytes) : found.kind === "invalid" ? found.problem : found.kind;
  };
  assertEquals(outcome("abcde\r\nx"), "abcde");
  assertEquals(outcome("\r\n"), "");
  assertEquals(outcome("abcdef\r\n"), "line-too-long");
  assertEquals(outcome("abcdef"), "line-too-long");
  assertEquals(outcome("abcde"), "incomplete");
  assertEquals(outcome("abcde\r"), "incomplete");
  assertEquals(outcome("a\nb\r\n"), "bare-lf");
  assertEquals(outcome("a\rb\r\n"), "bare-cr");
  assertEquals(outcome("a\r\r\n"), "bare-cr");
  assertEquals(outcome("\n"), "bare-lf");
});

Deno.test("mail codec: LineInput preserves the order of bytes", () => {
  const input = new LineInput();
  const lines = Array.from({ length: 5000 }, (_, i) => `line ${i} ${"x".repeat(i % 70)}`);
  input.push(encoder.encode(lines.map((line) => `${line}\r\n`).join("")));
  for (const line of lines) {
    const found = input.next(1000);
    assertEquals(found.kind === "line" && textOf(found.bytes), line);
    input.push(encoder.encode("more\r\n"));
  }
  assertEquals(input.pending, 5000 * 6);
});
