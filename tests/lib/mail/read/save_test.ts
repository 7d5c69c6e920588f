import { assertEquals, assertRejects } from "@std/assert";
import { SystemError } from "../../../../lib/core/mod.ts";
import { mailContent } from "../../../../lib/mail/read/content.ts";
import { saveAttachments } from "../../../../lib/mail/read/save/attachments.ts";
import { EmlFile, EmlFolder } from "../../../../lib/mail/read/save/eml.ts";
import { MaildirTarget } from "../../../../lib/mail/read/save/maildir.ts";
import { MboxTarget } from "../../../../lib/mail/read/save/mbox.ts";
import { mboxEntry } from "../../../../lib/mail/read/save/mbox_text.ts";
import { MailReadState } from "../../../../lib/mail/read/state.ts";
import { withFolder } from "../../../kit/folder.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array) => new TextDecoder().decode(value);
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const mail = (uid: string, more = {}) => ({ number: 1, uid, ...more });

for (
  const [message, entry] of [
    ["From: a@b.example\r\n\r\nhi\r\n", "From a@b.example Thu Jan  1 00:00:00 1970\nFrom: a@b.example\n\nhi\n\n"],
    [
      "Return-Path: <c@d.example>\r\nFrom: a@b.example\r\n\r\n",
      "From c@d.example Thu Jan  1 00:00:00 1970\nReturn-Path: <c@d.example>\nFrom: a@b.example\n\n\n",
    ],
    ["Return-Path: <>\n\n", "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\nReturn-Path: <>\n\n\n"],
    [
      "From: x\r\nDate: Sat, 3 Jan 2026 01:02:03 +0100\r\n\r\n",
      "From MAILER-DAEMON Sat Jan  3 00:02:03 2026\nFrom: x\nDate: Sat, 3 Jan 2026 01:02:03 +0100\n\n\n",
    ],
    [
      "\r\nFrom here\r\n>From there\r\n >From no\r\nFrom: no",
      "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n\n>From here\n>>From there\n >From no\nFrom: no\n\n",
    ],
    ["From: evil\x1b\r\n\r\n", "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\nFrom: evil\x1b\n\n\n"],
    ["", "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n\n"],
  ] as const
) {
  Deno.test(`mail read: mbox entry of ${JSON.stringify(message)}`, () =>
    assertEquals(text(mboxEntry(bytes(message), 0)), entry));
}

Deno.test("mail read: messages are appended to an mbox file, and to nothing else", () =>
  withFolder(async (folder) => {
    const path = `${folder}/mbox`;
    await Deno.writeTextFile(path, "From a@b Thu Jan  1 00:00:00 1970\nSubject: old\n\nno line end");
    const target = new MboxTarget(path);
    await target.save(mail("1"), bytes("Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n\r\nnew\r\n"));
    await target.save(mail("2"), bytes("Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n\r\nnewer\r\n"));
    const entry = (word: string) =>
      `From MAILER-DAEMON Thu Jan  1 00:00:00 1970\nDate: Thu, 1 Jan 1970 00:00:00 +0000\n\n${word}\n\n`;
    assertEquals(
      await Deno.readTextFile(path),
      `From a@b Thu Jan  1 00:00:00 1970\nSubject: old\n\nno line end\n\n${entry("new")}${entry("newer")}`,
    );
    const other = `${folder}/other.txt`;
    await Deno.writeTextFile(other, "precious");
    const error = await assertRejects(() => new MboxTarget(other).save(mail("1"), bytes("x")), SystemError);
    assertEquals([error.code, await Deno.readTextFile(other)], ["not-an-mbox", "precious"]);
    using locked = await Deno.open(path, { read: true, write: true });
    locked.lockSync(true);
    assertEquals((await assertRejects(() => target.save(mail("1"), bytes("x")), SystemError)).code, "file-busy");
  }));

Deno.test("mail read: .eml files are named by ids, and never replace another message", () =>
  withFolder(async (folder) => {
    const target = new EmlFolder(`${folder}/a/b`);
    for (const uid of ["<a/../../b@c>", "..", "-x", "a b", "", "ä%"]) await target.save(mail(uid), bytes(uid));
    await target.save(mail(".."), bytes(".."));
    await target.save(mail(".."), bytes("another message"));
    const expected = ["%2dx.eml", "%2e.-2.eml", "%2e..eml", "%e4%25.eml", "a%20b.eml", "a%2f..%2f..%2fb@c.eml"];
    assertEquals(names(`${folder}/a/b`), [...expected, "message-1.eml"]);
    assertEquals(await Deno.readTextFile(`${folder}/a/b/%2e.-2.eml`), "another message");
    assertEquals(names(folder), ["a"]);
  }));

Deno.test("mail read: one .eml file takes one message", () =>
  withFolder(async (folder) => {
    const target = new EmlFile(`${folder}/a.eml`);
    assertEquals(await target.save(mail("1"), bytes("one")), `${folder}/a.eml`);
    assertEquals((await assertRejects(() => target.save(mail("2"), bytes("two")), SystemError)).code, "file-exists");
    assertEquals(await Deno.readTextFile(`${folder}/a.eml`), "one");
    assertEquals(names(folder), ["a.eml"]);
  }));

Deno.test("mail read: a maildir has unread messages in new, others in cur with their flags", () =>
  withFolder(async (folder) => {
    const target = new MaildirTarget(`${folder}/Maildir`);
    const unread = await target.save(mail("1"), bytes("one"));
    const read = await target.save(mail("2", { flags: ["\\Seen", "\\Answered", "$Junk"] }), bytes("two"));
    assertEquals([await Deno.readTextFile(unread), await Deno.readTextFile(read)], ["one", "two"]);
    assertEquals([unread.includes("/new/"), /\/cur\/[^/]+:2,RS$/.test(read)], [true, true]);
    assertEquals(names(`${folder}/Maildir/tmp`), []);
    await Deno.mkdir(`${folder}/bad/cur`, { recursive: true });
    await Deno.mkdir(`${folder}/elsewhere`);
    await Deno.symlink(`${folder}/elsewhere`, `${folder}/bad/new`);
    const error = await assertRejects(
      () => new MaildirTarget(`${folder}/bad`).save(mail("1"), bytes("x")),
      SystemError,
    );
    assertEquals([error.code, names(`${folder}/elsewhere`)], ["not-a-directory", []]);
  }));

Deno.test("mail read: attachments stay in their folder, whatever their names are", () =>
  withFolder(async (folder) => {
    const hostile = [
      "../../evil",
      "/etc/passwd",
      "a\\..\\b.txt",
      ".bashrc",
      "CON",
      "x\x1b[31m.txt",
      "same.txt",
      "same.txt",
      "ok",
    ];
    const parts = hostile.map((name, i) =>
      `--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="${
        name.replaceAll("\\", "\\\\")
      }"\r\n\r\n${i}\r\n`
    );
    const message = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts.join("")}--b--\r\n`;
    const { attachments } = mailContent(bytes(message));
    await Deno.writeTextFile(`${folder}/kept`, "");
    await Deno.mkdir(`${folder}/out`);
    await Deno.symlink(`${folder}/kept`, `${folder}/out/ok`);
    const saved = await saveAttachments(attachments, `${folder}/out`);
    const expected = ["evil", "passwd", "b.txt", "bashrc", "_CON", "x[31m.txt", "same.txt", "same-2.txt", "ok-2"];
    assertEquals(saved, expected.map((name) => `${folder}/out/${name}`));
    assertEquals(await Promise.all(saved.map((path) => Deno.readTextFile(path))), hostile.map((_, i) => String(i)));
    assertEquals(await Deno.readTextFile(`${folder}/kept`), "");
    assertEquals(await saveAttachments(attachments, `${folder}/out`), saved);
    assertEquals(names(folder), ["kept", "out"]);
  }));

Deno.test("mail read: the state file is read as it was written, pruned, and refused when it is another file", () =>
  withFolder(async (folder) => {
    const path = `${folder}/state.json`;
    const state = await MailReadState.load(path);
    state.of("pop3", "pop3://a").add([mail("x"), mail("__proto__")]);
    state.of("imap", "imap://a/INBOX").add([{ number: 7, uid: "5:7" }]);
    state.of("nntp", "nntp://a/g").add([{ number: 9, uid: "<i@h>" }]);
    await state.save();
    const again = await MailReadState.load(path);
    const pop3 = again.of("pop3", "pop3://a");
    assertEquals(["x", "__proto__", "y"].map((uid) => pop3.isNew(mail(uid))), [false, false, true]);
    pop3.prune([mail("__proto__")]);
    assertEquals(["x", "__proto__"].map((uid) => pop3.isNew(mail(uid))), [true, false]);
    const imap = again.of("imap", "imap://a/INBOX");
    assertEquals(
      [{ number: 7, uid: "5:7" }, { number: 8, uid: "5:8" }, { number: 3, uid: "6:3" }].map((m) => imap.isNew(m)),
      [
        false,
        true,
        true,
      ],
    );
    const nntp = again.of("nntp", "nntp://a/g");
    assertEquals([nntp.isNew({ number: 9, uid: "<i@h>" }), nntp.isNew({ number: 10, uid: "<j@h>" })], [false, true]);
    for (const text of ["{}", "[]", "not JSON", '{"version":1,"mailboxes":{"a":{"uids":[1]}}}']) {
      await Deno.writeTextFile(path, text);
      const error = await assertRejects(() => MailReadState.load(path), SystemError, "is not a state file");
      assertEquals(error.code, "invalid-state");
    }
    await Deno.writeTextFile(path, "");
    assertEquals((await MailReadState.load(path)).of("pop3", "pop3://a").isNew(mail("x")), true);
  }));

Deno.test("mail read: runs that write one state file at the same time keep what each other has written", () =>
  withFolder(async (folder) => {
    const path = `${folder}/state.json`;
    const first = await MailReadState.load(path);
    first.of("pop3", "a").add([mail("old"), mail("kept")]);
    await first.save();
    const runs = await Promise.all(Array.from({ length: 8 }, () => MailReadState.load(path)));
    for (const [i, run] of runs.entries()) {
      run.of("pop3", "a").add([mail(`uid ${i}`)]);
      run.of("imap", "b").add([{ number: 10 - i, uid: `5:${10 - i}` }]);
      run.of("pop3", `own ${i}`).add([mail("x")]);
    }
    runs[3]?.of("pop3", "a").prune([mail("kept")]);
    await Promise.all(runs.map((run) => run.save()));
    const { mailboxes } = JSON.parse(await Deno.readTextFile(path));
    const uids = ["kept", ...runs.map((_, i) => `uid ${i}`)].filter((uid) => uid !== "uid 3");
    assertEquals(mailboxes.a.uids.sort(), uids);
    assertEquals(mailboxes.b, { highest: 10, validity: "5" });
    assertEquals(Object.keys(mailboxes).length, 10);
    assertEquals(names(folder), ["state.json"]);
    const { size } = await Deno.stat(path);
    await (await MailReadState.load(path)).save();
    assertEquals((await Deno.stat(path)).size, size);
  }));
