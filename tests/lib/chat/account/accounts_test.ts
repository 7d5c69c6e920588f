import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { type Account, type AccountStore, isBanned } from "../../../../lib/chat/account/account.ts";
import { Accounts } from "../../../../lib/chat/account/accounts.ts";
import { HashLimit } from "../../../../lib/chat/account/hash_limit.ts";
import { hashPassword, isPassword, PASSWORD_COST, readScram } from "../../../../lib/chat/account/password.ts";
import { MemoryAccounts } from "../../../../lib/chat/account/memory_accounts.ts";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import { makeScramKeys } from "../../../../lib/core/sasl/scram_server.ts";
import { ToucanError } from "../../../../lib/core/mod.ts";
import { CHEAP, cheapAccounts } from "../../../kit/chat_accounts.ts";
import { withFolder } from "../../../kit/folder.ts";

/** Runs a test with accounts in memory and in a file. */
function bothWays(name: string, work: (store: AccountStore) => Promise<void>): void {
  Deno.test(`${name}: in memory`, () => work(new MemoryAccounts()));
  Deno.test(`${name}: in a file`, () =>
    withFolder(async (folder) => {
      using history = new FileHistory(`${folder}/chat.db`);
      await work(history.accounts);
    }));
}

/** Returns the code of the error of some work. */
async function codeOf(work: () => unknown): Promise<string> {
  const error = await assertRejects(async () => void await work(), ToucanError);
  return error.code;
}

bothWays("accounts: added, found in any form of the name, changed and listed", async (store) => {
  const accounts = cheapAccounts(store);
  const added = await accounts.add("Ann", "correct horse");
  assertEquals([added.key, added.name, added.certificates], ["ann", "Ann", []]);
  assertEquals(accounts.find("ＡＮＮ"), accounts.find("ann"));
  assertEquals(accounts.find("ann")?.name, "Ann");
  assertEquals(accounts.find("no such"), undefined);
  await accounts.add("жанна", "correct horse");
  assertEquals([...accounts.list()].map(({ name }) => name), ["Ann", "жанна"]);
  assertEquals(store.size, 2);
  await accounts.setPassword("ANN", "battery staple");
  assertEquals(await accounts.login("ann", "correct horse"), "wrong");
  const logged = await accounts.login("ann", "battery staple");
  assert(typeof logged === "object" && logged.name === "Ann");
});

bothWays("accounts: what is refused", async (store) => {
  const accounts = cheapAccounts(store);
  await accounts.add("paypal1", "correct horse");
  const refused: readonly (readonly [work: () => unknown, code: string])[] = [
    [() => accounts.add("PayPal1", "correct horse"), "account-exists"],
    [() => accounts.add("paypall", "correct horse"), "account-similar"],
    [() => accounts.add("раураl1", "correct horse"), "invalid-account"],
    [() => accounts.add("раура1", "correct horse"), "none"],
    [() => accounts.add("a b", "correct horse"), "invalid-account"],
    [() => accounts.add("new", "short"), "weak-password"],
    [() => accounts.add("new", "with\0control"), "invalid-password"],
    [() => accounts.add("new", "x".repeat(301)), "invalid-password"],
    [() => accounts.setPassword("nobody", "correct horse"), "account-missing"],
    [() => accounts.ban("nobody", { since: 0 }), "account-missing"],
    [() => accounts.unban("nobody"), "account-missing"],
    [() => accounts.addCertificate("nobody", "00"), "account-missing"],
  ];
  for (const [work, code] of refused) {
    if (code === "none") await work();
    else assertEquals(await codeOf(work), code, String(work));
  }
});

bothWays("accounts: certificates belong to one account, bans end", async (store) => {
  const accounts = cheapAccounts(store);
  await accounts.add("ann", "correct horse");
  await accounts.add("ben", "correct horse");
  await accounts.addCertificate("ann", "aa");
  await accounts.addCertificate("ann", "aa");
  assertEquals(accounts.byCertificate("aa")?.certificates, ["aa"]);
  assertEquals(await codeOf(() => accounts.addCertificate("ben", "aa")), "certificate-in-use");
  await accounts.removeCertificate("ann", "aa");
  assertEquals(accounts.byCertificate("aa"), undefined);
  await accounts.addCertificate("ben", "aa");
  for (let n = 0; n < 9; n++) await accounts.addCertificate("ben", `b${n}`);
  assertEquals(await codeOf(() => accounts.addCertificate("ben", "cc")), "too-many-certificates");
  const banned = await accounts.ban("ann", { since: 1000, until: 2000, reason: "spam" });
  assertEquals([isBanned(banned, 1999), isBanned(banned, 2000)], [true, false]);
  assertEquals(isBanned(await accounts.unban("ann"), 1999), false);
});

Deno.test("accounts: two that are added at once under one name are one account", async () => {
  const accounts = cheapAccounts();
  const outcomes = await Promise.allSettled([accounts.add("ann", "correct horse"), accounts.add("Ann", "battery st")]);
  assertEquals(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
});

Deno.test("accounts: the file has no password, and what another program changes is seen", () =>
  withFolder(async (folder) => {
    const path = `${folder}/chat.db`;
    using served = new FileHistory(path);
    const accounts = cheapAccounts(served.accounts);
    await accounts.add("ann", "correct horse battery");
    served.commit();
    const before = accounts.version;
    {
      using other = new FileHistory(path);
      assertEquals(await cheapAccounts(other.accounts).login("ann", "correct horse battery") !== "wrong", true);
      cheapAccounts(other.accounts).ban("ann", { since: Date.now(), reason: "spam" });
      await cheapAccounts(other.accounts).add("ben", "correct horse");
    }
    assertNotEquals(accounts.version, before);
    assertEquals(accounts.find("ann")?.ban?.reason, "spam");
    assertEquals(accounts.find("ben")?.name, "ben");
    const bytes = new TextDecoder("latin1").decode(await Deno.readFile(path)) +
      new TextDecoder("latin1").decode(await Deno.readFile(`${path}-wal`));
    assert(bytes.includes("$scrypt$ln=4") && !bytes.includes("battery"));
  }));

Deno.test("accounts: changes that are not committed are not kept", () =>
  withFolder(async (folder) => {
    const path = `${folder}/chat.db`;
    using served = new FileHistory(path);
    await cheapAccounts(served.accounts).add("ann", "correct horse");
    served.rollback();
    assertEquals(served.accounts.get("ann"), undefined);
  }));

Deno.test("accounts: a damaged row is ignored", () =>
  withFolder((folder) => {
    using history = new FileHistory(`${folder}/chat.db`);
    const odd = { key: "ann", name: 7, skeleton: "ann", certificates: [] } as unknown as Account;
    history.accounts.add(odd);
    assertEquals(history.accounts.get("ann"), undefined);
    assertEquals(history.accounts.list(), []);
    return Promise.resolve();
  }));

Deno.test("passwords: the vector of RFC 7914, and hashes that are damaged or too expensive", async () => {
  // RFC 7914 §12: N = 1024, r = 8, p = 16, the first 32 bytes.
  const hash = Uint8Array.fromHex("fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162");
  const unpadded = (bytes: Uint8Array) => bytes.toBase64().replaceAll("=", "");
  const salt = unpadded(new TextEncoder().encode("NaCl"));
  assert(await isPassword("password", `$scrypt$ln=10,r=8,p=16$${salt}$${unpadded(hash)}`));
  const invalid = ["", "x", `$scrypt$ln=31,r=8,p=1$${salt}$${unpadded(hash)}`, `$scrypt$ln=0,r=8,p=1$${salt}$AA`];
  for (const stored of invalid) assertEquals(await isPassword("password", stored), false, stored);
});

Deno.test("passwords: keys for SCRAM are those of the password; a space of any kind is one", async () => {
  const { password, scram } = await hashPassword("correct\u00a0horse", CHEAP);
  assert(await isPassword("correct horse", password));
  const stored = readScram(scram);
  assert(stored);
  assertEquals(stored.keys, makeScramKeys("correct horse", stored.salt, 4096));
  assertEquals(readScram("SCRAM-SHA-256$x"), undefined);
});

Deno.test("passwords: the cost of new ones", async () => {
  const { password, scram } = await hashPassword("correct horse", PASSWORD_COST);
  assertMatch(password, /^\$scrypt\$ln=15,r=8,p=1\$/);
  assertMatch(scram, /^SCRAM-SHA-256\$600000:/);
});

Deno.test("accounts: an unknown name has keys for SCRAM, the same each time", () => {
  const accounts = cheapAccounts();
  assertEquals(accounts.scram("nobody"), accounts.scram("NOBODY"));
  assertNotEquals(accounts.scram("nobody"), accounts.scram("else"));
  assertEquals(accounts.scram("nobody").salt.length, 16);
});

Deno.test("accounts: hashes at once and waiting are limited, and logins beyond that are told to wait", async () => {
  const limit = new HashLimit(1, 1);
  const gate = Promise.withResolvers<string>();
  const [first, second, third] = [0, 1, 2].map(() => limit.run(() => gate.promise));
  assertEquals(await third, undefined);
  gate.resolve("done");
  assertEquals([await first, await second], ["done", "done"]);
  await assertRejects(() => limit.run(() => Promise.reject(new Error("failed"))));
  assertEquals(await limit.run(() => Promise.resolve("again")), "again");
  await assertRejects(async () => await new Accounts(new MemoryAccounts()).unban("nobody"), ToucanError);
});
