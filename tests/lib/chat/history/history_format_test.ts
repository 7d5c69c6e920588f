import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import { SystemError } from "../../../../lib/core/mod.ts";
import { DatabaseSync } from "../../../../lib/deps/node/sqlite.ts";
import { withFolder } from "../../../kit/folder.ts";

/** Tables of version 1, before events, accounts and words. */
const VERSION_1 = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE lines (
    place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, time INTEGER NOT NULL, channel TEXT NOT NULL,
    line TEXT NOT NULL, tags TEXT NOT NULL, only TEXT
  );
  CREATE INDEX in_order ON lines (channel, place, time);
  CREATE INDEX by_time ON lines (channel, time, place);
  CREATE TABLE channels (key TEXT PRIMARY KEY, saved INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
  INSERT INTO lines (place, id, time, channel, line, tags, only) VALUES
    (3, 'a', 10, '#a', ':ann!a@h PRIVMSG #a :good morning', '+x=1', NULL),
    (7, 'b', 20, '#a', ':ben!b@h PRIVMSG #a :good evening', '', 'closed');
  INSERT INTO channels VALUES ('#a', 5, '{}');
  PRAGMA user_version = 77;
`;

function fileOf(path: string, sql: string): void {
  using database = new DatabaseSync(path);
  database.exec(sql);
}

Deno.test("FileHistory: migrates a file of version 1, and keeps a copy of it", () =>
  withFolder(async (folder) => {
    const path = `${folder}/chat.db`;
    fileOf(path, VERSION_1);
    // A copy that an interrupted attempt has left.
    await Deno.writeTextFile(`${path}-v1`, "half");
    const before = await Deno.readFile(path);
    for (let opened = 0; opened < 2; opened++) {
      using history = new FileHistory(path);
      const found = history.find({ channel: "#a", only: "closed", limit: 9 });
      assertEquals(found.map(({ place, id, time, tags, only }) => [place, id, time, tags, only]), [
        [3, "a", 10, "+x=1", undefined],
        [7, "b", 20, "", "closed"],
      ]);
      assertEquals(history.channels(9), ["{}"]);
      const search = (only: string) => history.search({ places: new Map([["#a", only]]), text: "GOOD", limit: 9 });
      assertEquals([search("").length, search("closed").length], [1, 2]);
      if (opened === 1) continue;
      history.remove("#a", "b");
      history.add({ id: "b", time: 30, channel: "#b", line: ":ben!b@h PRIVMSG #b :x", tags: "" });
      history.add({
        id: "b",
        time: 30,
        channel: "#a",
        line: ":ben!b@h PRIVMSG #a :good night",
        tags: "",
        only: "closed",
      });
      history.rollback();
    }
    assertEquals(await Deno.readFile(`${path}-v1`), before);
    assertEquals((Deno.statSync(`${path}-v1`).mode ?? 0) & 0o777, 0o600);
  }));

Deno.test("FileHistory: a file of version 1 that another program has open is not migrated", () =>
  withFolder((folder) => {
    const path = `${folder}/chat.db`;
    fileOf(path, VERSION_1);
    using other = new DatabaseSync(path);
    other.exec("INSERT INTO lines (id, time, channel, line, tags) VALUES ('c', 30, '#a', ':x!x@h PRIVMSG #a :x', '')");
    const error = assertThrows(() => new FileHistory(path), SystemError, "another program has it open");
    assertEquals(error.code, "history-busy");
    assertEquals(other.prepare("SELECT count(*) AS count FROM lines").get()?.count, 3);
    return Promise.resolve();
  }));

Deno.test("FileHistory: rejects a file of a newer version, and leaves it unchanged", () =>
  withFolder(async (folder) => {
    const path = `${folder}/chat.db`;
    new FileHistory(path)[Symbol.dispose]();
    fileOf(path, "UPDATE format SET version = 3");
    const before = await Deno.readFile(path);
    const error = assertThrows(() => new FileHistory(path), SystemError);
    assertStringIncludes(error.message, "written by a newer version (format 3; supported: up to 2)");
    assertEquals([error.code, await Deno.readFile(path)], ["history-unusable", before]);
  }));
