import { assertEquals } from "@std/assert";
import { withFolder } from "../../../kit/folder.ts";
import { DatabaseSync } from "../../../../lib/deps/node/sqlite.ts";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import { CachedHistory } from "../../../../lib/chat/network/cache/cached_history.ts";
import { fillUpTo, type Gap, includes, parseExtent } from "../../../../lib/chat/network/cache/extent.ts";

const inFolder = (test: (folder: string) => void) => withFolder((folder) => Promise.resolve(test(folder)));
const entry = (place: number) => ({
  ...{ place, id: `id-${place}`, time: place, channel: "#a", line: `:a!b@c PRIVMSG #a :${place}`, tags: "" },
});
const places = (history: CachedHistory) =>
  history.find({ channel: "#a", only: "", limit: 100 }).map(({ place }) => place);

Deno.test("history file of a network: each message once, whatever is repeated, and what is missing comes later", () =>
  inFolder((folder) => {
    const path = `${folder}/chat.db`;
    const carryOut = (history: CachedHistory, from: number, to: number) => {
      for (let sequence = from; sequence <= to; sequence++) {
        history.begin(sequence);
        history.add(entry(sequence));
        history.applied();
      }
      history.commit();
    };
    {
      using history = new CachedHistory(new FileHistory(path), "log", () => {});
      history.start(0);
      carryOut(history, 1, 5);
      history.begin(6);
      history.remove("#a", "id-2");
      history.applied();
    }
    using history = new CachedHistory(new FileHistory(path), "log", () => {});
    // From a snapshot before its end: nothing that it has is repeated, also no line that was deleted.
    history.start(3);
    for (const place of [1, 2, 3]) history.add(entry(place));
    carryOut(history, 4, 8);
    assertEquals(places(history), [1, 3, 4, 5, 6, 7, 8].filter((place) => place !== 6));
    assertEquals(history.gaps, []);
    // From a snapshot behind its end, with the last lines.
    history.start(20);
    for (const place of [7, 8, 19, 20]) history.add(entry(place));
    assertEquals(history.gaps, [[9, 20]]);
    carryOut(history, 21, 22);
    history.begin(23);
    history.remove("#a", "id-12");
    history.applied();
    for (const place of [9, 10, 11, 12, 19]) history.addMissing(entry(place));
    history.filled(20);
    assertEquals(history.gaps, []);
    assertEquals(places(history), [1, 3, 4, 5, 7, 8, 9, 10, 11, 19, 20, 21, 22]);
  }));

Deno.test("history file of a network: while it is locked the server goes on, and what is missing is known", () =>
  inFolder((folder) => {
    const path = `${folder}/chat.db`;
    const reports: (string | undefined)[] = [];
    using history = new CachedHistory(new FileHistory(path), "log", (error) => reports.push(error?.code));
    history.start(0);
    history.begin(1);
    history.add(entry(1));
    history.applied();
    history.commit();
    using other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    for (const sequence of [2, 3]) {
      history.begin(sequence);
      history.add(entry(sequence));
      history.applied();
      history.commit();
    }
    history.retry();
    other.exec("ROLLBACK");
    history.retry();
    assertEquals(reports, ["history-busy", undefined]);
    assertEquals(history.gaps, [[2, 3]]);
    assertEquals(places(history), [1]);
  }));

Deno.test("extent of a history file: gaps are filled from their beginning", () => {
  const gaps: readonly Gap[] = [[2, 4], [7, 9]];
  const extent = { id: "log", head: 10, gaps };
  assertEquals([1, 2, 4, 5, 7, 10, 11].map((sequence) => includes(extent, sequence)), [
    ...[true, false, false, true, false, true, false],
  ]);
  assertEquals(fillUpTo(gaps, 3), [[4, 4], [7, 9]]);
  assertEquals(fillUpTo(gaps, 4), [[7, 9]]);
  assertEquals(fillUpTo(gaps, 9), []);
  assertEquals(parseExtent(JSON.stringify(extent)), extent);
  for (const text of ["", "[]", '{"id":1}', '{"id":"x","head":-1,"gaps":[]}', '{"id":"x","head":1,"gaps":[[1]]}']) {
    assertEquals(parseExtent(text), undefined, text);
  }
});
