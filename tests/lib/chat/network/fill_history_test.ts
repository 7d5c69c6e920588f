import { assert, assertEquals } from "@std/assert";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import { CachedHistory } from "../../../../lib/chat/network/cache/cached_history.ts";
import { FillHistory } from "../../../../lib/chat/network/cache/fill_history.ts";
import { PLACES_PER_MESSAGE } from "../../../../lib/chat/network/cache/history_place.ts";
import { TimeSlice } from "../../../../lib/core/mod.ts";
import { withFolder } from "../../../kit/folder.ts";

const NOW = Date.now();
const going = () => false;

/** A line of the message with a number. */
const entry = (sequence: number, { channel = "#a", event = false, age = 0, text = "" } = {}) => ({
  place: sequence * PLACES_PER_MESSAGE,
  id: `id-${sequence}`,
  time: NOW - age,
  ...{ channel, event, tags: "", line: `:a!b@c ${event ? "JOIN" : "PRIVMSG"} ${channel} :${text}${sequence}` },
});
const sequences = (history: CachedHistory, channel: string) =>
  history.find({ channel, only: "", events: true, limit: 100 }).map(({ place }) => place / PLACES_PER_MESSAGE);

Deno.test("filling a history file: only what its limits allow is written, and commits of clients wait", () =>
  withFolder(async (folder) => {
    using cache = new CachedHistory(new FileHistory(`${folder}/chat.db`, { lines: 5, age: 60_000 }), "log", () => {});
    cache.start(50);
    const fill = new FillHistory(cache, 1);
    fill.live = true;
    for (let k = 1; k <= 20; k++) fill.add(entry(k));
    for (let k = 21; k <= 24; k++) fill.add(entry(k, { channel: "#b", age: k < 23 ? 120_000 : 0 }));
    fill.remove("#a", "id-18");
    for (let k = 31; k <= 38; k++) fill.add(entry(k, { event: true }));
    fill.add(entry(39, { event: true, channel: "#never" }));
    assertEquals(sequences(cache, "#a"), []);
    assert(await fill.flush(new TimeSlice(), going));
    assertEquals(sequences(cache, "#a"), [16, 17, 19, 20, 34, 35, 36, 37, 38]);
    assertEquals([sequences(cache, "#b"), sequences(cache, "#never")], [[23, 24], []]);
    // A line that was written, or deleted, is not written again.
    for (const k of [19, 20, 40]) fill.add(entry(k));
    cache.removeMissing("#a", "id-17");
    assert(await fill.flush(new TimeSlice(), going));
    assertEquals(sequences(cache, "#a"), [16, 19, 20, 34, 35, 36, 37, 38, 40]);
    cache.batching = true;
    cache.commit();
    assert(cache.pending);
    cache.batching = false;
    cache.commit();
    assert(!cache.pending);
  }));

Deno.test("filling a history file: it is full at a limit, however many lines are dropped; and ends when it is told", () =>
  withFolder(async (folder) => {
    using cache = new CachedHistory(new FileHistory(`${folder}/chat.db`, { lines: 100 }), "log", () => {});
    cache.start(1000);
    const fill = new FillHistory(cache, 1);
    fill.live = true;
    const text = "x".repeat(400_000);
    for (let k = 1; k <= 500; k++) fill.add(entry(k, { text }));
    assert(!fill.full, "100 lines of 400 kB");
    for (let k = 501; k <= 550; k++) fill.add(entry(k, { text, channel: "#b" }));
    assert(fill.full, "150 lines of 400 kB");
    assert(!await fill.flush({ due: true, pass: () => Promise.resolve() }, () => true));
    assertEquals(cache.gaps, [[1, 1000]]);
  }));
