import { assertEquals, assertThrows } from "@std/assert";
import { readMailDate } from "../../../lib/mail/mime/date.ts";
import { parseMail } from "../../../lib/mail/mime/parse_mail.ts";
import { readWords } from "../../../lib/mail/mime/words.ts";
import { MIME_ROWS } from "../../kit/mime_messages.ts";

const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

for (const { name, source, text, html, subject, attachments = [] } of MIME_ROWS) {
  Deno.test(`mime: ${name}`, () => {
    const mail = parseMail(bytesOf(source.replaceAll("\n", "\r\n").replaceAll("\r\r\n", "\r\n")));
    const found = mail.attachments.map(({ filename, mimeType, content }) => [filename, mimeType, latin1(content())]);
    assertEquals({ text: mail.text, html: mail.html, subject: mail.subject, found }, {
      text,
      html,
      subject,
      found: attachments.map((attachment) => [...attachment]),
    });
  });
}

Deno.test("mime: mailboxes, groups and several senders", () => {
  const read = (field: string) => {
    const { from } = parseMail(new TextEncoder().encode(`From: ${field}\r\n\r\n`));
    return from.map(({ name, address, group }) =>
      group ? [name, ...group.map(({ address }) => address)] : [name, address]
    );
  };
  const table: readonly (readonly [field: string, found: readonly (readonly (string | undefined)[])[]])[] = [
    ["a@x", [["", "a@x"]]],
    ['"Doe, J" <j@x>, c@x (Comment)', [["Doe, J", "j@x"], ["Comment", "c@x"]]],
    ["Team: Ann <a@x>, b@x;, d@x", [["Team", "a@x", "b@x"], ["", "d@x"]]],
    ["=?utf-8?q?J=C3=BCrgen?= <j@x>", [["Jürgen", "j@x"]]],
    ["=?utf-8?b?4pg=?= =?utf-8?b?ow==?= <j@x>", [["☣", "j@x"]]],
    ["=?utf-8?q?a=2C_b=40x?= <j@x>", [["a, b@x", "j@x"]]],
    // Comments, also within each other and beside the @.
    ["Doe (the (nested) one) <j@x>", [["Doe", "j@x"]]],
    ["(first) j(c)@(d)x.test", [["first c d", "j@x.test"]]],
    ["a@x (=?utf-8?q?J=C3=BC?=)", [["Jü", "a@x"]]],
    ["<a@x> (Ann)", [["Ann", "a@x"]]],
    // Addresses of this machine, and no addresses.
    ["root, Bob <daemon>", [["", "root"], ["Bob", "daemon"]]],
    ["Some Name", [["Some Name", ""]]],
    ["<>, Name <>", [["", ""], ["Name", ""]]],
    [", ,", []],
    // Groups without a mailbox, without an end, within each other.
    ["undisclosed-recipients:;", [["undisclosed-recipients"]]],
    ["=?utf-8?q?Gr=C3=BC?=: a@x", [["Grü", "a@x"]]],
    ["A: B: c@x;;", [["A", "c@x"]]],
    // Literals, source routes, quotes, white space that was allowed once.
    ["a@[IPv6:2001:db8::1], b@[192.0.2.1]", [["", "a@[IPv6:2001:db8::1]"], ["", "b@[192.0.2.1]"]]],
    ["<@r1,@r2:a@x>, < b@x >", [["", "a@x"], ["", "b@x"]]],
    ['"a b"@x, "john"@x, N <"q\\"r"@x>', [["", '"a b"@x'], ["", "john@x"], ["N", '"q\\"r"@x']]],
    ["a . b @ x . y", [["", "a.b@x.y"]]],
    // An address in a name is part of the name.
    ['"evil@x" <good@y>, evil@x <good@y>', [["evil@x", "good@y"], ["evil@x", "good@y"]]],
    ["=?utf-8?q?=3Cevil=40x=3E?= <good@y>", [["<evil@x>", "good@y"]]],
    // What is missing: commas, brackets, quotes.
    ["A B <a@x> C D <c@y>", [["A B", "a@x"], ["C D", "c@y"]]],
    ["a@x b@x; c@x", [["", "a@x"], ["", "b@x"], ["", "c@x"]]],
    ['Name <a@x, "open <b@x>, (open c@x', [["Name", "a@x"], ["open", "b@x"], ["open", "c@x"]]],
    ['John "The" Doe <a@x>, Mr. J. Doe <b@x>', [["John The Doe", "a@x"], ["Mr. J. Doe", "b@x"]]],
  ];
  for (const [field, found] of table) assertEquals(read(field), found.map((one) => [...one]), field);
});

Deno.test("mime: messages beyond the limits are rejected", () => {
  const nested = Array.from(
    { length: 40 },
    (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
  );
  const table: readonly string[] = [
    nested.join(""),
    `Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\n\r\n".repeat(10_001)}`,
    `Subject: ${"x".repeat(1 << 20)}\r\n\r\n`,
    `${"A: b\r\n".repeat(20_001)}\r\n`,
  ];
  for (const source of table) assertThrows(() => parseMail(bytesOf(source)), RangeError, "too");
});

Deno.test("mime: dates by the grammar of RFC 5322, and no others", () => {
  const table: readonly (readonly [text: string, date: string | undefined])[] = [
    ["Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T15:55:06.000Z"],
    ["21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06.000Z"],
    ["Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T15:55:06.000Z"],
    ["Thu, 13 Feb 1969 23:32 -0330", "1969-02-14T03:02:00.000Z"],
    ["1 Jan 26 00:00:00 +0000", "2026-01-01T00:00:00.000Z"],
    ["Mon, 1 Jan 2026 10:00:00 PST", "2026-01-01T18:00:00.000Z"],
    ["Mon, 1 Jan 2026 10:00:00 XYZ", "2026-01-01T10:00:00.000Z"],
    ["Sat, 30 Jun 2012 23:59:60 +0000", "2012-06-30T23:59:59.000Z"],
    ["Mon, 21 Aug 1995 13:30:57 -600", "1995-08-21T19:30:57.000Z"],
    ["Mon, 21 Aug 1995 13:30:57.250 +01:00 (CET (winter))", "1995-08-21T12:30:57.000Z"],
    ["Mon, 21 Aug 1995 13:30:57 GMT+0100", "1995-08-21T12:30:57.000Z"],
    ["Fri Nov 21 09:55:06 1997", "1997-11-21T09:55:06.000Z"],
    ["31 Feb 2026 00:00:00 +0000", undefined],
    ["2026-01-01T00:00:00Z", undefined],
    ["yesterday", undefined],
    ["1", undefined],
    ["Mon, 1 Jan 2026 25:00:00 +0000", undefined],
    [`Mon, ${"1".repeat(1000)}`, undefined],
    ["", undefined],
  ];
  for (const [text, date] of table) assertEquals(readMailDate(text)?.toISOString(), date, text);
});

Deno.test("mime: long runs of odd text are read in time that grows with their length", () => {
  const odd: readonly string[] = [
    `Content-Type: text/plain${"; () a=b".repeat(50_000)}`,
    `Content-Type: text/plain${";(".repeat(200_000)}`,
    `Content-Type: text/plain; a="${'\\"'.repeat(200_000)}`,
    `Subject: ${"=?a?q?".repeat(100_000)}`,
    `Subject: ${"=?utf-8?b?4pg=?= ".repeat(30_000)}`,
    `From: ${"(".repeat(400_000)}`,
    `From: ${'"<('.repeat(100_000)}`,
    `From: ${"a@b ".repeat(50_000)}`,
    `From: ${"a <b> ".repeat(50_000)}`,
    `From: ${"a:".repeat(50_000)}`,
    `From: ${'<"\\"'.repeat(50_000)}`,
    `Date: Mon, ${"1 ".repeat(200_000)}`,
  ];
  for (const head of odd) assertEquals(parseMail(bytesOf(`${head}\r\n\r\nb`)).text, "b", head.slice(0, 40));
  assertEquals(readWords("=?utf-8?q?a?=".repeat(2)), "aa");
});
