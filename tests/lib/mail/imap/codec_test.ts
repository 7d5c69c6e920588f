import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  commandHead,
  type ImapCommand,
  type ImapFault,
  parseCommand,
} from "../../../../lib/mail/imap/codec/command.ts";
import { formatDateTime, parseDateTime } from "../../../../lib/mail/imap/codec/date.ts";
import { matchesPattern } from "../../../../lib/mail/imap/codec/list_pattern.ts";
import { decodeMailboxName, encodeMailboxName, readMailboxName } from "../../../../lib/mail/imap/codec/mailbox_name.ts";
import { formatSet, parseSequenceSet, resolveSet } from "../../../../lib/mail/imap/codec/sequence_set.ts";
import { formatAstring, formatString } from "../../../../lib/mail/imap/codec/text.ts";

const L = "\u0100";
const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Parses a command, and returns its arguments, or the fault. */
function read(text: string, ...literals: string[]): Partial<ImapCommand> | string {
  const found: ImapCommand | ImapFault = parseCommand(`a ${text}`, literals.map(bytesOf));
  if ("fault" in found) return found.fault;
  const { tag, uid, ...rest } = found;
  assertEquals(tag, "a");
  return uid ? { ...rest, uid } : rest;
}

Deno.test("imap command: each command with its arguments", () => {
  const one = [{ from: 1, to: 1 }];
  const table: readonly (readonly [text: string, command: unknown])[] = [
    ["CAPABILITY", { name: "CAPABILITY" }],
    ["noop", { name: "NOOP" }],
    ["LOGIN ada secret", { name: "LOGIN", user: "ada", password: "secret" }],
    ['LOGIN "a d\\"a" "s\\\\"', { name: "LOGIN", user: 'a d"a', password: "s\\" }],
    ['LOGIN ada] ""', { name: "LOGIN", user: "ada]", password: "" }],
    ["AUTHENTICATE plain", { name: "AUTHENTICATE", mechanism: "PLAIN" }],
    ["AUTHENTICATE PLAIN AGEAYg==", { name: "AUTHENTICATE", mechanism: "PLAIN", initial: "AGEAYg==" }],
    ["AUTHENTICATE PLAIN =", { name: "AUTHENTICATE", mechanism: "PLAIN", initial: "=" }],
    ["SELECT INBOX", { name: "SELECT", mailbox: "INBOX" }],
    ['RENAME a "b c"', { name: "RENAME", mailbox: "a", to: "b c" }],
    ['LIST "" *', { name: "LIST", reference: "", pattern: "*" }],
    ['LIST (special-use) "" *', { name: "LIST", reference: "", pattern: "*", special: true }],
    ['LIST "" * RETURN (SPECIAL-USE children)', { name: "LIST", reference: "", pattern: "*" }],
    ['LSUB "a/" "%"', { name: "LSUB", reference: "a/", pattern: "%" }],
    ["STATUS a (messages UIDNEXT)", { name: "STATUS", mailbox: "a", items: ["MESSAGES", "UIDNEXT"] }],
    ["UID EXPUNGE 1", { name: "EXPUNGE", set: one, uid: true }],
    ["UID COPY 1 b", { name: "COPY", set: one, mailbox: "b", uid: true }],
    ["MOVE 1:*,3 b", { name: "MOVE", set: [{ from: 1, to: Infinity }, { from: 3, to: 3 }], mailbox: "b" }],
    ["STORE 1 +FLAGS.SILENT (\\seen $Label)", {
      name: "STORE",
      set: one,
      change: { how: "add", silent: true, flags: ["\\Seen", "$Label"] },
    }],
    ["STORE 1 flags \\Deleted a", {
      name: "STORE",
      set: one,
      change: { how: "set", silent: false, flags: ["\\Deleted", "a"] },
    }],
    ["STORE 1 -FLAGS ()", { name: "STORE", set: one, change: { how: "remove", silent: false, flags: [] } }],
    ["ID NIL", { name: "ID", fields: [] }],
    ['ID ("name" "x" "version" NIL)', { name: "ID", fields: [["name", "x"], ["version", undefined]] }],
    ["ENABLE CONDSTORE x", { name: "ENABLE", capabilities: ["CONDSTORE", "X"] }],
  ];
  for (const [text, command] of table) assertEquals<unknown>(read(text), command, text);
  const literal = read(`LOGIN ${L} ${L}`, "ad\r\na", "ü");
  assertEquals(literal, { name: "LOGIN", user: "ad\r\na", password: "ü" });
  const append = read(`APPEND ${L} (\\Seen) " 1-Feb-2026 12:00:00 +0100" ${L}`, "INBOX", "m");
  assertEquals(append, {
    ...{ name: "APPEND", mailbox: "INBOX", flags: ["\\Seen"], received: Date.UTC(2026, 1, 1, 11) },
    message: bytesOf("m"),
  });
  assertEquals(read(`APPEND a ${L}`, "m"), { name: "APPEND", mailbox: "a", flags: [], message: bytesOf("m") });
  assertEquals(read(`APPEND a () ${L}`, "m"), { name: "APPEND", mailbox: "a", flags: [], message: bytesOf("m") });
});

Deno.test("imap command: items of FETCH", () => {
  const labels = (text: string) => {
    const found = read(`FETCH 1 ${text}`);
    if (typeof found === "string" || found.name !== "FETCH") return found;
    return found.items?.map((item) => item.kind === "section" ? `${item.label}${item.peek ? " peek" : ""}` : item.kind);
  };
  const table: readonly (readonly [text: string, items: readonly string[] | string])[] = [
    ["FAST", ["FLAGS", "INTERNALDATE", "RFC822.SIZE"]],
    ["all", ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"]],
    ["FULL", ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"]],
    ["(UID FLAGS BODY BODYSTRUCTURE)", ["UID", "FLAGS", "BODY", "BODYSTRUCTURE"]],
    ["(RFC822 RFC822.HEADER RFC822.TEXT)", ["RFC822", "RFC822.HEADER peek", "RFC822.TEXT"]],
    ["BODY[]", ["BODY[]"]],
    ["body.peek[header]", ["BODY[HEADER] peek"]],
    ["BODY[1.2.MIME]<10.20>", ["BODY[1.2.MIME]<10>"]],
    ["BODY[TEXT]<0.1>", ["BODY[TEXT]<0>"]],
    ['BODY.PEEK[3.HEADER.FIELDS.NOT (From "to")]', ["BODY[3.HEADER.FIELDS.NOT (From to)] peek"]],
    ["()", "Unknown item )"],
    ["BODY[MIME]", "Invalid section"],
    ["BODY[0]", "Invalid section"],
    ["BODY[1.]", "Invalid section"],
    ["BODY[TEXT]<0.0>", "Invalid partial range"],
    ["BODY[HEADER.FIELDS ()]", "Invalid string"],
    ['BODY[HEADER.FIELDS ("a b")]', "Invalid field name"],
    [`BODY[${"1.".repeat(80)}1]`, "Too many levels of parts"],
    [`(${"UID ".repeat(101)}UID)`, "Too many items in a list"],
    ["X", "Unknown item X"],
    ["(FAST)", "Unknown item FAST"],
  ];
  for (const [text, items] of table) {
    const found = labels(text);
    if (items === "Unknown item )" || items === "Invalid string") assertEquals(typeof found, "string", text);
    else assertEquals<unknown>(found, items, text);
  }
});

Deno.test("imap command: keys of SEARCH", () => {
  const key = (text: string, ...literals: string[]) => {
    const found = read(`SEARCH ${text}`, ...literals);
    return typeof found !== "string" && found.name === "SEARCH" ? found.search : found;
  };
  const day = Date.UTC(2026, 1, 1) / 86_400_000;
  const table: readonly (readonly [text: string, key: unknown])[] = [
    ["ALL", { kind: "all" }],
    ["UNSEEN", { kind: "flag", flag: "\\Seen", set: false }],
    ["KEYWORD $a", { kind: "flag", flag: "$a", set: true }],
    ["unkeyword b", { kind: "flag", flag: "b", set: false }],
    ["SINCE 1-Feb-2026", { kind: "received", when: "since", day }],
    ['SENTON "01-feb-2026"', { kind: "sent", when: "on", day }],
    ['FROM "Ada L"', { kind: "field", name: "from", text: "ada l" }],
    ["HEADER X-A b", { kind: "field", name: "x-a", text: "b" }],
    ["LARGER 10", { kind: "larger", size: 10 }],
    ["UID 1", { kind: "uid", set: [{ from: 1, to: 1 }] }],
    ["OR NEW NOT OLD", { kind: "or", keys: [{ kind: "new" }, { kind: "not", key: { kind: "old" } }] }],
    ["2 (RECENT TEXT x)", {
      kind: "and",
      keys: [{ kind: "sequence", set: [{ from: 2, to: 2 }] }, {
        kind: "and",
        keys: [{ kind: "recent" }, { kind: "text", text: "x" }],
      }],
    }],
  ];
  for (const [text, expected] of table) assertEquals<unknown>(key(text), { key: expected }, text);
  assertEquals(key(`CHARSET utf-8 BODY ${L}`, "Ü"), { charset: "UTF-8", key: { kind: "body", text: "ü" } });
  assertEquals<unknown>(key("return (min COUNT) CHARSET utf-8 ALL"), {
    returns: ["MIN", "COUNT"],
    charset: "UTF-8",
    key: { kind: "all" },
  });
  assertEquals<unknown>(key("RETURN () ALL"), { returns: ["ALL"], key: { kind: "all" } });
  const wrong: readonly string[] = [
    ...["", "ON 31-Feb-2026", 'ON "1-Feb-2026', "OR ALL", "NOT", "()", "FOO", "ALL ", "UID 0", "LARGER 4294967296"],
    `${"(".repeat(60)}ALL${")".repeat(60)}`,
    `${"NOT ".repeat(60)}ALL`,
    `ALL${" ALL".repeat(1000)}`,
  ];
  for (const text of wrong) assertEquals(typeof key(text), "string", text.slice(0, 60));
});

Deno.test("imap command: what is invalid is named, with the tag of the reply", () => {
  const table: readonly (readonly [text: string, tag: string, fault: string])[] = [
    ["", "*", "Invalid tag"],
    ["+ NOOP", "*", "Invalid tag"],
    ["a", "a", "Missing argument"],
    ["a FOO", "a", "Unknown command"],
    ["a UID NOOP", "a", "Unknown command"],
    ["a NOOP ", "a", "Unexpected text after the arguments"],
    ["a SELECT", "a", "Missing argument"],
    ["a SELECT  a", "a", "Invalid mailbox name"],
    ["a LOGIN ü b", "a", "Invalid user name"],
    ['a LOGIN "a', "a", "Invalid user name"],
    ['a LOGIN "a\\b" c', "a", "Invalid user name"],
    ["a FETCH 0 FLAGS", "a", "Invalid sequence set"],
    ["a FETCH 4294967296 FLAGS", "a", "Invalid sequence set"],
    ["a STORE 1 FLAGS (\\Recent)", "a", "Invalid flag \\Recent"],
    ["a STORE 1 XFLAGS (a)", "a", "Invalid item of STORE"],
    ["a APPEND a b", "a", "Missing message"],
    ["a STATUS a ()", "a", "Invalid atom"],
    ["a STATUS a (SIZE)", "a", "Unknown item SIZE"],
    ['a LIST (REMOTE) "" *', "a", "Unknown option REMOTE"],
    ['a LIST () "" *', "a", "Invalid mailbox name"],
    ['a LIST "" * RETURN', "a", "Unexpected text after the arguments"],
    ["a SEARCH RETURN (SAVE) ALL", "a", "Unknown option SAVE"],
    ["a SEARCH RETURN (ALL)", "a", "Missing argument"],
  ];
  for (const [text, tag, fault] of table) assertEquals(parseCommand(text), { tag, fault }, text);
  assertEquals(commandHead("a1 append x {10}"), { tag: "a1", name: "APPEND" });
  assertEquals(commandHead("?"), { tag: "*", name: "" });
});

Deno.test("imap command: 100,000 mutated commands are parsed or rejected, and none throws", () => {
  const seeds: readonly string[] = [
    'a LOGIN "ada" {3}',
    "b UID FETCH 1:*,4 (FLAGS BODY.PEEK[1.2.HEADER.FIELDS (From To)]<0.100> ENVELOPE)",
    "c SEARCH CHARSET UTF-8 OR (FROM x NOT SEEN) UID 1:3 SINCE 1-Feb-2026",
    'd APPEND "INBOX" (\\Seen $x) "01-Feb-2026 00:00:00 +0000" \u0100',
    "e STORE 1,2,5:7 +FLAGS.SILENT (\\Deleted \\Flagged)",
    'f LIST "" "&AOQ-/%*"',
    'g ID ("name" "x" "os" NIL)',
    "h STATUS INBOX (MESSAGES UNSEEN RECENT)",
    "i AUTHENTICATE PLAIN AGEAYg==",
    "j MOVE 1:* Archive/2026",
  ];
  // A linear congruential generator: the same commands in each run.
  let state = 20260;
  const random = (below: number) => {
    state = (state * 1103515245 + 12345) % 0x80000000;
    return Math.floor(state / 0x80000000 * below);
  };
  const pieces = [
    "(",
    ")",
    '"',
    "\\",
    "{",
    "}",
    "[",
    "]",
    "*",
    "%",
    " ",
    "\0",
    "\r",
    "\n",
    "\xff",
    L,
    ":",
    ",",
    "<",
    "0",
    "NIL",
  ];
  let valid = 0;
  for (let i = 0; i < 100_000; i++) {
    let text = seeds[random(seeds.length)] ?? "";
    for (let count = random(4); count >= 0; count--) {
      const at = random(text.length + 1);
      const piece = random(2) === 0 ? pieces[random(pieces.length)] ?? "" : String.fromCharCode(random(257));
      text = text.slice(0, at) + (random(3) === 0 ? "" : piece) + text.slice(at + random(3));
    }
    const found = parseCommand(text, [bytesOf("one")]);
    if (!("fault" in found)) valid++;
  }
  assert(valid > 1000, `${valid} were valid`);
});

Deno.test("imap sets: ranges, the largest number, and their text", () => {
  const table: readonly (readonly [text: string, largest: number, ranges: string])[] = [
    ["1", 9, "1-1"],
    ["5:3,1", 9, "1-1 3-5"],
    ["*", 9, "9-9"],
    ["20:*", 9, "9-20"],
    ["1:4,2:6,7", 9, "1-7"],
  ];
  for (const [text, largest, ranges] of table) {
    const set = parseSequenceSet(text);
    assert(set);
    assertEquals(resolveSet(set, largest).map(({ from, to }) => `${from}-${to}`).join(" "), ranges, text);
  }
  for (const text of ["", "0", "1:", ":1", "1,,2", "a", "1:2:3", "4294967296"]) {
    assertEquals(parseSequenceSet(text), undefined);
  }
  assertEquals(formatSet([1, 2, 3, 5, 7, 8]), "1:3,5,7:8");
});

Deno.test("imap names: modified UTF-7, both ways", () => {
  const table: readonly (readonly [name: string, wire: string])[] = [
    ["Archive/2026", "Archive/2026"],
    ["a&b", "a&-b"],
    ["~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"],
    ["Entwürfe", "Entw&APw-rfe"],
    ["😀", "&2D3eAA-"],
  ];
  for (const [name, wire] of table) {
    assertEquals(encodeMailboxName(name), wire);
    assertEquals(decodeMailboxName(wire), name);
  }
  for (const wire of ["ü", "a&b", "&AGE-", "&APw", "&A-", "&2D0-", "&APw-&APw-", "a\tb", "&APx-"]) {
    assertEquals(decodeMailboxName(wire), undefined, wire);
  }
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      if (name.isWellFormed()) assertEquals(decodeMailboxName(encodeMailboxName(name)), name);
    }),
    { seed: 16, numRuns: 2000 },
  );
});

Deno.test("imap names: no name leads out of its folder", () => {
  const table: readonly (readonly [wire: string, name: string | undefined])[] = [
    ["inbox", "INBOX"],
    ["Inbox/a", "INBOX/a"],
    ["a/b", "a/b"],
    ["a.b", "a.b"],
    ["...", "..."],
    ...[
      "",
      "/",
      "a/",
      "/a",
      "a//b",
      "..",
      "a/..",
      "../a",
      "a/../b",
      ".",
      "a/./b",
      "a*",
      "%",
      "&AAA-",
      "&AAo-",
      "a\r\nb",
    ].map((
      wire,
    ): [string, undefined] => [wire, undefined]),
    ["x".repeat(256), undefined],
    [`${"a/".repeat(16)}b`, undefined],
    // A character that turns the direction of text.
    [encodeMailboxName("a\u202eb"), undefined],
  ];
  for (const [wire, name] of table) assertEquals(readMailboxName(wire), name, wire);
});

Deno.test("imap LIST: patterns", () => {
  const table: readonly (readonly [pattern: string, matches: string, others: string])[] = [
    ["*", "INBOX a a/b", ""],
    ["%", "INBOX a", "a/b a/b/c"],
    ["a/%", "a/b", "a a/b/c"],
    ["a*", "a a/b ab", "b INBOX"],
    ["%/%", "a/b", "a a/b/c"],
    ["inbox", "INBOX", "a"],
    ["a/%/c", "a/b/c a//c", "a/b/d/c"],
    ["*c*%", "abc c/d", "ab"],
    ["", "", "a"],
  ];
  for (const [pattern, matching, others] of table) {
    for (const name of matching.split(" ")) {
      if (name !== "") assert(matchesPattern(pattern, name), `${pattern} ${name}`);
    }
    for (const name of others.split(" ")) assert(!matchesPattern(pattern, name) || name === "", `${pattern} ${name}`);
  }
  // In time that does not explode.
  assert(!matchesPattern("*a".repeat(500), `${"a".repeat(250)}b`));
});

Deno.test("imap text: strings, atoms, times", () => {
  assertEquals(formatString('a "b" \\'), '"a \\"b\\" \\\\"');
  assertEquals(formatString("ü"), "{2}\r\nü");
  assertEquals(formatString("a\r\nb"), "{4}\r\na\r\nb");
  assertEquals([formatAstring("a]"), formatAstring("nil"), formatAstring("a b"), formatAstring("")], [
    ...["a]", '"nil"', '"a b"', '""'],
  ]);
  assertEquals(formatDateTime(Date.UTC(2026, 1, 1, 9, 5, 7)), "01-Feb-2026 09:05:07 +0000");
  assertEquals(parseDateTime("01-Feb-2026 09:05:07 -0130"), Date.UTC(2026, 1, 1, 10, 35, 7));
  for (const text of ["", "32-Feb-2026 09:05:07 +0000", "1-Feb-2026 09:05:07 +0000", "01-Feb-2026 24:00:00 +0000"]) {
    assertEquals(parseDateTime(text), undefined);
  }
});
