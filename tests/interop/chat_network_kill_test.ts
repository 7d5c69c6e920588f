import { assert, assertEquals } from "@std/assert";
import { connectChatNetwork } from "../../lib/chat/mod.ts";
import { DatabaseSync } from "../../lib/deps/node/sqlite.ts";
import { withFolder } from "../kit/folder.ts";
import { seeded } from "../kit/hostile_tree.ts";
import { chatServer, RawIrc } from "../kit/irc.ts";
import { startNats } from "../kit/nats.ts";
import { peerTest } from "../kit/peer.ts";
import { startTool } from "../kit/tool.ts";
import { until } from "../kit/wait.ts";

/** Number of times that a server is killed; `TOUCAN_TEST_KILLS=50` for a long run. */
const KILLS = Number(Deno.env.get("TOUCAN_TEST_KILLS") ?? 3);
/** Limit of the lines, above what is sent: files delete old lines at different times. */
const LINES = 100_000;
const CAPS = ["echo-message", "message-tags"];

async function enter(address: string, nick: string): Promise<RawIrc> {
  const client = await RawIrc.in(address, nick, ...CAPS);
  await client.say("JOIN #a");
  await client.hears(/ 366 /);
  return client;
}

/** Sends messages in groups of 10 until `done`, or the connection ends; adds the texts of the echoes to the ledger. */
async function talk(client: RawIrc, name: string, ledger: Set<string>, done: (count: number) => boolean) {
  for (let k = 0; !done(k); k += 10) {
    try {
      await client.say(...Array.from({ length: 10 }, (_, i) => `PRIVMSG #a :${name} ${k + i}`));
      for (let i = 0; i < 10; i++) {
        const line = await client.hears(new RegExp(`PRIVMSG #a :${name} \\d+$`));
        ledger.add(line.slice(line.lastIndexOf(":") + 1));
      }
    } catch {
      return;
    }
  }
}

/** Returns the messages of a history file, once it lacks none. */
async function messagesOf(path: string): Promise<string[]> {
  const lacksNone = () => {
    using database = new DatabaseSync(path, { readOnly: true });
    const [row] = database.prepare("SELECT text FROM records WHERE kind = 'network'").all();
    return row !== undefined && String(row.text).includes('"gaps":[]');
  };
  await until(`${path} lacks no message`, lacksNone);
  using database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare("SELECT place, id, time, line FROM lines WHERE event = 0 ORDER BY place").all();
  return rows.map((row) => JSON.stringify(row));
}

peerTest("chat serve --nats --history: a server killed at seeded moments under load: nothing is lost or doubled", [
  "nats-server",
], () =>
  withFolder(async (folder) => {
    await using nats = await startNats();
    const [kept, killed] = [`${folder}/kept.db`, `${folder}/killed.db`];
    const cluster = await connectChatNetwork([nats.url], { snapshotEvents: 150 });
    await using server = chatServer({ cluster, history: kept, retention: { lines: LINES } });
    using ann = await enter(server.address, "ann");
    const random = seeded(18);
    const ledger = new Set<string>();
    const history = ["--history", killed, "--history-lines", `${LINES}`];
    for (let round = 0; round < KILLS; round++) {
      const words = ["serve", "--json", "--irc-only", "--port", "0", "--burst", "100000", "--rate", "100000"];
      await using tool = await startTool("chat", [...words, "--nats", nats.url, ...history]);
      const reader = tool.process.stdout.pipeThrough(new TextDecoderStream()).getReader();
      let printed = "";
      while (!printed.includes('"entered"') || !printed.includes('"address"')) {
        const { value, done } = await reader.read();
        assert(!done, tool.stderr());
        printed += value;
      }
      const ben = await enter(/"address":"([^"]*)"/.exec(printed)?.[1] ?? "", `ben${round}`);
      const moment = Math.floor(random() * 150);
      let ended = false;
      const talks = [
        talk(ann, `ann-${round}`, ledger, () => ended),
        talk(ben, `ben-${round}`, ledger, (count) => {
          if (count >= moment) tool.process.kill("SIGKILL");
          return count >= moment;
        }).then(() => ended = true),
      ];
      await Promise.all(talks);
      ben[Symbol.dispose]();
      await tool.code;
    }
    // It goes on from what its file has.
    const again = await connectChatNetwork([nats.url]);
    await using restarted = chatServer({ cluster: again, history: killed, retention: { lines: LINES } });
    using last = await enter(restarted.address, "last");
    await last.say("PRIVMSG #a :end");
    await Promise.all([ann, last].map((client) => client.hears(/PRIVMSG #a :end/)));
    await until("files with the last message", async () => {
      const files = [await messagesOf(kept), await messagesOf(killed)];
      return files.every((messages) => messages.at(-1)?.endsWith(':end"}'));
    });
    const [one, other] = [await messagesOf(kept), await messagesOf(killed)];
    assertEquals(other, one);
    const texts = one.map((line) => /PRIVMSG #a :(.*)"\}$/.exec(line)?.[1] ?? "");
    assertEquals(new Set(texts).size, texts.length);
    assertEquals([...ledger].filter((text) => !texts.includes(text)), []);
  }));
