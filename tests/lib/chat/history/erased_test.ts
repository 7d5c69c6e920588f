import { assertEquals } from "@std/assert";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import { withFolder } from "../../../kit/folder.ts";

/** Returns which words are in a database file or its write-ahead log, as bytes of any case. */
function found(path: string, words: readonly string[]): string[] {
  const text = ["", "-wal"].map((suffix) => {
    try {
      return new TextDecoder("latin1").decode(Deno.readFileSync(path + suffix)).toLowerCase();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    }
  }).join("\n");
  return words.filter((word) => text.includes(word));
}

Deno.test("FileHistory: deleted and expired texts are no longer in the file, its index or its log", () =>
  withFolder((folder) => {
    const path = `${folder}/chat.db`;
    const now = Date.now();
    const add = (history: FileHistory, id: string, text: string, time = now) =>
      history.add({ id, time, channel: "#a", line: `:ann!a@h PRIVMSG #a :${text}`, tags: "", account: "ann" });
    {
      using history = new FileHistory(path, { age: 3_600_000 });
      for (let n = 0; n < 600; n++) {
        add(history, `m${n}`, `word${n} another${n % 7}`);
        if (n === 100) add(history, "deleted", "zebrastripe apple");
        if (n === 101) add(history, "expired", "giraffeneck apple", now - 7_200_000);
        if (n === 102) add(history, "later", "elephantnose apple");
        if (n % 10 === 0) history.commit();
      }
      history.commit();
      assertEquals(found(path, ["zebrastripe", "giraffeneck"]), ["zebrastripe", "giraffeneck"]);
      history.remove("#a", "deleted");
      history.expire(now);
      history.commit();
      let steps = 0;
      while (found(path, ["ebrastripe", "iraffeneck"]).length > 0 && steps < 100) {
        history.tidy();
        steps++;
      }
      assertEquals(found(path, ["ebrastripe", "iraffeneck"]), []);
      const apple = history.search({ places: new Map([["#a", ""]]), text: "apple", limit: 9 });
      assertEquals(apple.map(({ id }) => id), ["later"]);
      assertEquals(history.search({ places: new Map([["#a", ""]]), text: "another3", limit: 999 }).length, 86);
      // What is left over is done after a restart.
      history.remove("#a", "later");
      history.commit();
    }
    using history = new FileHistory(path);
    assertEquals(found(path, ["lephantnose"]), ["lephantnose"]);
    for (let n = 0; n < 10; n++) history.tidy();
    assertEquals(found(path, ["lephantnose"]), []);
    assertEquals(history.records.all("erasing"), []);
    return Promise.resolve();
  }));
