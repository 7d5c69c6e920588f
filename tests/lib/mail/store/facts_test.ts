import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { concat } from "../../../../lib/core/mod.ts";
import { FACT_FIELDS, type MailFacts, packFacts, unpackFacts } from "../../../../lib/mail/index/facts.ts";
import { serveImap, serveNntp } from "../../../../lib/mail/mod.ts";
import { readEnvelope } from "../../../../lib/mail/mime/envelope.ts";
import { headBudget, readHead } from "../../../../lib/mail/mime/fields.ts";
import { withLineEnds } from "../../../../lib/mail/mime/line_ends.ts";
import { plainStructure, readStructure } from "../../../../lib/mail/mime/structure.ts";
import { writeChecked, writeCheckedText } from "../../../../lib/mail/store/maildir/checked_line.ts";
import { maildirStore } from "../../../../lib/mail/store/maildir/maildir_store.ts";
import type { MailFolder } from "../../../../lib/mail/store/types.ts";
import { withFolder } from "../../../kit/folder.ts";
import { pieces, testStores } from "../../../kit/mail_store.ts";
import { MIME_ROWS } from "../../../kit/mime_messages.ts";
import { RawImap } from "../../../kit/raw_imap.ts";
import { rawSmtp } from "../../../kit/raw_smtp.ts";

const octets = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
/** Messages of the tests of Python's `email`, where Python is installed. */
const PYTHON_DATA = "/usr/lib/python3.11/test/test_email/data";

function corpus(): Uint8Array[] {
  const sources = MIME_ROWS.map(({ source }) => source);
  const all = sources.flatMap((text) => [octets(text), octets(text.replace(/(?<!\r)\n/g, "\r\n"))]);
  try {
    for (const { name } of Deno.readDirSync(PYTHON_DATA)) {
      if (name.endsWith(".txt")) all.push(Deno.readFileSync(`${PYTHON_DATA}/${name}`));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return all;
}

/** Facts as a parser finds them, in JSON. */
function fresh(stored: Uint8Array): unknown {
  const bytes = withLineEnds(stored);
  const limited = <T>(read: () => T, otherwise: T): T => {
    try {
      return read();
    } catch (error) {
      assert(error instanceof RangeError, `${error}`);
      return otherwise;
    }
  };
  const { fields, body } = limited(() => readHead(bytes, 0, headBudget()), { fields: [], body: bytes.length });
  const named = fields.map(({ name, value }) => ({ name: name.toLowerCase(), value }));
  const text = Array.from(bytes.subarray(body), (byte) => byte === 10 ? "\n" : "x").join("");
  return plain({
    size: bytes.length,
    lines: text === "" ? 0 : text.replace(/\n$/, "").split("\n").length,
    fields: named.filter(({ name }) => FACT_FIELDS.has(name)),
    others: [...new Set(named.map(({ name }) => name).filter((name) => !FACT_FIELDS.has(name)))],
    envelope: readEnvelope(fields),
    structure: { ...limited(() => readStructure(bytes), plainStructure(bytes)), envelope: readEnvelope(fields) },
  });
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function shown(facts: MailFacts | undefined): unknown {
  if (!facts) return undefined;
  const { size, lines, fields, others, envelope, structure } = facts;
  return plain({ size, lines, fields, others: [...others], envelope, structure });
}

function repacked(stored: Uint8Array): unknown {
  const packed = packFacts(stored);
  assert(!packed.includes("\n") && packed.isWellFormed());
  assertEquals(unpackFacts(packed, stored.length + 1), undefined);
  return shown(unpackFacts(packed, stored.length));
}

Deno.test("mail facts: what is kept of a message is what a parser finds in it", () => {
  for (const message of corpus()) assertEquals(repacked(message), fresh(message));
});

Deno.test("mail facts: what is kept of a mutated message, or one beyond the limits, is what a parser finds in it", () => {
  const messages = corpus().filter(({ length }) => length < 5000);
  const edit = fc.record({ at: fc.nat({ max: 5000 }), cut: fc.nat({ max: 40 }), put: fc.uint8Array({ maxLength: 8 }) });
  fc.assert(
    fc.property(fc.constantFrom(...messages), fc.array(edit, { maxLength: 4 }), (message, edits) => {
      let bytes = [...message];
      for (const { at, cut, put } of edits) bytes = bytes.toSpliced(at % (bytes.length + 1), cut, ...put);
      const mutated = Uint8Array.from(bytes);
      assertEquals(repacked(mutated), fresh(mutated));
    }),
    { seed: 20260101, numRuns: 2000 },
  );
  for (const text of ["", "\r\n", `A: ${"x".repeat(2 << 20)}\r\n\r\n`, `${"A: b\n".repeat(20_001)}\nx`, nested(40)]) {
    assertEquals(repacked(octets(text)), fresh(octets(text)));
  }
});

/** A message with this many levels of parts. */
function nested(levels: number): string {
  let text = "Subject: deep\n";
  for (let i = 0; i < levels; i++) text += `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`;
  return text;
}

async function allFacts(folder: MailFolder): Promise<unknown[]> {
  return await Promise.all(folder.messages.map(async ({ uid }) => shown(await folder.parsed(uid))));
}

const MESSAGES = Array.from({ length: 120 }, (_, i) => octets(MIME_ROWS[i % MIME_ROWS.length]?.source ?? ""));

testStores("facts of many messages come from a worker, of few not; those that are gone have none", async (open) => {
  await using store = await open();
  const { inbox } = store.account();
  for (const bytes of MESSAGES) await store.add({ from: "", to: [] }, [bytes]);
  await store.add({ from: "", to: [] }, [octets(`Subject: large\n\n${"x\n".repeat(100_000)}`)]);
  const [first] = MESSAGES;
  assertEquals(shown(await inbox.parsed(2)), fresh(MESSAGES[1] ?? new Uint8Array()));
  const watched = inbox.messages.map(({ uid }) => uid);
  await Promise.all([inbox.prepare(watched), inbox.prepare(watched)]);
  const large = await inbox.parsed(MESSAGES.length + 1);
  assertEquals([large?.size, large?.lines, large?.fields], [300_018, 100_000, [{ name: "subject", value: "large" }]]);
  assertEquals((await allFacts(inbox)).slice(0, MESSAGES.length), MESSAGES.map(fresh));
  assertEquals(shown(await store.parsed(store.messages[0]?.id ?? "")), first && fresh(first));
  await inbox.remove([1]);
  assertEquals([await inbox.parsed(1), await store.parsed("none")], [undefined, undefined]);
});

testStores("facts of a recipient's mailbox are those of the store, of its folders their own", async (open) => {
  await using store = await open({ mailboxes: true });
  await store.add({ from: "", to: ["bob@x"] }, pieces("Subject: one\n\n"));
  const bob = store.account("bob@x");
  await bob.inbox.append(pieces("Subject: two\n\n"));
  const archive = await bob.create("Archive");
  await bob.inbox.copy([1, 2], archive);
  const subjects = await Promise.all(
    [bob.inbox, archive].map(async (folder) =>
      await Promise.all([1, 2].map(async (uid) => (await folder.parsed(uid))?.envelope.subject))
    ),
  );
  assertEquals(subjects, [["one", "two"], ["one", "two"]]);
});

/** Changes of the file of facts between two runs. */
for (
  const [what, change] of [
    ["nothing", () => {}],
    ["its end is missing", (path) => Deno.truncateSync(path, Deno.statSync(path).size - 10)],
    ["all but its first line is missing", (path) => rewrite(path, (text) => text.slice(0, text.indexOf("\n") + 1))],
    ["it is empty", (path) => Deno.truncateSync(path, 0)],
    ["it was removed", (path) => Deno.removeSync(path)],
    ["bytes of it were changed", (path) => rewrite(path, (text) => text.replaceAll(/plain|html/g, "xxxxx"))],
    [
      "lines of it have numbers of other messages",
      (path) => rewrite(path, (text) => text.replaceAll(/ 1[01] /g, " 2 ")),
    ],
    ["a line of it is not one", (path) => rewrite(path, (text) => text.replace(/\n.{20}/, "\n\n\nx"))],
    ["it is of a later version", (path) => {
      const [head = ""] = Deno.readTextFileSync(path).split("\n");
      const [name, version, validity] = JSON.parse(head.slice(9));
      const other = writeCheckedText("1 1 1 1\0[]\0");
      Deno.writeFileSync(path, concat([writeChecked([name, version + 1, validity]), other]));
    }],
    ["it is not text", (path) => Deno.writeFileSync(path, new Uint8Array(3 << 20).fill(255))],
    ["it is a link", (path) => {
      Deno.renameSync(path, `${path}.elsewhere`);
      Deno.symlinkSync(`${path}.elsewhere`, path);
    }],
    ["it is a folder", (path) => {
      Deno.removeSync(path);
      Deno.mkdirSync(path);
    }],
  ] as const satisfies readonly [string, (path: string) => void][]
) {
  Deno.test(`mail store in a maildir: facts are complete, and UIDs the same, when of the file of facts ${what}`, () =>
    withFolder(async (folder) => {
      const meant = MESSAGES.slice(0, 12).map(fresh);
      let known: unknown;
      for (let run = 0; run < 3; run++) {
        await using store = await maildirStore(folder);
        const { inbox } = store.account();
        if (run === 0) { for (const bytes of MESSAGES.slice(0, 12)) await store.add({ from: "", to: [] }, [bytes]); }
        const state = [inbox.uidValidity, inbox.messages.map(({ uid }) => uid)];
        assertEquals(known ??= state, state);
        assertEquals(await allFacts(inbox), meant);
        await store[Symbol.asyncDispose]();
        if (run === 0) change(`${folder}/toucan.facts`);
      }
    }));
}

function rewrite(path: string, change: (text: string) => string): void {
  Deno.writeTextFileSync(path, change(Deno.readTextFileSync(path)));
}

Deno.test("mail store in a maildir: IMAP and NNTP list and search without a look at the messages", () =>
  withFolder(async (folder) => {
    const message = "From: Ada <ada@x>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <1@x>\r\nX-Other: 1\r\n" +
      "Date: Mon, 2 Feb 2026 10:00:00 +0000\r\nReferences: <0@x>\r\n\r\nhello\r\n";
    {
      await using store = await maildirStore(folder);
      await store.add({ from: "", to: ["b@x"] }, pieces(message));
      await store.account().inbox.parsed(1);
    }
    // What is read from now on is something else of the same length.
    for (const { name } of Deno.readDirSync(`${folder}/new`)) {
      Deno.writeTextFileSync(`${folder}/new/${name}`, "x".repeat(message.length));
    }
    await using store = await maildirStore(folder);
    const imap = serveImap("127.0.0.1:0", { login: () => store.account() });
    await using nntp = serveNntp("127.0.0.1:0", store.account().inbox);
    try {
      using client = await RawImap.login(imap.port);
      await client.send("SELECT INBOX");
      const said = async (command: string) => (await client.send(command)).join("\n");
      assertMatch(
        await said("FETCH 1 (ENVELOPE RFC822.SIZE BODYSTRUCTURE)"),
        /"=\?utf-8\?q\?Gr=C3=BC=C3=9Fe\?=" .*"<1@x>"\).*"text" "plain" .* 7 1 /,
      );
      for (const key of ["SUBJECT gr", "FROM ada@", "HEADER message-id 1@", "SENTON 2-Feb-2026", "LARGER 100"]) {
        assertMatch(await said(`SEARCH ${key}`), /^\* SEARCH 1$/m, key);
      }
      for (const key of ["SUBJECT none", "TO ada", "HEADER x-unknown 1"]) {
        assertMatch(await said(`SEARCH ${key}`), /^\* SEARCH$/m, key);
      }
      // Fields that an article has in front of a message that lacks them.
      const added = "Path: toucan.localhost!not-for-mail\r\nNewsgroups: mail.x.b\r\n";
      using news = await rawSmtp(nntp.port);
      await news.say("STAT <1@x>\r\nGROUP toucan.inbox\r\nOVER 1\r\nHDR references 1\r\nQUIT\r\n");
      assertEquals(
        (await new Response(news.conn.readable).text()).split("\r\n").slice(0, 4),
        [
          "223 0 <1@x>",
          "211 1 1 1 toucan.inbox",
          "224 Overview information follows",
          `1\t=?utf-8?q?Gr=C3=BC=C3=9Fe?=\tAda <ada@x>\tMon, 2 Feb 2026 10:00:00 +0000\t<1@x>\t<0@x>\t${
            message.length + added.length
          }\t1\tXref: toucan.localhost toucan.inbox:1 mail.x.b:1`,
        ],
      );
    } finally {
      await imap.shutdown();
    }
  }));
