import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { formBoundary } from "../../../lib/file/codec/multipart.ts";
import { FormError, FormReader } from "../../../lib/file/internal.ts";
import { formOf } from "../../kit/served.ts";
import { octets, octetText } from "../../kit/raw.ts";

/** What a form holds, read in pieces of these sizes, over and over. */
function read(form: string, sizes: readonly number[] = [form.length], boundary = "B") {
  const reader = new FormReader(boundary);
  const parts: { name: string; fileName?: string; data: string; ended: boolean }[] = [];
  const bytes = octets(form);
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    // The reader must not rely on the bytes after the call.
    const piece = bytes.slice(at, at + size);
    for (const event of reader.feed(piece)) {
      const last = parts.at(-1);
      if (event.kind === "part") parts.push({ name: event.name, fileName: event.fileName, data: "", ended: false });
      else if (event.kind === "data" && last) last.data += octetText(event.bytes);
      else if (last) last.ended = true;
    }
    piece.fill(0);
    at += size;
  }
  return { parts, done: reader.done };
}

Deno.test("form: files come out as they went in, however the body is cut", () => {
  const content = fc.array(fc.constantFrom("\r", "\n", "-", "--", "B", "\r\n--B", "\r\n--", "x", "\0", "\r\n--A"), {
    maxLength: 20,
  }).map((pieces) => pieces.join("")).filter((text) => !`${text}\r\n`.includes("\r\n--B"));
  fc.assert(
    fc.property(
      fc.array(content, { maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      (contents, sizes) => {
        const { parts, done } = read(formOf(contents.map((text, i) => [`f${i}`, text])), sizes);
        assertEquals(
          parts.map(({ fileName, data, ended }) => [fileName, data, ended]),
          contents.map((text, i) => [
            `f${i}`,
            text,
            true,
          ]),
        );
        assertEquals(done, true);
      },
    ),
    { seed: 33, numRuns: 1000 },
  );
});

Deno.test("form: names as browsers and curl write them", () => {
  const { parts } = read(formOf([["a%22b%0D%0Ac.txt", "1"], ['q\\"uote', "2"], ["lit%20eral", "3"]]));
  assertEquals(parts.map(({ fileName }) => fileName), ['a"b\r\nc.txt', 'q"uote', "lit%20eral"]);
});

const BAD: Readonly<Record<string, string>> = {
  "text before the first boundary": "hello\r\n" + formOf([]),
  "another boundary": formOf([["a", "b"]], "C"),
  "bare line feeds": formOf([["a", "b"]]).replaceAll("\r\n", "\n"),
  "no disposition": "--B\r\nContent-Type: text/plain\r\n\r\nx\r\n--B--\r\n",
  "two dispositions":
    '--B\r\nContent-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="b"\r\n\r\n',
  "another disposition": '--B\r\nContent-Disposition: attachment; name="a"\r\n\r\nx\r\n--B--\r\n',
  "a name twice": '--B\r\nContent-Disposition: form-data; name="a"; filename="b"; filename="c"\r\n\r\nx',
  "no name": '--B\r\nContent-Disposition: form-data; filename="b"\r\n\r\nx',
  "a head without end": `--B\r\nX: ${"y".repeat(9000)}`,
  "a long head": `--B\r\nX: ${"y".repeat(9000)}\r\n\r\nx`,
  "bad UTF-8": '--B\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nx',
  "a boundary that goes on": '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--Bad\r\n',
  "too many parts": formOf(Array.from({ length: 1001 }, () => ["a", ""] as const)),
};

for (const [what, form] of Object.entries(BAD)) {
  Deno.test(`form: refused: ${what}`, () => {
    for (const size of [form.length, 1, 7]) assertThrows(() => read(form, [size]), FormError);
  });
}

Deno.test("form: what is cut anywhere is not done", () => {
  const form = formOf([["a", "hello"]]);
  for (let end = 1; end < form.length - 2; end++) assertEquals(read(form.slice(0, end)).done, false, `${end}`);
});

Deno.test("form: the boundary of a Content-Type", () => {
  assertEquals(formBoundary("multipart/form-data; boundary=abc"), "abc");
  assertEquals(formBoundary('multipart/form-data;boundary="a b"'), "a b");
  for (
    const bad of [
      undefined,
      "text/plain",
      "multipart/form-data",
      "multipart/form-data; boundary=",
      `multipart/form-data; boundary=${"x".repeat(71)}`,
    ]
  ) {
    assertEquals(formBoundary(bad), undefined);
  }
});
