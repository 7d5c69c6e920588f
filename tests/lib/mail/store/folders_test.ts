import { assertEquals, assertRejects } from "@std/assert";
import { SystemError, UsageError } from "../../../../lib/core/mod.ts";
import type { FolderChange } from "../../../../lib/mail/store/types.ts";
import { contents, pieces, testStores } from "../../../kit/mail_store.ts";

const TO_BOB = { from: "ada@example.com", to: ["bob@example.com"] };

testStores("the inbox is the list of the store, with UIDs and flags", async (open) => {
  await using store = await open();
  const { inbox } = store.account("any user");
  const changes: FolderChange[] = [];
  const unwatch = inbox.watch((change) => changes.push(change));
  const { id } = await store.add(TO_BOB, pieces("one"));
  await store.add(TO_BOB, pieces("two"));
  assertEquals(await inbox.setFlags(1, ["\\SEEN", "$Junk", "\\Recent", "a b"]), {
    uid: 1,
    mail: store.messages[0] ?? null,
    flags: new Set(["$Junk", "\\Seen"]),
  });
  assertEquals(await contents(inbox), [[1, "one", "$Junk \\Seen"], [2, "two", ""]]);
  assertEquals(await store.remove(id), true);
  assertEquals([await contents(inbox), inbox.uidNext, inbox.count], [[[2, "two", ""]], 3, 1]);
  assertEquals(await inbox.remove([1, 2, 9]), [2]);
  assertEquals([store.count, store.bytes, inbox.uidNext], [0, 0, 3]);
  unwatch();
  await store.add(TO_BOB, pieces("three"));
  assertEquals(inbox.messages.map(({ uid }) => uid), [3]);
  const kinds = changes.map((change) =>
    "added" in change ? `+${change.added.uid}` : "flags" in change ? `=${change.flags.uid}` : `-${change.removed}`
  );
  assertEquals(kinds, ["+1", "+2", "=1", "-1", "-2"]);
});

testStores("messages are appended, copied and moved to other folders", async (open) => {
  await using store = await open();
  const { inbox, create } = bound(store.account());
  const archive = await create("Archive/2026");
  const received = Date.UTC(2020, 1, 2);
  const added = await archive.append(pieces("Return-Path: <a@x>\r\nX-Envelope-To: <b@x>\r\n\r\nhello"), {
    flags: ["\\Flagged", "\\seen"],
    received,
  });
  assertEquals([added.uid, added.mail.received, added.mail.from, added.mail.to], [1, received, "a@x", ["b@x"]]);
  for (const text of ["one", "two", "three"]) await store.add(TO_BOB, pieces(text));
  await inbox.setFlags(2, ["\\Answered"]);
  assertEquals(await inbox.copy([2, 3, 99], archive), new Map([[2, 2], [3, 3]]));
  assertEquals(await inbox.move([1], archive), new Map([[1, 4]]));
  assertEquals(await archive.copy([4], archive), new Map([[4, 5]]));
  assertEquals(await contents(inbox), [[2, "two", "\\Answered"], [3, "three", ""]]);
  const texts = (await contents(archive)).slice(1);
  assertEquals(texts, [[2, "two", "\\Answered"], [3, "three", ""], [4, "one", ""], [5, "one", ""]]);
  // What is removed from the list stays in the folder.
  for (const { id } of store.messages) await store.remove(id);
  assertEquals([store.count, archive.count], [0, 5]);
  assertEquals(store.bytes, archive.messages.reduce((sum, { mail }) => sum + mail.size, 0));
});

testStores("folders are created, renamed with those below them, and deleted", async (open) => {
  await using store = await open();
  const account = store.account();
  const before = await account.create("a");
  await account.create("a/b.c");
  await account.create("inbox/ü & Co");
  await before.append(pieces("kept"));
  assertEquals(account.folders(), ["INBOX", "INBOX/ü & Co", "a", "a/b.c"]);
  assertEquals(await account.rename("a", "z"), true);
  assertEquals(account.folders(), ["INBOX", "INBOX/ü & Co", "z", "z/b.c"]);
  assertEquals(await contents(account.folder("z") ?? before), [[1, "kept", ""]]);
  assertEquals([account.folder("Inbox")?.name, account.folder("nowhere")], ["INBOX", undefined]);
  assertEquals([await account.delete("z"), await account.delete("z"), await account.delete("INBOX")], [
    true,
    false,
    false,
  ]);
  assertEquals([before.count, store.bytes], [0, 0]);
  assertEquals(account.folders(), ["INBOX", "INBOX/ü & Co", "z/b.c"]);
  const again = await account.create("z");
  assertEquals(again.uidValidity > before.uidValidity, true);
  // Renaming the inbox moves its messages.
  await store.add(TO_BOB, pieces("old"));
  assertEquals(await account.rename("INBOX", "old mail"), true);
  assertEquals([store.count, account.folder("old mail")?.count], [0, 1]);
  await account.subscribe("inbox/x", true);
  await account.subscribe("INBOX", false);
  assertEquals([...account.subscribed], ["INBOX/x"]);
});

for (const name of ["", "/", "a//b", "a/", "../x", "a/../b", ".", "a\r\nb", "\0", "x".repeat(201), "\ud800"]) {
  testStores(`a folder is not named ${JSON.stringify(name.slice(0, 10))}`, async (open) => {
    await using store = await open();
    const account = store.account();
    await account.create("a");
    const invalid = { code: "invalid-folder-name" };
    for (const attempt of [() => account.create(name), () => account.rename("a", name)]) {
      const error = await assertRejects(attempt, UsageError);
      assertEquals({ code: error.code }, invalid);
    }
    assertEquals(account.folders(), ["INBOX", "a"]);
  });
}

testStores("a name that exists is not taken again, and a folder is not put below itself", async (open) => {
  await using store = await open();
  const account = store.account();
  for (const name of ["a", "a/x", "b/x"]) await account.create(name);
  for (
    const [attempt, code] of [
      [() => account.create("inbox"), "folder-exists"],
      [() => account.create("a"), "folder-exists"],
      [() => account.rename("a", "b/x"), "folder-exists"],
      [() => account.rename("a", "b"), "folder-exists"],
      [() => account.rename("a", "a/x/y"), "invalid-folder-name"],
    ] as const
  ) assertEquals((await assertRejects(attempt, UsageError)).code, code);
  assertEquals(account.folders(), ["INBOX", "a", "a/x", "b/x"]);
});

testStores(
  "with mailboxes, the inbox of a recipient has the mail to it, with UIDs and flags of its own",
  async (open) => {
    await using store = await open({ mailboxes: true });
    await store.add({ from: "", to: ["Bob@Example.com", "eve@x", "bob@example.com"] }, pieces("one"));
    const bob = store.account("BOB@example.COM").inbox;
    const eve = store.account("eve@x").inbox;
    await store.add({ from: "", to: ["eve@x"] }, pieces("two"));
    await store.add({ from: "", to: ["bob@example.com"] }, pieces("three"));
    await bob.setFlags(2, ["\\Seen"]);
    assertEquals([await contents(bob), await contents(eve)], [
      [[1, "one", ""], [2, "three", "\\Seen"]],
      [[1, "one", ""], [2, "two", ""]],
    ]);
    assertEquals(await contents(store.account().inbox), [[1, "one", ""], [2, "two", ""], [3, "three", ""]]);
    // What a recipient removes stays in the list; what is removed there is removed everywhere.
    await eve.remove([2]);
    assertEquals([store.count, eve.count], [3, 1]);
    const [{ id } = { id: "" }] = store.messages;
    await store.remove(id);
    assertEquals([store.count, bob.messages.map(({ uid }) => uid), eve.count], [2, [2], 0]);
    assertEquals(store.account("nobody@x").inbox.count, 0);
  },
);

testStores("what does not fit into the store is rejected, and nothing of it is left", async (open) => {
  await using store = await open({ limits: { messages: 3, bytes: 10 } });
  const account = store.account();
  const other = await account.create("other");
  await store.add(TO_BOB, pieces("1234"));
  await store.add(TO_BOB, pieces("12"));
  for (
    const attempt of [
      () => other.append(pieces("12345")),
      () => account.inbox.copy([1, 2], other),
    ]
  ) assertEquals((await assertRejects(attempt, SystemError)).code, "store-full");
  assertEquals([store.count, store.bytes, other.count], [2, 6, 0]);
  await other.append(pieces("1234"));
  assertEquals((await assertRejects(() => other.append([]), SystemError)).code, "store-full");
});

/** Methods as functions. */
function bound(account: ReturnType<import("../../../../lib/mail/store/types.ts").MailStore["account"]>) {
  return { inbox: account.inbox, create: (name: string) => account.create(name) };
}
