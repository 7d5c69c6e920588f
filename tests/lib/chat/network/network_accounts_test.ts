import { assertEquals, assertRejects } from "@std/assert";
import { ToucanError } from "../../../../lib/core/mod.ts";
import type { AccountTable, TableRecord } from "../../../../lib/chat/network/accounts/account_table.ts";
import { NetworkAccounts } from "../../../../lib/chat/network/accounts/network_accounts.ts";
import { cheapAccounts, PASSWORD } from "../../../kit/chat_accounts.ts";

/** A table in memory; watchers learn of changes when `deliver` is called. */
class Table implements AccountTable {
  readonly records = new Map<string, TableRecord>();
  readonly #waiting: TableRecord[] = [];
  readonly #watchers: ((record: TableRecord) => void)[] = [];
  #revision = 0;

  add(key: string, text: string): Promise<number | undefined> {
    return Promise.resolve(this.records.has(key) ? undefined : this.#put(key, text));
  }

  update(key: string, text: string, revision: number): Promise<number | undefined> {
    return Promise.resolve(this.records.get(key)?.revision === revision ? this.#put(key, text) : undefined);
  }

  read(key: string): Promise<TableRecord | undefined> {
    return Promise.resolve(this.records.get(key));
  }

  watch(changed: (record: TableRecord) => void): Promise<void> {
    for (const record of this.records.values()) changed(record);
    this.#watchers.push(changed);
    return Promise.resolve();
  }

  deliver(): void {
    for (const record of this.#waiting.splice(0)) for (const watcher of this.#watchers) watcher(record);
  }

  #put(key: string, text: string): number {
    const record = { revision: ++this.#revision, text };
    this.records.set(key, record);
    this.#waiting.push(record);
    return record.revision;
  }
}

/** Two servers with one table. */
async function pair(table = new Table()) {
  const [one, two] = [new NetworkAccounts(table), new NetworkAccounts(table)];
  await Promise.all([one.load(), two.load()]);
  return { table, one, two, accounts: [cheapAccounts(one), cheapAccounts(two)] as const };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => work, ToucanError)).code;
}

Deno.test("accounts of a network: one that the log does not have does not exist, and is reported once in a time", async () => {
  const { table, one, two, accounts: [a, b] } = await pair();
  await a.add("Ann", PASSWORD);
  table.deliver();
  assertEquals([a.find("ann"), b.find("ann")], [undefined, undefined]);
  const later = performance.now() + 2100;
  assertEquals(two.missing(later - 2000), []);
  assertEquals(two.missing(later).map(({ name }) => name), ["Ann"]);
  assertEquals(two.missing(later), []);
  const logged = one.logged("ann");
  for (const each of [one, two]) each.log("ann", "Ann");
  await logged;
  assertEquals([a.find("ANN")?.name, b.find("ann")?.name], ["Ann", "Ann"]);
  assertEquals(two.missing(later + 5000), []);
  assertEquals(typeof await b.login("ann", PASSWORD), "object");
});

Deno.test("accounts of a network: an event that comes before the record reserves the name only", async () => {
  const { table, two, accounts: [a, b] } = await pair();
  await a.add("ann", PASSWORD);
  two.log("ann", "ann");
  assertEquals([b.find("ann")?.name, await b.login("ann", PASSWORD)], ["ann", "wrong"]);
  table.deliver();
  assertEquals(typeof await b.login("ann", PASSWORD), "object");
});

Deno.test("accounts of a network: a deleted one exists until the log says so, and does not come back", async () => {
  const { table, one, two, accounts: [a, b] } = await pair();
  await a.add("ann", PASSWORD);
  for (const each of [one, two]) each.log("ann", "ann");
  table.deliver();
  await b.delete("ann");
  table.deliver();
  assertEquals([a.find("ann")?.name, await a.login("ann", PASSWORD)], ["ann", "wrong"]);
  assertEquals(one.missing(performance.now() + 2100).map(({ deleted }) => typeof deleted), ["number"]);
  assertEquals([one.logDeletion("ann"), one.logDeletion("ann")], ["ann", undefined]);
  one.log("ann", "ann");
  assertEquals([a.find("ann"), one.missing(performance.now() + 9000)], [undefined, []]);
  assertEquals(await codeOf(a.add("ann", PASSWORD)), "account-exists");
});

Deno.test("accounts of a network: the second registration of a name, or of one that looks like it, fails", async () => {
  const { accounts: [a, b] } = await pair();
  await a.add("paypal1", PASSWORD);
  assertEquals(await codeOf(b.add("PayPal1", PASSWORD)), "account-exists");
  assertEquals(await codeOf(b.add("paypall", PASSWORD)), "account-similar");
});

Deno.test("accounts of a network: changes at the same time are all made, and a password changes everywhere", async () => {
  const { table, one, two, accounts: [a, b] } = await pair();
  await a.add("ann", PASSWORD);
  for (const each of [one, two]) each.log("ann", "ann");
  table.deliver();
  await Promise.all([
    a.addCertificate("ann", "aa"),
    b.addCertificate("ann", "bb"),
    a.ban("ann", { since: 0, reason: "spam" }),
    b.setPassword("ann", "battery staple"),
  ]);
  table.deliver();
  for (const accounts of [a, b]) {
    assertEquals([...accounts.find("ann")?.certificates ?? []].sort(), ["aa", "bb"]);
    assertEquals(accounts.find("ann")?.ban?.reason, "spam");
    assertEquals(await accounts.login("ann", PASSWORD), "wrong");
    assertEquals(accounts.byCertificate("bb")?.name, "ann");
  }
  await b.removeCertificate("ann", "bb");
  table.deliver();
  assertEquals(a.byCertificate("bb"), undefined);
});

Deno.test("accounts of a network: records that no server can have written are ignored", async () => {
  const table = new Table();
  for (
    const text of ["", "{", "[]", `{"key":"a","name":"b","skeleton":"c"}`, `{"key":"a b","name":"a b","skeleton":"c"}`]
  ) {
    await table.add(text, text);
  }
  const { one } = await pair(table);
  assertEquals([one.size, one.list()], [0, []]);
});
