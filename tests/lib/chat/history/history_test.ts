import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Transport } from "../../../../lib/core/mod.ts";
import { SendQueue } from "../../../../lib/chat/server/send/send_queue.ts";
import { CommitQueue } from "../../../../lib/chat/server/send/commit_queue.ts";
import { DatabaseSync } from "../../../../lib/deps/node/sqlite.ts";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import type { History, NewHistoryEntry } from "../../../../lib/chat/history/history.ts";
import { MemoryHistory } from "../../../../lib/chat/history/memory_history.ts";
import { SystemError } from "../../../../lib/core/mod.ts";
import { withFolder } from "../../../kit/folder.ts";

const entry = (id: string, time: number, channel = "#a", only?: string): NewHistoryEntry => ({
  id,
  time,
  channel,
  line: `:ann!a@h PRIVMSG ${channel} :${id}`,
  tags: "",
  only,
});

/** Checks the behaviour that all histories share. */
function check(history: History): void {
  for (let i = 1; i <= 9; i++) history.add(entry(`m${i}`, i * 10));
  history.add(entry("other", 55, "#b"));
  history.add(entry("secret", 100, "#a", "then"));
  history.commit();
  const ids = (range: Partial<Parameters<History["find"]>[0]>) =>
    history.find({ channel: "#a", only: "now", limit: 3, ...range }).map(({ id }) => id);
  const five = history.locate("#a", "m5")?.place;
  assertEquals(history.locate("#a", "m5")?.time, 50);
  assertEquals(ids({}), ["m7", "m8", "m9"]);
  assertEquals(ids({ before: five }), ["m2", "m3", "m4"]);
  assertEquals(ids({ behind: five, first: true }), ["m6", "m7", "m8"]);
  assertEquals(ids({ behind: five }), ["m7", "m8", "m9"]);
  assertEquals(ids({ later: 20, earlier: 50, first: true }), ["m3", "m4"]);
  assertEquals(ids({ later: 90 }), []);
  assertEquals(ids({ later: 0, first: true }), ["m1", "m2", "m3"]);
  assertEquals(ids({ earlier: 10 }), []);
  assertEquals(ids({ earlier: 11 }), ["m1"]);
  assertEquals(ids({ earlier: 1e15 }), ["m7", "m8", "m9"]);
  assertEquals(ids({ only: "then" }), ["m8", "m9", "secret"]);
  assertEquals(history.find({ channel: "#none", only: "", limit: 3 }), []);
  assertEquals([history.locate("#b", "m5"), history.locate("#a", "no")], [undefined, undefined]);
  history.remove("#b", "m8");
  history.remove("#a", "m8");
  history.remove("#a", "m8");
  history.remove("#none", "m8");
  history.commit();
  assertEquals([ids({}), history.locate("#a", "m8")], [["m6", "m7", "m9"], undefined]);
}

Deno.test("MemoryHistory: ranges, restricted lines, limits", () => {
  check(new MemoryHistory());
  const small = new MemoryHistory({ lines: 3, channels: 2 });
  for (let i = 0; i < 20; i++) small.add(entry(`m${i}`, i));
  for (const channel of ["#b", "#c"]) small.add(entry(channel, 1, channel));
  assertEquals(small.find({ channel: "#a", only: "", limit: 99 }), []);
  for (let i = 0; i < 20; i++) small.add(entry(`n${i}`, i, "#c"));
  assertEquals(small.find({ channel: "#c", only: "", limit: 99 }).map(({ id }) => id), ["n17", "n18", "n19"]);
});

Deno.test("MemoryHistory: a busy channel does not displace the lines of others", () => {
  const small = new MemoryHistory({ bytes: 20_000 });
  small.add(entry("mine", 1, "#mine"));
  for (let i = 0; i < 500; i++) small.add({ ...entry(`n${i}`, i, "#loud"), tags: "x".repeat(4000) });
  assertEquals(small.find({ channel: "#mine", only: "", limit: 9 }).map(({ id }) => id), ["mine"]);
  const loud = small.find({ channel: "#loud", only: "", limit: 999 });
  assertEquals([loud.at(-1)?.id, loud.length > 0 && loud.length < 6], ["n499", true]);
});

Deno.test("FileHistory: deletes the oldest lines above the limit of bytes", () =>
  withFolder(async (folder) => {
    const path = `${folder}/history.db`;
    for (let start = 0; start < 6000; start += 2000) {
      using history = new FileHistory(path, { bytes: 500_000 });
      for (let i = start; i < start + 2000; i++) {
        history.add({ id: `${i}`, time: i, channel: `#${i % 7}`, line: `${i} ${"x".repeat(400)}`, tags: "" });
        if (i % 10 === 0) history.commit();
      }
    }
    assert((await Deno.stat(path)).size < 1_000_000);
    using history = new FileHistory(path);
    const found = history.find({ channel: "#1", only: "", limit: 1000 });
    assertEquals(found.at(-1)?.id, "5993");
    assert(found.length > 50 && found.length < 400, `${found.length}`);
  }));

Deno.test("FileHistory: limits of lines and channels hold over restarts", () =>
  withFolder((folder) => {
    const path = `${folder}/chat.db`;
    const left = (history: History, channel: string) => history.find({ channel, only: "", limit: 99 }).length;
    for (let i = 0; i < 20; i++) {
      using history = new FileHistory(path, { lines: 5, channels: 3 });
      history.add(entry(`m${i}`, i, "#often"));
      history.add(entry(`o${i}`, i, `#other${i}`));
      if (i === 19) {
        assertEquals(left(history, "#often"), 5);
        assertEquals([17, 18, 19].map((i) => left(history, `#other${i}`)), [0, 1, 1]);
      }
    }
    using history = new FileHistory(path, { lines: 5, channels: 2 });
    history.add(entry("again", 50, "#often"));
    assertEquals([left(history, "#often"), left(history, "#other18"), left(history, "#other19")], [5, 0, 1]);
    return Promise.resolve();
  }));

Deno.test("FileHistory: the limit of lines holds whatever else deletes lines, for messages and events apart", () =>
  withFolder((folder) => {
    using history = new FileHistory(`${folder}/chat.db`, { lines: 600, age: 1e6 });
    const ids = (events: boolean) => history.find({ channel: "#a", only: "", limit: 9999, events }).map(({ id }) => id);
    const most = { messages: 0, all: 0 };
    for (let i = 0; i < 6000; i++) {
      history.add({ ...entry(`m${i}`, 1e7 + i), event: i % 3 === 0 && i > 0 });
      if (i % 7 === 0) history.remove("#a", `m${i - 5}`);
      if (i === 2500) history.expire(1e7 + 2000 + 1e6);
      if (i % 500 === 250) i % 1000 === 250 ? history.commit() : history.rollback();
      if (i % 250 !== 0) continue;
      most.messages = Math.max(most.messages, ids(false).length);
      most.all = Math.max(most.all, ids(true).length);
    }
    // Lines are deleted after each 500.
    assert(most.messages > 600 && most.messages <= 600 + 500, `${most.messages}`);
    assert(most.all <= 2 * 600 + 500, `${most.all}`);
    history.commit();
    assertEquals(ids(false).at(-1), "m5999");
    return Promise.resolve();
  }));

Deno.test("FileHistory: ranges, restricted lines, limits, over restarts", () =>
  withFolder((folder) => {
    const path = `${folder}/chat.db`;
    {
      using history = new FileHistory(path);
      check(history);
    }
    using again = new FileHistory(path);
    assertEquals(again.find({ channel: "#a", only: "now", limit: 2 }).map(({ id }) => id), ["m7", "m9"]);
    again.add(entry("m10", 110));
    assertEquals(again.find({ channel: "#a", only: "now", limit: 2 }).map(({ id }) => id), ["m9", "m10"]);
    return Promise.resolve();
  }));

Deno.test("FileHistory: rejects files that are not a chat history", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/text`, "this is no database, and never was one ".repeat(100));
    assertThrows(() => new FileHistory(`${folder}/text`), SystemError, "cannot use the history file");
    for (const table of ["bookmarks (url)", "lines (id, text)"]) {
      const path = `${folder}/${table}`;
      const database = new DatabaseSync(path);
      database.exec(`CREATE TABLE ${table}`);
      database.close();
      const before = await Deno.readFile(path);
      assertThrows(() => new FileHistory(path), SystemError, "not a chat history database");
      assertEquals(await Deno.readFile(path), before);
    }
    assertThrows(() => new FileHistory(`${folder}/no/such/folder.db`), SystemError);
  }));

/** Creates a connection that records its writes. */
function transport(): Transport & { readonly written: string[]; closed: boolean } {
  const written: string[] = [];
  return {
    written,
    closed: false,
    read: () => Promise.resolve(null),
    write(bytes) {
      written.push(new TextDecoder().decode(bytes));
      return Promise.resolve(bytes.length);
    },
    closeWrite: () => Promise.resolve(),
    close() {
      this.closed = true;
    },
  };
}

Deno.test("CommitQueue: sends messages after the commit only, and not after a failure", async () => {
  const order: string[] = [];
  let full = false;
  const history = new MemoryHistory();
  history.commit = () => {
    if (full) throw new SystemError("it is no database", { code: "history-unusable" });
    order.push("kept");
  };
  const failed = Promise.withResolvers<unknown>();
  const commits = new CommitQueue(history, { paused() {}, failed: failed.resolve });
  const wire = transport();
  const outbox = new SendQueue(wire, commits, 1000, () => order.push("overflow"));
  const say = (text: string) => outbox.add(new TextEncoder().encode(text));
  say("one ");
  say("two ");
  assertEquals(wire.written, []);
  commits.run();
  assertEquals([order, wire.written], [["kept"], ["one two "]]);
  await Promise.resolve();
  full = true;
  say("three");
  commits.run();
  assertEquals((await failed.promise instanceof SystemError) && wire.closed, true);
  assertEquals(wire.written, ["one two "]);
});

Deno.test("SendQueue: closes once on overflow and accepts nothing more", () => {
  const order: string[] = [];
  const commits = new CommitQueue(new MemoryHistory(), { paused() {}, failed() {} });
  const wire = transport();
  wire.write = () => new Promise(() => {});
  const outbox = new SendQueue(wire, commits, 100, () => order.push("overflow"));
  for (let i = 0; i < 20; i++) {
    outbox.add(new Uint8Array(10));
    commits.run();
  }
  assertEquals([order, wire.closed, outbox.size <= 100], [["overflow"], true, true]);
});

Deno.test("FileHistory: rejects a directory, a device and a pipe", async () => {
  await withFolder(async (folder) => {
    const fifo = `${folder}/fifo`;
    if (Deno.build.os !== "windows") await new Deno.Command("mkfifo", { args: [fifo] }).output();
    for (const path of Deno.build.os === "windows" ? [folder] : [folder, fifo, "/dev/null"]) {
      const error = assertThrows(() => new FileHistory(path), SystemError, `${path} is not a regular file`);
      assertEquals(error.code, "not-a-file");
    }
  });
});
