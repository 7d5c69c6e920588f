import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { formBoundary } from "../../../lib/file/codec/multipart.ts";
import { FormError, FormReader } from "../../../lib/file/internal.ts";
import { formOf } from "../../kit/served.ts";
import { octets, octetText } from "../../kit/raw.ts";

/** Returns the content of a form, read in pieces of these sizes, repeatedly. */
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

const HEAD = "Content-Disposition: form-data";
const part = (head: string, data = "x") => `--B\r\n${head}\r\n\r\n${data}\r\n--B--\r\n`;

/** Forms of several programs, and their content: field, file name, content. */
const SHAPES: Readonly<
  Record<string, readonly [form: string, name: string, fileName: string | undefined, data?: string]>
> = {
  "tokens, as .NET writes them": [part(`${HEAD}; name=f; filename=a1.txt`), "f", "a1.txt"],
  "both forms of a name, as .NET": [
    part(`${HEAD}; name=f; filename="=?utf-8?B?w6Q=?="; filename*=utf-8''%C3%A4.txt`),
    "f",
    "ä.txt",
  ],
  "the extended form first": [part(`${HEAD}; filename*=UTF-8'de'%e2%82%ac; filename="x"; name="f"`), "f", "€"],
  "the extended form in ISO-8859-1": [part(`${HEAD}; name=f; filename*=iso-8859-1''%e4`), "f", "ä"],
  "an extended form that cannot be read": [part(`${HEAD}; name=f; filename=a; filename*=utf-8''%ff`), "f", "a"],
  "a name with spaces and without quotes": [part(`${HEAD}; name=f; filename=my file.txt `), "f", "my file.txt"],
  "a semicolon in quotes": [part(`${HEAD}; name="f;g"; filename="a;b.txt"`), "f;g", "a;b.txt"],
  "no space": [part("content-disposition:FORM-DATA;NAME=f;FILENAME=a"), "f", "a"],
  "much space": [part(`Content-Disposition \t:\t form-data ;\t name = "f" ; filename= "a" ;`), "f", "a"],
  "a folded head": [part('Content-Disposition: form-data;\r\n name="f";\r\n\tfilename="a b"'), "f", "a b"],
  "an encoding that changes nothing": [
    part(`${HEAD}; name=f; filename=a\r\nContent-Transfer-Encoding: Binary`),
    "f",
    "a",
  ],
  "a field that is encoded, which is not stored": [
    part(`${HEAD}; name=f\r\nContent-Transfer-Encoding: quoted-printable`),
    "f",
    undefined,
  ],
  "other fields before and after": [
    part(`Content-Type: text/plain; a="b"\r\n${HEAD}; name=f; filename=a\r\nContent-Length: 1`),
    "f",
    "a",
  ],
  "a path of Windows": [part(`${HEAD}; name="f"; filename="C:\\Users\\me\\a.txt"`), "f", "a.txt"],
  "a path of a Windows share": [part(`${HEAD}; name="f"; filename="\\\\host\\share\\a.txt"`), "f", "a.txt"],
  "UTF-8 as it is": [part(`${HEAD}; name="f"; filename="\xe2\x82\xac.txt"`), "f", "€.txt"],
  "no file chosen": [part(`${HEAD}; name="f"; filename=""\r\nContent-Type: application/octet-stream`, ""), "f", "", ""],
  "a field without a file": [part(`${HEAD}; name="f"`), "f", undefined],
  "a preamble": [`This is MIME.\r\n--\r\n\r\n${part(`${HEAD}; name=f; filename=a`)}`, "f", "a"],
  "an empty line before": [`\r\n${part(`${HEAD}; name=f; filename=a`)}`, "f", "a"],
  "an epilogue": [`${part(`${HEAD}; name=f; filename=a`)}--B\r\nnot a part`, "f", "a"],
  "padding behind boundaries": [`--B \t\r\n${HEAD}; name=f; filename=a\r\n\r\nx\r\n--B--  \r\n`, "f", "a"],
  "no line end at the end": [part(`${HEAD}; name=f; filename=a`).slice(0, -2), "f", "a"],
  "a file in multipart/mixed": [
    part(
      `${HEAD}; name="f"\r\nContent-Type: multipart/mixed; boundary=C`,
      '--C\r\nContent-Disposition: file; filename="a"\r\n\r\nx\r\n--C--',
    ),
    "f",
    "a",
  ],
};

for (const [what, [form, name, fileName, data = "x"]] of Object.entries(SHAPES)) {
  Deno.test(`form: read: ${what}`, () => {
    for (const size of [form.length, 1, 2, 7]) {
      assertEquals(read(form, [size]), { parts: [{ name, fileName, data, ended: true }], done: true }, `${size}`);
    }
  });
}

Deno.test("form: what has another boundary has no part and no end", () => {
  assertEquals(read(formOf([["a", "b"]], "C")), { parts: [], done: false });
});

const BAD: Readonly<Record<string, string>> = {
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
  "a quoted value without end": part(`${HEAD}; name="f; filename=a`),
  "text behind a parameter": part(`${HEAD}; name="f" x; filename=a`),
  "a file in base64": part(`${HEAD}; name="f"; filename=a\r\nContent-Transfer-Encoding: base64`, "eA=="),
  "a file as quoted-printable": part(
    `content-transfer-encoding : Quoted-Printable\r\n${HEAD}; name="f"; filename=a`,
    "=78",
  ),
  "no head": "--B\r\n\r\nx\r\n--B--\r\n",
  "endless padding": `--B${" ".repeat(2000)}`,
  "multipart/mixed that is cut": part(`${HEAD}; name="f"\r\nContent-Type: multipart/mixed; boundary=C`, "--C\r\n"),
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
  const good: Readonly<Record<string, string>> = {
    'multipart/form-data; boundary="----=_Part:1?(2)"': "----=_Part:1?(2)",
    "multipart/form-data; boundary=----WebKitFormBoundaryA1": "----WebKitFormBoundaryA1",
    "Multipart/Form-Data; charset=utf-8; Boundary=abc": "abc",
    'multipart/form-data; boundary=abc; charset="utf-8"': "abc",
    "multipart/form-data ; boundary=abc ;": "abc",
  };
  for (const [contentType, boundary] of Object.entries(good)) assertEquals(formBoundary(contentType), boundary);
  for (
    const bad of [
      undefined,
      "text/plain",
      "multipart/form-data",
      "multipart/form-data; boundary=",
      'multipart/form-data; boundary="abc',
      "multipart/form-data; boundary=a; boundary=b",
      "multipart/form-data; boundary=a\x00",
      "multipart/form-datax; boundary=a",
      `multipart/form-data; boundary=${"x".repeat(71)}`,
    ]
  ) {
    assertEquals(formBoundary(bad), undefined);
  }
});
