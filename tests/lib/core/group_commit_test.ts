import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type GroupCommit, GroupCommit as Commits, makeFolders } from "../../../lib/core/mod.ts";
import { turn } from "../../kit/wait.ts";
import { withFolder } from "../../kit/folder.ts";

/** Files whose flushes end when a test says so, and what has happened to them in order. */
function scene(folder: string) {
  const events: string[] = [];
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const put = (commits: GroupCommit, id: string, fails?: "name" | "flush") => {
    const gate = Promise.withResolvers<void>();
    gates.set(id, gate);
    const flush = async () => {
      events.push(`flush ${id}`);
      await gate.promise;
      if (fails === "flush") throw new TypeError(`flush ${id}`);
      events.push(`flushed ${id}`);
    };
    const name = () => {
      events.push(`name ${id}`);
      if (fails === "name") throw new TypeError(`name ${id}`);
      return id;
    };
    return commits.commit({ file: { sync: flush, syncData: flush }, folder, name });
  };
  return { events, put, open: (...ids: string[]) => ids.forEach((id) => gates.get(id)?.resolve()) };
}

Deno.test("group commit: all data of a group is flushed before any of its names is given", () =>
  withFolder(async (folder) => {
    const { events, put, open } = scene(folder);
    const commits = new Commits();
    const first = put(commits, "a");
    await Promise.resolve();
    const more = [put(commits, "b"), put(commits, "c")];
    open("a");
    assertEquals(await first, "a");
    await turn();
    open("c");
    await turn();
    open("b");
    assertEquals(await Promise.all(more), ["b", "c"]);
    assertEquals(events, [
      ...["flush a", "flushed a", "name a"],
      ...["flush b", "flush c", "flushed c", "flushed b", "name b", "name c"],
    ]);
    await commits.idle();
  }));

Deno.test("group commit: in bulk, files are flushed on the calling thread where that is quick, and named after it", () =>
  withFolder(async (folder) => {
    const events: string[] = [];
    const commits = new Commits({ bulk: true });
    const put = (id: string) => {
      const syncDataSync = () => void events.push(`flush ${id}`);
      const sync = () => Promise.reject(new TypeError("another thread"));
      return commits.commit({
        file: { sync, syncData: sync, syncDataSync },
        folder,
        name: () => events.push(`name ${id}`),
      });
    };
    await Promise.all(["a", "b"].map(put));
    const later = ["c", "d"].map(put);
    await commits.idle();
    await Promise.all(later);
    assertEquals(events, [
      ...["flush a", "flush b", "name a", "name b"],
      ...["flush c", "flush d", "name c", "name d"],
    ]);
  }));

Deno.test("group commit: what fails is alone in that, and a file that is not flushed gets no name", () =>
  withFolder(async (folder) => {
    const { events, put, open } = scene(folder);
    const commits = new Commits();
    const all = [put(commits, "a", "name"), put(commits, "b", "flush"), put(commits, "c")];
    open("a", "b", "c");
    await assertRejects(() => all[0] ?? Promise.resolve(), TypeError, "name a");
    await assertRejects(() => all[1] ?? Promise.resolve(), TypeError, "flush b");
    assertEquals(await all[2], "c");
    assertEquals(events.filter((event) => event.startsWith("name")), ["name a", "name c"]);
  }));

Deno.test("group commit: a file whose data is on the disk is not flushed again", () =>
  withFolder(async (folder) => {
    const fail = () => Promise.reject(new TypeError("flushed again"));
    const file = { sync: fail, syncData: fail };
    assertEquals(await new Commits().commit({ file, flushed: true, folder, name: () => "a" }), "a");
  }));

Deno.test("group commit: with `each` every file is a group of its own", () =>
  withFolder(async (folder) => {
    const { events, put, open } = scene(folder);
    const commits = new Commits({ each: true });
    const all = [put(commits, "a"), put(commits, "b")];
    open("a", "b");
    await Promise.all(all);
    assertEquals(events, ["flush a", "flushed a", "name a", "flush b", "flushed b", "name b"]);
  }));

Deno.test("group commit: where a folder cannot be flushed its files are, once more", () =>
  withFolder(async (folder) => {
    const { events, put, open } = scene(`${folder}/none`);
    const done = put(new Commits(), "a");
    open("a");
    await done;
    assertEquals(events, ["flush a", "flushed a", "name a", "flush a", "flushed a"]);
  }));

Deno.test("group commit: missing folders are made, and the folders above them are to be flushed", () =>
  withFolder(async (folder) => {
    assertEquals(makeFolders(`${folder}/a/b/c`), [`${folder}/a/b`, `${folder}/a`, folder]);
    assertEquals([makeFolders(`${folder}/a/b/c`), makeFolders(`${folder}/a/d`)], [[], [`${folder}/a`]]);
    await Deno.writeTextFile(`${folder}/file`, "");
    assertThrows(() => makeFolders(`${folder}/file/x`));
    await new Commits().flush(`${folder}/a`);
  }));
