import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { FileHistory } from "../../lib/chat/history/file_history.ts";
import { talkKey } from "../../lib/chat/history/codec/talk_key.ts";
import { withFolder } from "../kit/folder.ts";
import { runTool } from "../kit/tool.ts";

const IRSSI = new URL("../data/chat/irssi.log", import.meta.url).pathname;

/** Creates a history with two channels and a private conversation. */
function fill(path: string): void {
  using history = new FileHistory(path);
  const add = (channel: string, line: string) =>
    history.add({ id: `${channel} ${line.length}`, time: 1e12, channel, line, tags: "" });
  add("#a", ":ann!a@h PRIVMSG #a :good morning");
  add("#b", ":ann!a@h PRIVMSG #b :\x01ACTION waves\x01");
  add(talkKey("ann", "ben"), ":ann!a@h PRIVMSG ben :a secret");
}

Deno.test("chat export: as text, HTML and JSON; private conversations only when asked for", () =>
  withFolder(async (folder) => {
    const path = `${folder}/chat.db`;
    fill(path);
    const run = async (...words: readonly string[]) => await runTool("chat", ["export", ...words, path]);
    assertEquals(
      (await run()).stdout,
      "--- #a\n2001-09-09 01:46:40Z <ann> good morning\n--- #b\n2001-09-09 01:46:40Z * ann waves\n",
    );
    const one = await run("--text", "--channel", "#B");
    assertEquals([one.stdout, one.code], ["--- #b\n2001-09-09 01:46:40Z * ann waves\n", 0]);
    const talks = await run("--json", "--private", "--channel", "#a");
    assertEquals(
      talks.stdout.trim().split("\n").map((line) => JSON.parse(line)).map((
        { channel, accounts, text },
      ) => [channel ?? accounts, text]),
      [
        ["#a", "good morning"],
        [["ann", "ben"], "a secret"],
      ],
    );
    const page = (await run("--html")).stdout;
    assertMatch(page, /^<!doctype html>[^]*<h2><bdi>#a<\/bdi><\/h2>\n<p><time [^]*<\/html>\n$/);
    assert(!page.includes("secret"));
    const none = await run("--channel", "#none");
    assertEquals([none.stdout, none.stderr, none.code], ["", "toucan chat: no history of #none\n", 1]);
    assertEquals((await run("--html", "--json")).code, 2);
    assertEquals((await run("--channel", "none")).code, 2);
    const missing = await runTool("chat", ["export", `${folder}/none.db`]);
    assertEquals([missing.code, missing.stdout], [5, ""]);
  }));

Deno.test("chat import: adds logs to a history, and reports each", () =>
  withFolder(async (folder) => {
    const path = `${folder}/chat.db`;
    await Deno.writeTextFile(`${folder}/other`, "no log");
    const run = async (...words: readonly string[]) => await runTool("chat", ["import", ...words]);
    const first = await run("--channel", "#lobby", path, IRSSI);
    assertEquals([first.stdout, first.code], [`${IRSSI}: 15 lines added, 0 known, 1 unread (irssi)\n`, 0]);
    const both = await run("--channel", "#lobby", path, IRSSI, `${folder}/other`);
    assertEquals([both.stdout, both.code], [`${IRSSI}: 0 lines added, 15 known, 1 unread (irssi)\n`, 6]);
    assertStringIncludes(both.stderr, "not a log of irssi or WeeChat");
    assertEquals((await run("--channel", "#lobby", path, `${folder}/other`)).code, 1);
    assertEquals((await run(path, IRSSI)).stderr, "toucan chat: missing channel\nhint: use --channel '#lobby'\n");
    assertEquals((await run("--channel", "lobby", path, IRSSI)).code, 2);
    assertStringIncludes((await runTool("chat", ["export", path])).stdout, " <ben> bold text\n");
  }));
