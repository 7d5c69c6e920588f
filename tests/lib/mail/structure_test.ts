import { assert, assertEquals, assertThrows } from "@std/assert";
import { type MailStructure, plainStructure, readStructure } from "../../../lib/mail/mime/structure.ts";
import { type EnvelopeAddress, envelopeAddresses } from "../../../lib/mail/mime/envelope.ts";

const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const bytesOf = (text: string) => Uint8Array.from(text.replaceAll("\n", "\r\n"), (char) => char.charCodeAt(0));

/** Parts by their numbers (RFC 3501 §6.4.5), with their types, headers, bodies and lines. */
function* rows(text: string, part: MailStructure, number = ""): Generator<readonly (string | number)[]> {
  const { type, subtype, header, body, end, lines, parts, message } = part;
  yield [number, `${type}/${subtype}`, text.slice(header, body), text.slice(body, end), lines];
  for (const [i, inner] of (message ?? part).parts.entries()) yield* rows(text, inner, `${number}.${i + 1}`);
  if (message && message.parts.length === 0) yield* rows(text, message, `${number}.1`);
  assert(parts.length === 0 || message === undefined);
}

Deno.test("structure: where headers and bodies begin and end, also of messages in messages", () => {
  const source = bytesOf(
    "Subject: outer\nContent-Type: multipart/mixed; boundary=a\n\npreamble\n--a\n\none\n--a\n" +
      "Content-Type: message/rfc822\n\nSubject: inner\nContent-Type: multipart/alternative; boundary=b\n\n" +
      "--b\nContent-Type: text/html\n\n<p>\n\n--b--\nepilogue of b\n--a\nContent-Type: message/global\n\n" +
      "From: x\n\nx\ny\n--a--\nepilogue of a\n",
  );
  const text = latin1(source);
  const structure = readStructure(source);
  assertEquals(
    [...rows(text, structure)].map(([number, type, head, body, lines]) => [number, type, head, body, lines]),
    [
      ["", "multipart/mixed", text.slice(0, structure.body), text.slice(structure.body), 26],
      [".1", "text/plain", "\r\n", "one", 0],
      [
        ".2",
        "message/rfc822",
        "Content-Type: message/rfc822\r\n\r\n",
        text.slice(text.indexOf("Subject: inner"), text.indexOf("epilogue of b") + 13),
        9,
      ],
      [".2.1", "text/html", "Content-Type: text/html\r\n\r\n", "<p>\r\n", 1],
      [".3", "message/global", "Content-Type: message/global\r\n\r\n", "From: x\r\n\r\nx\r\ny", 3],
      [".3.1", "text/plain", "From: x\r\n\r\n", "x\r\ny", 1],
    ],
  );
  assertEquals(structure.envelope?.subject, "outer");
  assertEquals(structure.parts[1]?.message?.envelope?.subject, "inner");
});

Deno.test("structure: fields of a part, with parameters as they stand there", () => {
  const structure = readStructure(bytesOf(
    'Content-Type: Image/PNG; Name="a b.png"; x*0=1; x*1=2\nContent-ID: <id@x>\nContent-Description: =?utf-8?q?a?=\n' +
      "Content-Transfer-Encoding: BASE64\nContent-MD5: abc==\nContent-Language: de, en\nContent-Location: http://x/\n" +
      "Content-Disposition: Attachment; filename*0*=utf-8''%e2; filename*1=b c\n\n",
  ));
  const { type, subtype, params, id, description, encoding, md5, disposition, languages, location } = structure;
  assertEquals({ type, subtype, params, id, description, encoding, md5, disposition, languages, location }, {
    ...{ type: "image", subtype: "png", params: [["name", "a b.png"], ["x", "12"]], id: "<id@x>" },
    ...{ description: "=?utf-8?q?a?=", encoding: "base64", md5: "abc==", languages: ["de", "en"] },
    disposition: { value: "attachment", params: [["filename*", "utf-8''%e2b%20c"]] },
    location: "http://x/",
  });
});

Deno.test("structure: what goes beyond the limits is rejected, and can be described as text", () => {
  const nested = bytesOf("Content-Type: message/rfc822\n\n".repeat(40));
  assertThrows(() => readStructure(nested), RangeError, "too many");
  const { type, body, end, lines } = plainStructure(nested);
  assertEquals([type, body, end, lines], ["text", 32, nested.length, 78]);
  assertEquals(plainStructure(bytesOf("no header")).body, 0);
});

Deno.test("envelope: mailboxes, groups and routes, undecoded", () => {
  const group = {};
  const table: readonly (readonly [field: string, found: readonly EnvelopeAddress[]])[] = [
    ["", []],
    ["a@x", [{ mailbox: "a", host: "x" }]],
    ['"Doe, \\"J\\"" <j@x>, c@x (Ann)', [{ name: 'Doe, "J"', mailbox: "j", host: "x" }, {
      name: "Ann",
      mailbox: "c",
      host: "x",
    }]],
    ["=?utf-8?q?J=C3=BC?= B <j@x>", [{ name: "=?utf-8?q?J=C3=BC?= B", mailbox: "j", host: "x" }]],
    ["Team: Ann <a@x>, b@x;, d@x", [
      { mailbox: "Team" },
      { name: "Ann", mailbox: "a", host: "x" },
      { mailbox: "b", host: "x" },
      group,
      { mailbox: "d", host: "x" },
    ]],
    ["undisclosed-recipients:;", [{ mailbox: "undisclosed-recipients" }, group]],
    ["<@r1,@r2:a@x>", [{ route: "@r1,@r2", mailbox: "a", host: "x" }]],
    ["root", [{ mailbox: "root", host: "MISSING_DOMAIN" }]],
    ["<>", [{ mailbox: "MISSING_MAILBOX", host: "MISSING_DOMAIN" }]],
    ['"a b"@x, a . b @ x . y', [{ mailbox: "a b", host: "x" }, { mailbox: "a.b", host: "x.y" }]],
    ["a@[192.0.2.1]", [{ mailbox: "a", host: "[192.0.2.1]" }]],
  ];
  const clean = (all: readonly EnvelopeAddress[]) => all.map((one): unknown => JSON.parse(JSON.stringify(one)));
  for (const [field, found] of table) assertEquals(clean(envelopeAddresses(field)), clean(found), field);
});
