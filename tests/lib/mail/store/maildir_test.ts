import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { SystemError } from "../../../../lib/core/mod.ts";
import { addressOfPath, folderPath, mailboxPath, nameOfPath } from "../../../../lib/mail/store/maildir/folder_path.ts";
import { maildirStore } from "../../../../lib/mail/store/maildir/maildir_store.ts";
import { FakeTime } from "../../../kit/fake_time.ts";
import { withFolder } from "../../../kit/folder.ts";
import { contents, pieces } from "../../../kit/mail_store.ts";

const TO_BOB = { from: "ada@example.com", to: ["bob@example.com"] };

/** Names of the files below a folder, without what changes. */
function tree(folder: string, prefix = ""): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? tree(`${folder}/${name}`, `${prefix}${name}/`) : [prefix + name.replace(/\d+\.M\w+\.toucan/, "ID")]
  ).sort();
}

Deno.test("mail store in a maildir: UIDs, flags, keywords, folders and subscriptions last", () =>
  withFolder(async (folder) => {
    const state: unknown[] = [];
    for (let run = 0; run < 3; run++) {
      await using store = await maildirStore(folder);
      const account = store.account();
      if (run === 0) {
        for (const text of ["one", "two", "three", "four"]) await store.add(TO_BOB, pieces(text));
        const archive = await account.create("Archive/2026.ü");
        await account.inbox.setFlags(2, ["\\Seen", "Work", "$Forwarded"]);
        await account.inbox.setFlags(3, ["\\Deleted", "home"]);
        await account.inbox.copy([2, 3], archive);
        await archive.append(pieces("five"), { flags: ["\\Draft", "home"], received: 1_000_000_000_000 });
        await account.inbox.remove([1, 4]);
        await account.subscribe("Archive/2026.ü", true);
      }
      const archive = account.folder("Archive/2026.ü") ?? account.inbox;
      const all = await Promise.all(
        [account.inbox, archive].map(async (one) => [one.uidValidity, one.uidNext, one.messages, await contents(one)]),
      );
      state.push([account.folders(), [...account.subscribed], all]);
      assertEquals(await contents(account.inbox), [[2, "two", "$Forwarded Work \\Seen"], [
        3,
        "three",
        "\\Deleted home",
      ]]);
      assertEquals(await contents(archive), [
        [1, "two", "$Forwarded Work \\Seen"],
        [2, "three", "\\Deleted home"],
        [3, "five", "\\Draft home"],
      ]);
    }
    assertEquals(state[1], state[0]);
    assertEquals(state[2], state[0]);
    const archive = ".Archive.2026&AC4-&APw-";
    assertEquals(tree(folder), [
      ...["cur/ID:2,Db", "cur/ID:2,PSa", "cur/ID:2,Tb", "maildirfolder", "toucan.index"].map((name) =>
        `${archive}/${name}`
      ),
      ...["cur/ID:2,PSa", "cur/ID:2,Tb", "subscriptions", "toucan.index"],
    ]);
  }));

/** Changes of the index between two runs, and whether its UIDs are valid afterwards. */
for (
  const [what, change, valid] of [
    ["nothing", () => {}, true],
    ["it was removed", (path) => Deno.removeSync(path), false],
    ["a byte of it was changed", (path) => damage(path, (bytes) => bytes[60] = 0), false],
    ["its middle is missing", (path) => rewrite(path, (text) => text.replace(/.*"\+",2,.*\n/, "x\n")), false],
    ["it is empty", (path) => rewrite(path, () => ""), false],
    ["its last line is not finished", (path) => rewrite(path, (text) => `${text}123456`), true],
    ["it was not closed", (path) => rewrite(path, (text) => text.replace(/.*"closed".*\n$/, "")), true],
    ["it is not text", (path) => Deno.writeFileSync(path, new Uint8Array(100_000).fill(255)), false],
    ["it has a line of 5 MiB", (path) => rewrite(path, (text) => text + "x".repeat(5 << 20)), false],
    ["it is a link", (path) => {
      Deno.renameSync(path, `${path}.elsewhere`);
      Deno.symlinkSync(`${path}.elsewhere`, path);
    }, false],
    ["it is a folder", (path) => {
      Deno.removeSync(path);
      Deno.mkdirSync(path);
    }, false],
  ] as const satisfies readonly [string, (path: string) => void, boolean][]
) {
  Deno.test(`mail store in a maildir: no UID is used twice when of the index ${what}`, () =>
    withFolder(async (folder) => {
      const used = new Map<string, string>();
      let validity = 0;
      const take = (of: number, uid: number, id: string) => {
        const key = `${of} ${uid}`;
        assertEquals(used.get(key) ?? id, id, key);
        used.set(key, id);
      };
      for (let run = 0; run < 3; run++) {
        await using store = await maildirStore(folder);
        const { inbox } = store.account();
        if (run === 1) assertEquals(inbox.uidValidity === validity, valid);
        validity = inbox.uidValidity;
        for (let i = 0; i < 5; i++) await store.add(TO_BOB, pieces(`${run} ${i}`));
        for (const { uid, mail } of inbox.messages) take(validity, uid, mail.id);
        await inbox.remove([inbox.uidNext - 1]);
        assertEquals(inbox.count, (run + 1) * 4);
        await store[Symbol.asyncDispose]();
        if (run === 0) change(`${folder}/toucan.index`);
      }
    }));
}

Deno.test("mail store in a maildir: what other programs do to flags, folders and messages is followed", () =>
  withFolder(async (folder) => {
    using time = new FakeTime();
    await using store = await maildirStore(folder);
    const account = store.account();
    for (const text of ["one", "two", "three"]) await store.add(TO_BOB, pieces(text));
    const [one = "", two = ""] = store.messages.map(({ id }) => id);
    Deno.renameSync(`${folder}/new/${one}`, `${folder}/cur/${one}:2,FS`);
    Deno.removeSync(`${folder}/new/${two}`);
    for (const part of ["tmp", "new", "cur"]) {
      Deno.mkdirSync(`${folder}/.Made &- elsewhere/${part}`, { recursive: true });
    }
    Deno.writeTextFileSync(`${folder}/.Made &- elsewhere/cur/1.x.host:2,R`, "foreign");
    Deno.mkdirSync(`${folder}/.&AAA-`);
    Deno.mkdirSync(`${folder}/...`);
    await time.pass(1000);
    for (let i = 0; i < 1000 && account.folders().length < 2; i++) await time.pass(1000);
    assertEquals(await contents(account.inbox), [[1, "one", "\\Flagged \\Seen"], [3, "three", ""]]);
    assertEquals(account.folders(), ["INBOX", "Made & elsewhere"]);
    assertEquals(await contents(account.folder("Made & elsewhere") ?? account.inbox), [[1, "foreign", "\\Answered"]]);
    // At once, without a look at the folder in between.
    Deno.renameSync(`${folder}/cur/${one}:2,FS`, `${folder}/cur/${one}:2,F`);
    await account.inbox.setFlags(1, ["\\Deleted"]);
    assertEquals([...Deno.readDirSync(`${folder}/cur`)].map(({ name }) => name), [`${one}:2,T`]);
  }));

Deno.test("mail store in a maildir: a folder that another program removes is gone, one that is made again has other UIDs", () =>
  withFolder(async (folder) => {
    using time = new FakeTime();
    await using store = await maildirStore(folder);
    const account = store.account();
    const old = await account.create("Old/2025");
    await account.create("Kept");
    await old.append(pieces("one"));
    const removed: number[] = [];
    old.watch((change) => void ("removed" in change && removed.push(change.removed)));
    const bytes = store.bytes;
    Deno.removeSync(`${folder}/.Old.2025`, { recursive: true });
    await time.pass(1000);
    for (let i = 0; i < 1000 && account.folders().length > 2; i++) await time.pass(1000);
    assertEquals(account.folders(), ["INBOX", "Kept"]);
    assertEquals([removed, old.count, store.bytes < bytes || bytes === 0], [[1], 0, true]);
    await assertRejects(() => Promise.resolve(old.append(pieces("two"))), SystemError);
    const again = await account.create("Old/2025");
    assert(again.uidValidity !== old.uidValidity);
    assertEquals([(await again.append(pieces("three"))).uid, await account.delete("Old/2025")], [1, true]);
    assertEquals([...Deno.readDirSync(folder)].filter(({ name }) => name.startsWith(".Old")), []);
  }));

Deno.test("mail store in a maildir: mailboxes are maildirs with links to the same files, and get what they missed", () =>
  withFolder(async (folder) => {
    const all = async (mailboxes: boolean) => {
      await using store = await maildirStore(folder, { mailboxes });
      await store.add({ from: "", to: ["Bob@x", "../eve@x"] }, pieces(`${store.count}`));
      const boxes = ["bob@x", "../EVE@x"].map((user) => store.account(user).inbox);
      const found = await Promise.all(boxes.map(contents));
      if (mailboxes && store.count === 1) {
        assertEquals(Deno.statSync(`${folder}/new/${store.messages[0]?.id}`).nlink, 3);
        await store.account("bob@x").create("Sent");
      }
      if (store.count === 3) await boxes[0]?.remove([2]);
      return found;
    };
    assertEquals(await all(true), [[[1, "0", ""]], [[1, "0", ""]]]);
    const validity = (await all(false))[0]?.length;
    assertEquals(validity, 2);
    const three = [[1, "0", ""], [2, "1", ""], [3, "2", ""]] as const;
    assertEquals(await all(true), [[...three], [...three]]);
    assertEquals(await all(true), [[three[0], three[2], [4, "3", ""]], [...three, [4, "3", ""]]]);
    assertEquals([...Deno.readDirSync(`${folder}/mailboxes`)].map(({ name }) => name).sort(), [
      "%2E.%2Feve@x",
      "bob@x",
    ]);
    await using store = await maildirStore(folder, { mailboxes: true });
    assertEquals(store.account("bob@x").folders(), ["INBOX", "Sent"]);
    for (const { id } of store.messages) await store.remove(id);
    assertEquals(tree(folder).filter((name) => name.endsWith("ID")), []);
  }));

Deno.test("mail store in a maildir: a second store beside the first has UIDs of its own, and leaves the index alone", () =>
  withFolder(async (folder) => {
    await using first = await maildirStore(folder);
    await first.add(TO_BOB, pieces("one"));
    {
      await using second = await maildirStore(folder);
      await second.add(TO_BOB, pieces("two"));
      assertNotEquals(second.account().inbox.uidValidity, first.account().inbox.uidValidity);
      assertEquals((await contents(second.account().inbox)).map(([uid]) => uid), [1, 2]);
    }
    await first.add(TO_BOB, pieces("three"));
    await first[Symbol.asyncDispose]();
    await using third = await maildirStore(folder);
    assertEquals(third.account().inbox.uidValidity, first.account().inbox.uidValidity);
    assertEquals(await contents(third.account().inbox), [[1, "one", ""], [2, "three", ""], [3, "two", ""]]);
  }));

Deno.test("mail store in a maildir: keywords beyond 26 are left out", () =>
  withFolder(async (folder) => {
    await using store = await maildirStore(folder);
    const { inbox } = store.account();
    await store.add(TO_BOB, pieces("one"));
    const keywords = Array.from({ length: 30 }, (_, i) => `k${i + 10}`);
    const changed = await inbox.setFlags(1, keywords);
    assertEquals([...changed?.flags ?? []].sort(), keywords.slice(0, 26));
    await inbox.setFlags(1, ["\\Seen", "another"]);
    assertEquals([...inbox.get(1)?.flags ?? []], ["\\Seen"]);
  }));

Deno.test("mail store in a maildir: names of folders and mailboxes are safe, different, and read back", () => {
  const level = fc.oneof(
    fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }),
    fc.constantFrom(".", "..", "a.b", "&", "~", "&-", "a&AC4-b"),
  )
    .map((text) => text.replaceAll("/", "_"));
  fc.assert(
    fc.property(fc.array(level, { minLength: 1, maxLength: 4 }), (levels) => {
      const name = levels.join("/");
      const path = folderPath(name);
      if (path === undefined) return;
      assert(/^\.[ -~]+$/.test(path) && !/[/\\:*?"<>|]/.test(path) && !path.includes(".."), path);
      assertEquals(nameOfPath(path), name);
    }),
    { seed: 20260101, numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 60, unit: "grapheme" }), (text) => {
      const address = text.toLowerCase();
      const path = mailboxPath(address);
      if (path === undefined) return;
      assert(/^[a-z0-9@_+=%A-F.-]+$/.test(path) && !path.startsWith("."), path);
      assertEquals(addressOfPath(path), address);
    }),
    { seed: 20260101, numRuns: 2000 },
  );
});

function rewrite(path: string, change: (text: string) => string): void {
  Deno.writeTextFileSync(path, change(Deno.readTextFileSync(path)));
}

function damage(path: string, change: (bytes: Uint8Array) => void): void {
  const bytes = Deno.readFileSync(path);
  change(bytes);
  Deno.writeFileSync(path, bytes);
}
