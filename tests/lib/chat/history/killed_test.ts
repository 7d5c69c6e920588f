import { assert, assertEquals } from "@std/assert";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import { withFolder } from "../../../kit/folder.ts";
import { seeded } from "../../../kit/hostile_tree.ts";
import { RawIrc } from "../../../kit/irc.ts";

const VICTIM = new URL("../../../kit/chat_victim.ts", import.meta.url).pathname;
/** Kills; TOUCAN_TEST_KILLS=50 for a longer run. */
const KILLS = Number(Deno.env.get("TOUCAN_TEST_KILLS") ?? 2);
const CLIENTS = 4;

Deno.test(`serveChat: killed at ${KILLS} random moments under load, no echoed message is lost, and none is stored twice`, () =>
  withFolder(async (folder) => {
    const path = `${folder}/chat.db`;
    const random = seeded(20261129);
    const echoed = new Set<string>();
    for (let round = 0; round < KILLS; round++) {
      const command = new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-prompt", "-A", VICTIM, path],
        stdout: "piped",
        stderr: "inherit",
      });
      await using victim = command.spawn();
      const { value = "" } = await victim.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
      const address = value.trim();
      const limit = 1 + Math.floor(random() * 600);
      let count = 0;
      // The history keeps 10,000 messages of a channel.
      const channel = `#r${round}`;
      await Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
        using irc = await RawIrc.in(address, `c${client}`, "echo-message");
        await irc.say(`JOIN ${channel}`);
        const mark = `r${round}-c${client}-`;
        // What is heard after the kill was echoed before it.
        try {
          for (let next = 0; next < 5000; next += 20) {
            await irc.say(...Array.from({ length: 20 }, (_, n) => `PRIVMSG ${channel} :${mark}${next + n}`));
            await irc.hears(new RegExp(`^:c${client}!.* :${mark}${next + Math.floor(random() * 20)}$`));
            count += 20;
            if (count >= limit) victim.kill("SIGKILL");
          }
        } catch {
          // The connection has ended with the server.
        }
        await irc.ended().catch(() => {});
        for (const line of irc.lines) {
          const [, text] = new RegExp(`^:c${client}!\\S+ PRIVMSG ${channel} :(${mark}\\d+)$`).exec(line) ?? [];
          if (text !== undefined) echoed.add(text);
        }
      }));
      assert(!(await victim.status).success);
    }
    using history = new FileHistory(path, { lines: 1_000_000 });
    const stored = Array.from({ length: KILLS }, (_, round) => `#r${round}`).flatMap((channel) =>
      history.find({ channel, only: "", limit: 100_000 }).map(({ line }) => line.replace(/^.* :/, ""))
    );
    assertEquals(new Set(stored).size, stored.length, "stored twice");
    const kept = new Set(stored);
    assertEquals([...echoed].filter((text) => !kept.has(text)), [], "lost");
    assert(echoed.size >= KILLS, `${echoed.size} echoed`);
  }));
