import { assertEquals } from "@std/assert";
import { mailInbox, mailSink, sendMail } from "../../../lib/mail/mod.ts";
import { request } from "../../../lib/http/mod.ts";
import { FakeTime } from "../../kit/fake_time.ts";
import { withFolder } from "../../kit/folder.ts";

const MESSAGE = { from: "ada@example.com", to: ["bob@example.com"], subject: "s", text: "hello\n" };

/** Changes by another program to a maildir with the message ID, and the sink's messages after them: ids and subjects. */
for (
  const [what, touch, ids] of [
    ["a delivery", (dir) => deliver(dir, "new/b.1.host", "Subject: b\n\nx\n"), ["ID", "b.1.host"]],
    ["a delivery to cur, with flags", (dir) => deliver(dir, "cur/b.1.host:2,S", "Subject: b\n\nx\n"), [
      "ID",
      "b.1.host",
    ]],
    ["a delivery under a name with its size and other characters", (dir) => {
      return deliver(dir, "cur/b.1.höst name,S=60%2:2,S", "Subject: b\n\nx\n");
    }, ["ID", "b.1.höst name,S=60%2"]],
    ["a message deleted", (dir, id) => Deno.remove(`${dir}/new/${id}`), []],
    ["a message moved to cur and another delivered", async (dir, id) => {
      await Deno.rename(`${dir}/new/${id}`, `${dir}/cur/${id}:2,S`);
      await deliver(dir, "new/b.1.host", "x");
    }, ["ID", "b.1.host"]],
    ["a link, a folder and a dot file beside a delivery", async (dir) => {
      await Deno.symlink("/etc/hostname", `${dir}/new/link`);
      await Deno.mkdir(`${dir}/new/folder`);
      await Deno.writeTextFile(`${dir}/new/.hidden`, "x");
      await deliver(dir, "new/b.1.host", "x");
    }, ["ID", "b.1.host"]],
  ] as const satisfies readonly [string, (dir: string, id: string) => Promise<void>, readonly string[]][]
) {
  Deno.test(`mail sink: a maildir is followed: ${what}`, () =>
    withFolder(async (folder) => {
      using time = new FakeTime();
      const directory = `${folder}/Maildir`;
      await using sink = await mailSink({ directory });
      const { store } = sink;
      await sendMail(sink.address, MESSAGE, { tls: "none" });
      const [{ id } = { id: "" }] = store.messages;
      await touch(directory, id);
      const changed = store.changed();
      await time.pass(1000);
      await changed;
      assertEquals(store.messages.map((mail) => mail.id), ids.map((name) => name === "ID" ? id : name));
      assertEquals(store.bytes, store.messages.reduce((sum, { size }) => sum + size, 0));
      for (const mail of store.messages) assertEquals((await store.read(mail.id))?.length, mail.size);
    }));
}

Deno.test("mail sink: a message that was moved or got flags is read and removed at once, under its id", () =>
  withFolder(async (folder) => {
    using _time = new FakeTime();
    const directory = `${folder}/Maildir`;
    await using sink = await mailSink({ directory });
    const { store } = sink;
    await sendMail(sink.address, MESSAGE, { tls: "none" });
    const [{ id, size } = { id: "", size: 0 }] = store.messages;
    await Deno.rename(`${directory}/new/${id}`, `${directory}/cur/${id}:2,`);
    assertEquals([(await store.read(id))?.length, store.count], [size, 1]);
    await Deno.rename(`${directory}/cur/${id}:2,`, `${directory}/cur/${id}:2,FS`);
    assertEquals([await store.remove(id), store.count], [true, 0]);
    assertEquals([...Deno.readDirSync(`${directory}/cur`)], []);
    assertEquals([await store.remove(id), await store.read(id)], [false, undefined]);
  }));

Deno.test("mail inbox: a request that waits is answered with what another program delivers", () =>
  withFolder(async (folder) => {
    using time = new FakeTime();
    const directory = `${folder}/Maildir`;
    await using sink = await mailSink({ directory });
    await using inbox = mailInbox(sink.store);
    const asked = request(`${inbox.url}api/messages?subject=foreign&wait=1m`);
    await deliver(directory, "new/b.1.host", "Subject: foreign\n\nx\n");
    await time.pass(1000);
    using response = await asked;
    assertEquals(JSON.parse(await response.body.text(10_000)).messages[0].id, "b.1.host");
  }));

/** The header that a delivery agent writes, and the envelope that is read from it. */
for (
  const [agent, header, from, to] of [
    ["Postfix", "Return-Path: <r@x>\nX-Original-To: b+1@x\nDelivered-To: b@x\n", "r@x", ["b+1@x"]],
    ["Dovecot", "Return-Path: <r@x>\r\nDelivered-To: <b@x>\r\n", "r@x", ["b@x"]],
    ["Exim", "Return-path: <>\nEnvelope-to: b@x, c@x\nDelivery-date: now\n", "", ["b@x", "c@x"]],
    ["maildrop, behind another one", "Delivered-To: b@x\nReturn-Path: <r@x>\nDelivered-To: list@x\n", "r@x", ["b@x"]],
    ["a copy of a draft", "From: a@x\nTo: b@x\n", "", []],
    ["a header that is too large", `X: ${"x".repeat(1 << 20)}\nDelivered-To: b@x\n`, "", []],
    ["a long line without an end", `X: ${"x".repeat(1 << 17)}`, "", []],
  ] as const
) {
  Deno.test(`mail sink: the envelope of a message of a maildir: ${agent}`, () =>
    withFolder(async (folder) => {
      for (const name of ["tmp", "new", "cur"]) await Deno.mkdir(`${folder}/${name}`);
      await deliver(folder, "new/b.1.host,S=1", `${header}Subject: s\n\nDelivered-To: no@x\n`);
      await using sink = await mailSink({ directory: folder });
      await using inbox = mailInbox(sink.store);
      assertEquals(sink.store.messages.map((mail) => [mail.from, mail.to]), [[from, [...to]]]);
      // The id in the path of a URL, as it stands there and with escapes.
      for (const id of ["b.1.host,S=1", encodeURIComponent("b.1.host,S=1")]) {
        using response = await request(`${inbox.url}api/messages/${id}/raw`);
        assertEquals([id, response.status], [id, 200]);
      }
    }));
}

async function deliver(directory: string, path: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${directory}/tmp/delivered`, text);
  await Deno.rename(`${directory}/tmp/delivered`, `${directory}/${path}`);
}
