import { assertEquals, assertMatch } from "@std/assert";
import { SendQueue } from "../../../../lib/chat/server/send/send_queue.ts";
import { CommitQueue } from "../../../../lib/chat/server/send/commit_queue.ts";
import { MemoryHistory } from "../../../../lib/chat/history/memory_history.ts";
import { SystemError } from "../../../../lib/core/mod.ts";
import { DatabaseSync } from "../../../../lib/deps/node/sqlite.ts";
import { withFolder } from "../../../kit/folder.ts";
import { chatServer, RawIrc } from "../../../kit/irc.ts";
import { looks } from "../../../kit/wait.ts";

Deno.test("serveChat: a history locked by another program rejects messages, and loses none", () =>
  withFolder(async (folder) => {
    const path = `${folder}/chat.db`;
    const told: (string | undefined)[] = [];
    await using server = chatServer({ history: path, onHistory: (error) => told.push(error?.code) });
    const join = async (nick: string) => {
      const client = await RawIrc.in(server.address, nick, "echo-message");
      await client.say("JOIN #a");
      await client.hears(/ 366 /);
      return client;
    };
    using ann = await join("ann");
    await ann.say("PRIVMSG #a :one");
    await ann.hears(/PRIVMSG #a :one$/);
    {
      using other = new DatabaseSync(path);
      other.exec("BEGIN IMMEDIATE");
      await ann.say("PRIVMSG #a :two");
      assertMatch(await ann.hears(/ 404 |two$/), / 404 ann #a :Cannot send to channel: the history cannot be written$/);
      assertEquals(told, ["history-busy"]);
      using ben = await join("ben");
      await ben.say("PRIVMSG #a :three", "PRIVMSG ben :private");
      assertMatch(
        await ben.hears(/ 404 |three$/),
        / 404 ben #a :Cannot send to channel: the history cannot be written$/,
      );
      await ben.hears(/PRIVMSG ben :private$/);
      other.exec("ROLLBACK");
    }
    using cleo = await join("cleo");
    let i = 0;
    for await (const _ of looks("the history to recover")) {
      i++;
      await cleo.say(`PRIVMSG #a :four ${i}`);
      const answer = await cleo.hears(/ 404 |PRIVMSG #a :four/);
      if (answer.endsWith(`PRIVMSG #a :four ${i}`)) break;
    }
    assertEquals(told, ["history-busy", undefined]);
    using after = new DatabaseSync(path, { readOnly: true });
    const lines = after.prepare("SELECT line FROM lines ORDER BY place").all().map(({ line }) => `${line}`);
    assertEquals(lines.map((line) => line.replace(/^.* :|\d+$/g, "")), ["one", "four "]);
  }));

Deno.test("CommitQueue: a failed commit is rolled back, and its recipients are disconnected", () => {
  const history = new MemoryHistory();
  const order: string[] = [];
  history.commit = () => {
    throw new SystemError("the disk is full", { code: "disk-full" });
  };
  Object.defineProperty(history, "pending", { value: true });
  history.rollback = () => void order.push("given up");
  history.canWrite = () => false;
  const commits = new CommitQueue(history, {
    paused: (error) => order.push(`paused ${error?.code}`),
    failed: () => order.push("failed"),
  });
  const wire = {
    read: () => Promise.resolve(null),
    write: () => Promise.reject(new Error("it leaves")),
    closeWrite: () => Promise.resolve(),
    close: () => void order.push("closed"),
  };
  const outbox = new SendQueue(wire, commits, 1000, () => {});
  outbox.add(new Uint8Array(3));
  commits.run();
  assertEquals(order, ["given up", "closed", "paused disk-full"]);
  assertEquals([commits.canCommit(), commits.open], [false, true]);
});
