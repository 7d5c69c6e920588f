import { assert, assertEquals, assertMatch } from "@std/assert";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import { MemoryHistory } from "../../../../lib/chat/history/memory_history.ts";
import { parseChannel } from "../../../../lib/chat/server/channel/saved_channel.ts";
import { withFolder } from "../../../kit/folder.ts";
import { chatServer, RawIrc } from "../../../kit/irc.ts";

const SETTINGS = [
  "TOPIC #den :kept",
  "MODE #den +ism",
  "MODE #den +kl word 7",
  "MODE #den +b bad",
  "MODE #den +e good",
  "MODE #den +I cleo",
  "MODE #den +v ben",
];

Deno.test("serveChat: topic, modes, lists and ranks persist over a restart", async () => {
  await withFolder(async (folder) => {
    const history = `${folder}/chat.db`;
    const before = chatServer({ history });
    {
      using ann = await RawIrc.in(before.address, "ann");
      using ben = await RawIrc.in(before.address, "ben");
      await ann.say("JOIN #den", "JOIN #gone", "PART #gone");
      await ann.upToNow();
      await ben.say("JOIN #den");
      await ben.upToNow();
      await ann.say(...SETTINGS);
      await ann.upToNow();
      await before.shutdown();
    }
    await using server = chatServer({ history });
    using dan = await RawIrc.in(server.address, "dan");
    await dan.say("JOIN #den", "MODE #den", "NAMES #den", "LIST");
    const outside = (await dan.upToNow()).join("\n");
    assertMatch(outside, / 473 dan #den :.*\n.* 403 dan #den :.*\n.* 366 dan #den :.*\n.* 323 dan /);
    using cleo = await RawIrc.in(server.address, "cleo");
    await cleo.say("JOIN #den word");
    const inside = (await cleo.upToNow()).join("\n");
    assertMatch(inside, / 332 cleo #den :kept\n.* 333 cleo #den ann!ann@127\.0\.0\.1 \d+\n.* 353 cleo @ #den :cleo\n/);
    using ann = await RawIrc.in(server.address, "ann");
    await cleo.say("MODE #den +n-n", "INVITE ann #den");
    assertMatch((await cleo.upToNow()).join("\n"), / 482 .*\n.* 482 /);
    // Former members can rejoin, but not without the key.
    await ann.say("JOIN #den", "JOIN #den word", "MODE #den", "MODE #den b", "MODE #den e", "MODE #den I");
    const again = (await ann.upToNow()).join("\n");
    assertMatch(again, / 475 ann #den :/);
    assertMatch(again, / 353 ann @ #den :cleo @ann\n/);
    assertMatch(again, / 324 ann #den \+imnstkl word 7\n/);
    for (const kept of [" 367 ann #den bad!*@* ", " 348 ann #den good!*@* ", " 346 ann #den cleo!*@* "]) {
      assert(again.includes(kept), kept);
    }
  });
});

Deno.test("serveChat: a restart restores the ranks of former members only", async () => {
  await withFolder(async (folder) => {
    const history = `${folder}/chat.db`;
    const before = chatServer({ history });
    {
      using ann = await RawIrc.in(before.address, "ann");
      using ben = await RawIrc.in(before.address, "ben");
      await ann.say("JOIN #a");
      await ann.upToNow();
      await ben.say("JOIN #a");
      await ben.upToNow();
      await ann.say("MODE #a +vb ben bad", "MODE #a +kl word 7", "NICK anna");
      await ann.upToNow();
      // The file as a killed server would leave it.
      using file = new FileHistory(history);
      const [saved = ""] = file.channels(10);
      assertEquals([...parseChannel(saved)?.savedRanks ?? []], [["anna!ann@127.0.0.1", 2], ["ben!ben@127.0.0.1", 1]]);
      assertEquals((Deno.statSync(history).mode ?? 0) & 0o777, 0o600);
    }
    await before.shutdown();
  });
});

Deno.test("serveChat: the first client after a restart is not an operator unless it was one", async () => {
  await withFolder(async (folder) => {
    const history = `${folder}/chat.db`;
    const before = chatServer({ history });
    using ann = await RawIrc.in(before.address, "ann");
    await ann.say("JOIN #a", "MODE #a +k word");
    await ann.upToNow();
    await before.shutdown();
    await using server = chatServer({ history });
    const names: string[] = [];
    using ben = await RawIrc.in(server.address, "ben");
    using again = await RawIrc.in(server.address, "ann");
    for (const client of [ben, again]) {
      await client.say("JOIN #a word");
      names.push((await client.upToNow()).find((line) => line.includes(" 353 "))?.replace(/^.* :?/, "") ?? "");
    }
    await ben.say("NAMES #a", "MODE #a");
    const seen = (await ben.upToNow()).join("\n");
    assertMatch(seen, / 353 ben = #a :ben @ann\n/);
    assertMatch(seen, / 324 ben #a \+ntk word\n/);
  });
});

Deno.test("FileHistory: removes the read permission of other users", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/chat.db`;
    await Deno.writeTextFile(path, "", { mode: 0o644 });
    using _history = new FileHistory(path);
    assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  });
});

/** Times of lines in order: the clock was set back after the third. */
const TIMES = [1000, 2000, 3000, 500, 600, 2500];
const at = (time: number) => `timestamp=${new Date(time).toISOString()}`;

/** Ranges and the lines that they contain. */
const ASKED: readonly (readonly [request: string, lines: string])[] = [
  ["LATEST #a * 9", "0 1 2 3 4 5"],
  [`AFTER #a ${at(3000)} 9`, "3 4 5"],
  [`AFTER #a ${at(600)} 9`, "5"],
  [`AFTER #a ${at(500)} 9`, "4 5"],
  [`BEFORE #a ${at(500)} 9`, "0 1 2"],
  [`BEFORE #a ${at(2000)} 9`, "0"],
  [`LATEST #a ${at(3000)} 2`, "4 5"],
  [`BETWEEN #a ${at(2000)} ${at(600)} 9`, "2 3"],
  [`BETWEEN #a ${at(600)} ${at(2000)} 9`, "2 3"],
  [`AROUND #a ${at(500)} 1`, "3"],
  [`AROUND #a ${at(500)} 3`, "2 3 4"],
  [`AROUND #a ${at(500)} 5`, "1 2 3 4 5"],
  // A time without a line is compared with the times of the lines.
  [`AFTER #a ${at(2200)} 9`, "2 5"],
  [`BEFORE #a ${at(2200)} 9`, "0 1 3 4"],
  ["AROUND #a msgid=i2 1", "2"],
  ["AROUND #a msgid=i2 2", "1 2"],
  ["AROUND #a msgid=i2 3", "1 2 3"],
];

Deno.test("FileHistory: keeps all lines when the clock is set back", async () => {
  await withFolder(async (folder) => {
    const history = `${folder}/chat.db`;
    {
      using file = new FileHistory(history);
      const memory = new MemoryHistory();
      for (const [i, time] of TIMES.entries()) {
        const line = { id: `i${i}`, time, channel: "#a", line: `:x!x@h PRIVMSG #a :${i}`, tags: "" };
        file.add(line);
        memory.add(line);
      }
      file.commit();
      for (const kept of [file, memory]) {
        assertEquals(kept.locateTime("#a", 500), { first: 4, last: 4 });
        assertEquals(kept.locateTime("#a", 501), undefined);
      }
    }
    await using server = chatServer({ history });
    using ann = await RawIrc.in(server.address, "ann", "draft/chathistory", "batch", "server-time", "message-tags");
    await ann.say("JOIN #a");
    await ann.upToNow();
    for (const [request, lines] of ASKED) {
      await ann.say(`CHATHISTORY ${request}`);
      const heard = (await ann.upToNow()).flatMap((line) => / PRIVMSG #a :?(\d)$/.exec(line)?.[1] ?? []);
      assertEquals(heard.join(" "), lines, request);
    }
  });
});
