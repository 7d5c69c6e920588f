import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { requestFolder, requestSearch, requestString } from "../../../lib/mail/imap/codec/request.ts";
import { parseFetched } from "../../../lib/mail/imap/codec/response/fetched.ts";
import { parseFolder, parseFound, splitSets } from "../../../lib/mail/imap/codec/response/folder.ts";
import type { ImapPart } from "../../../lib/mail/imap/codec/response/part.ts";
import { type ImapResponse, ImapResponseParser } from "../../../lib/mail/imap/codec/response/response.ts";
import { ImapResponseError, type ImapValue } from "../../../lib/mail/imap/codec/response/values.ts";
import { formatEnvelope, formatStructure } from "../../../lib/mail/imap/codec/structure_text.ts";
import { parseCommand } from "../../../lib/mail/imap/codec/command.ts";
import { LITERAL_MARK } from "../../../lib/mail/imap/codec/scanner.ts";
import { type MailStructure, readStructure } from "../../../lib/mail/mime/structure.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Parses all responses in a stream that ends with one; null when it ends within one. */
function parseAll(bytes: Uint8Array): ImapResponse[] | null {
  const parser = new ImapResponseParser();
  const all: ImapResponse[] = [];
  for (let at = 0; at < bytes.length;) {
    const lf = bytes.indexOf(10, at);
    if (lf < 0) return null;
    const line = bytes.subarray(at, bytes[lf - 1] === 13 && lf > at ? lf - 1 : lf);
    at = lf + 1;
    const found = parser.line(line);
    if ("kind" in found) {
      all.push(found);
      continue;
    }
    if (found.size > bytes.length - at) return null;
    parser.literal(bytes.subarray(at, at + found.size));
    at += found.size;
  }
  return parser.within ? null : all;
}

function one(text: string): ImapResponse {
  const [response, ...more] = parseAll(encoder.encode(`${text}\r\n`)) ?? [];
  assert(response && more.length === 0, text);
  return response;
}

/** Shows strings as text in an array of one. */
function shown(value: ImapValue): unknown {
  if (value instanceof Uint8Array) return { text: decoder.decode(value) };
  return Array.isArray(value) ? value.map(shown) : value;
}

Deno.test("imap responses: statuses and continuations", () => {
  const table: readonly (readonly [line: string, response: ImapResponse])[] = [
    ["+ idling", { kind: "continue", text: "idling" }],
    ["+", { kind: "continue", text: "" }],
    ["a1 OK done", { kind: "done", tag: "a1", status: "OK", text: "done" }],
    ["a1 ok", { kind: "done", tag: "a1", status: "OK", text: "" }],
    ["a1 NO [AUTHENTICATIONFAILED] no", {
      ...{ kind: "done", tag: "a1", status: "NO", text: "no" },
      code: { name: "AUTHENTICATIONFAILED", argument: "" },
    }],
    ["* OK [UIDVALIDITY 7] UIDs {5}", {
      ...{ kind: "status", status: "OK", text: "UIDs {5}" },
      code: { name: "UIDVALIDITY", argument: "7" },
    }],
    ["* BYE häuslich", { kind: "status", status: "BYE", text: "häuslich" }],
    ["* PREAUTH [CAPABILITY IMAP4rev1] x", {
      ...{ kind: "status", status: "PREAUTH", text: "x" },
      code: { name: "CAPABILITY", argument: "IMAP4rev1" },
    }],
  ];
  for (const [line, response] of table) assertEquals(one(line), response, line);
});

Deno.test("imap responses: data", () => {
  const table: readonly (readonly [line: string, name: string, number: number | undefined, values: unknown])[] = [
    ["* 23 EXISTS", "EXISTS", 23, []],
    ["* SEARCH", "SEARCH", undefined, []],
    ["* SEARCH 1 2  3 ", "SEARCH", undefined, ["1", "2", "3"]],
    ['* LIST (\\Noselect) "/" foo', "LIST", undefined, [["\\Noselect"], { text: "/" }, "foo"]],
    ["* LIST () NIL {3}\r\na b", "LIST", undefined, [[], null, { text: "a b" }]],
    ['* LIST () "\\\\" "a\\"b"', "LIST", undefined, [[], { text: "\\" }, { text: 'a"b' }]],
    ["* 1 FETCH (BODY[HEADER.FIELDS (DATE FROM)] {4}\r\n\r\n\r\n UID 5)", "FETCH", 1, [
      ["BODY[HEADER.FIELDS (DATE FROM)]", { text: "\r\n\r\n" }, "UID", "5"],
    ]],
    ['* 1 FETCH (BODY[]<0> "x" FLAGS (\\Seen $a))', "FETCH", 1, [
      ["BODY[]<0>", { text: "x" }, "FLAGS", ["\\Seen", "$a"]],
    ]],
    ["* LIST () NIL [Gmail]/All", "LIST", undefined, [[], null, "[Gmail]/All"]],
    ["* X ~{2}\r\n\0\n", "X", undefined, [{ text: "\0\n" }]],
    ['* X (("a""b")("c"))', "X", undefined, [[[{ text: "a" }, { text: "b" }], [{ text: "c" }]]]],
  ];
  for (const [line, name, number, values] of table) {
    const response = one(line);
    assert(response.kind === "data", line);
    assertEquals<unknown>([response.name, response.number, response.values.map(shown)], [name, number, values], line);
  }
});

Deno.test("imap responses: what is not valid", () => {
  const table: readonly string[] = [
    ...["", "*", "* ", "hello", "a1 BYE x", "a1 PREAUTH x", "* 99999999999 EXISTS", "* 4294967296 EXISTS"],
    ...["* X (", "* X )", '* X "a', "* X (a))", `* X ${"(".repeat(300)}${")".repeat(300)}`],
    `* X ${"a ".repeat(1_000_001)}`,
  ];
  for (const line of table) {
    assertThrows(() => parseAll(encoder.encode(`${line}\r\n`)), ImapResponseError);
  }
});

Deno.test("imap responses: items of FETCH", () => {
  const fetched = (text: string) => {
    const response = one(`* 1 FETCH ${text}`);
    assert(response.kind === "data");
    return parseFetched(response.values);
  };
  const { sections, ...rest } = fetched(
    '(UID 7 FLAGS (\\Seen) RFC822.SIZE 12 INTERNALDATE "01-Feb-2026 12:30:00 +0000" BODY[] {2}\r\nhi BODY[1.2] NIL BODY[HEADER.FIELDS (X)] "")',
  );
  assertEquals(rest, { uid: 7, flags: ["\\Seen"], size: 12, received: Date.UTC(2026, 1, 1, 12, 30) });
  assertEquals([...sections].map(([name, bytes]) => [name, decoder.decode(bytes)]), [["", "hi"], [
    "HEADER.FIELDS",
    "",
  ]]);
  const nothing = fetched('(X-SERVER ("a" 1) INTERNALDATE "soon" BODY[]<2> "x")');
  assertEquals(nothing, { sections: new Map() });
  for (const text of ["(UID 0)", "(UID x)", "(UID 4294967296)", "(UID)", "x", "(RFC822.SIZE -1)", "(ENVELOPE x)"]) {
    assertThrows(() => fetched(text), ImapResponseError);
  }
});

/** Returns a structure as a client reads it. */
function expected(part: MailStructure, section: string): unknown {
  const { type, subtype, params, id, description, encoding, body, end, lines, disposition, parts, message } = part;
  if (type === "multipart") {
    return {
      ...{ section, type, subtype, params, encoding: "", size: 0 },
      parts: parts.map((one, index) => expected(one, section === "" ? `${index + 1}` : `${section}.${index + 1}`)),
      ...(disposition && { disposition }),
    };
  }
  const charset = type === "text" && !params.some(([name]) => name === "charset");
  return {
    ...{ section, type, subtype, params: charset ? [...params, ["charset", "us-ascii"]] : params },
    ...(id !== undefined && { id }),
    ...(description !== undefined && { description }),
    ...{ encoding: encoding || "7bit", size: end - body, parts: [] },
    ...((type === "text" || message) && { lines }),
    ...(disposition && { disposition }),
    ...(message && {
      message: {
        envelope: JSON.parse(JSON.stringify(message.envelope)),
        body: expected(message, message.type === "multipart" ? section : `${section}.1`),
      },
    }),
  };
}

Deno.test("imap responses: structure and envelope as our server formats them", () => {
  const mail = [
    ...["From: Ada <ada@example.com>", "To: g: a@example.com, b@example.com;", 'Subject: =?utf-8?q?=C3=BC?= "x" \\'],
    ...[
      "Content-Type: multipart/mixed; boundary=b",
      "",
      "--b",
      "Content-Type: text/plain; charset=utf-8",
      "",
      "ü",
      "--b",
    ],
    ...["Content-Type: message/rfc822", "", "Subject: inner", "Content-Type: multipart/alternative; boundary=c", ""],
    ...["--c", "", "one", "--c", "Content-Type: text/html", "", "<p>", "--c--", "--b"],
    ...["Content-Type: message/rfc822", "", "Subject: plain", "", "text", "--b"],
    ...["Content-Type: image/png; name=x.png", "Content-ID: <i>", "Content-Transfer-Encoding: base64"],
    ...['Content-Disposition: attachment; filename="a b.png"', "", "AAAA", "--b--", ""],
  ].join("\r\n");
  const structure = readStructure(encoder.encode(mail));
  assert(structure.envelope);
  const [response] = parseAll(encoder.encode(
    `* 1 FETCH (ENVELOPE ${formatEnvelope(structure.envelope)} BODYSTRUCTURE ${formatStructure(structure, true)})\r\n`,
  )) ?? [];
  assert(response?.kind === "data");
  const { envelope, structure: read } = parseFetched(response.values);
  assertEquals<unknown>(envelope, JSON.parse(JSON.stringify(structure.envelope)));
  assertEquals<unknown>(read, expected(structure, ""));
  const sections = (part: ImapPart): string[] => [
    part.section,
    ...part.parts.flatMap(sections),
    ...(part.message ? sections(part.message.body) : []),
  ];
  assert(read);
  assertEquals(sections(read), ["", "1", "2", "2", "2.1", "2.2", "3", "3.1", "4"]);
});

Deno.test("imap responses: folders and answers to SEARCH", () => {
  const values = (text: string) => {
    const response = one(`* ${text}`);
    assert(response.kind === "data");
    return response;
  };
  const folder = (text: string) => parseFolder(values(`LIST ${text}`).values);
  assertEquals(folder('(\\HasNoChildren) "." Entw&APw-rfe'), {
    ...{ name: "Entwürfe", delimiter: ".", attributes: ["\\HasNoChildren"] },
  });
  assertEquals(folder("() NIL inbox"), { name: "INBOX", attributes: [] });
  assertEquals(folder('() "/" "R&D"'), { name: "R&D", delimiter: "/", attributes: [] });
  assertThrows(() => folder('() "/"'), ImapResponseError);

  const found = (text: string, limit = 10) => {
    const { name, values: all } = values(text);
    return parseFound(name, all, limit);
  };
  assertEquals(found("SEARCH 3 1 1 2"), [1, 2, 3]);
  assertEquals(found("SEARCH"), []);
  assertEquals(found("SEARCH 1 (MODSEQ 7)"), [1]);
  assertEquals(found('ESEARCH (TAG "a") UID ALL 5:3,9'), [3, 4, 5, 9]);
  assertEquals(found('ESEARCH (TAG "a") UID'), []);
  for (
    const text of [
      "SEARCH x",
      "SEARCH 0",
      "ESEARCH ALL 1:*",
      "ESEARCH ALL 1:4294967295",
      "SEARCH 1 2 3 4 5 6 7 8 9 10 11",
    ]
  ) {
    assertThrows(() => found(text), ImapResponseError);
  }
  assertEquals(splitSets([1, 2, 3, 5], 3), [{ set: "1:3", numbers: [1, 2, 3] }, { set: "5", numbers: [5] }]);
  const odd = Array.from({ length: 5000 }, (_, index) => 2 * index + 1);
  const sets = splitSets(odd, 5000);
  assertEquals(sets.flatMap(({ numbers }) => numbers), odd);
  assert(sets.every(({ set }) => set.length <= 4000));
});

Deno.test("imap requests: strings, folders and searches", () => {
  assertEquals(requestString('a "b\\'), '"a \\"b\\\\"');
  assertEquals(requestString("ü"), encoder.encode("ü"));
  assertEquals(requestString("a\r\nb"), encoder.encode("a\r\nb"));
  assertEquals(requestFolder("Entwürfe & co"), '"Entw&APw-rfe &- co"');
  for (const name of ["a\r\nb", "a\0", "\ud800"]) assertThrows(() => requestFolder(name), RangeError);
  const table: readonly (readonly [keys: string, text: string | undefined, charset?: boolean])[] = [
    ["UNSEEN", "UNSEEN"],
    [" FROM ada  SINCE 1-Feb-2026 ", "FROM ada SINCE 1-Feb-2026"],
    ['OR (SUBJECT "a \\"b\\"") 1:*', 'OR (SUBJECT "a \\"b\\"") 1:*'],
    ['SUBJECT "grün"', "SUBJECT {5}grün", true],
    ["SUBJECT grün", "SUBJECT {5}grün", true],
    ['HEADER X-A ""', 'HEADER X-A ""'],
    ...["", " ", "a {3}", "TEXT {3+}", "a\r\nLOGOUT", "(", ")", "a)(", '"', 'TEXT "a', "a\0", "TEXT \x1b", "a%"].map((
      bad,
    ) => [bad, undefined] as const),
  ];
  for (const [keys, text, charset = false] of table) {
    const found = requestSearch(keys);
    const written = found?.pieces.map((piece) =>
      typeof piece === "string" ? piece : `{${piece.length}}${decoder.decode(piece)}`
    ).join("");
    assertEquals([written, found?.charset ?? false], [text, charset], keys);
  }
});

Deno.test("imap requests: our server reads each string that a client writes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), fc.string({ maxLength: 1100 }), (user, password) => {
      const literals: Uint8Array[] = [];
      const text = [user, password].map(requestString).map((piece) =>
        typeof piece === "string" ? piece : (literals.push(piece), LITERAL_MARK)
      ).join(" ");
      const command = parseCommand(`a LOGIN ${text}`, literals);
      const clean = (one: string) => decoder.decode(encoder.encode(one));
      // The server takes no NUL.
      if (user.includes("\0") || password.includes("\0")) return;
      assert(!("fault" in command) && command.name === "LOGIN");
      assertEquals([command.user, command.password], [clean(user), clean(password)]);
    }),
    { numRuns: 500, seed: 16 },
  );
});

const CORPUS = [
  "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] ready\r\na1 NO [ALERT] no {3}\r\n+ go on\r\n",
  '* LIST (\\HasNoChildren) "/" {5}\r\nINBOX\r\n* SEARCH 1 2 3\r\n* ESEARCH (TAG "a1") UID ALL 1:3,7\r\n',
  '* 1 FETCH (UID 7 FLAGS (\\Seen) RFC822.SIZE 12 INTERNALDATE "01-Feb-2026 12:30:00 +0000" BODY[] {12}\r\nSubject: a\r\n)\r\n',
  '* 2 FETCH (ENVELOPE ("d" "s" (("n" NIL "a" "b")) NIL NIL ((NIL NIL "c" "d")) NIL NIL NIL "<i>") BODYSTRUCTURE (("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 3 1 NIL ("inline" NIL) NIL NIL)("message" "rfc822" NIL NIL NIL "7bit" 40 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ("text" "plain" NIL NIL NIL "7bit" 1 1) 3 NIL NIL NIL) "mixed" ("boundary" "b") NIL NIL))\r\n',
].map((text) => encoder.encode(text));

Deno.test("imap responses: 100,000 mutated responses are parsed or rejected, never anything else", () => {
  let state = 20261128;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  const signs = encoder.encode('()"{}[]\\ *+\r\n\0~<>019ANIL\u00e9');
  const outcomes = { parsed: 0, cut: 0, rejected: 0 };
  for (let run = 0; run < 100_000; run++) {
    const bytes = Array.from(CORPUS[run % CORPUS.length] ?? []);
    for (let change = random(4); change >= 0; change--) {
      const at = random(bytes.length);
      const sign = signs[random(signs.length)] ?? 0;
      const kind = random(4);
      if (kind === 0) bytes[at] = sign;
      else if (kind === 1) bytes.splice(at, 0, sign);
      else if (kind === 2) bytes.splice(at, 1 + random(5));
      else bytes.splice(at, 0, ...bytes.slice(at, at + random(20)));
    }
    try {
      const all = parseAll(Uint8Array.from(bytes));
      for (const response of all ?? []) {
        if (response.kind !== "data") continue;
        if (response.name === "FETCH") parseFetched(response.values);
        else if (response.name === "LIST") parseFolder(response.values);
        else if (/SEARCH$/.test(response.name)) parseFound(response.name, response.values, 1000);
      }
      outcomes[all ? "parsed" : "cut"]++;
    } catch (error) {
      if (!(error instanceof ImapResponseError)) throw error;
      outcomes.rejected++;
    }
  }
  for (const count of Object.values(outcomes)) assert(count > 2000, JSON.stringify(outcomes));
});
