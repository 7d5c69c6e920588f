import { assert, assertEquals, assertThrows } from "@std/assert";
import { type ChatNetworkOptions, connectChatNetwork } from "../../lib/chat/mod.ts";
import { SystemError } from "../../lib/core/mod.ts";
import { DatabaseSync } from "../../lib/deps/node/sqlite.ts";
import { withFolder } from "../kit/folder.ts";
import { chatServer, RawIrc } from "../kit/irc.ts";
import { startNats } from "../kit/nats.ts";
import { peerTest } from "../kit/peer.ts";
import { until } from "../kit/wait.ts";

const CAPS = ["echo-message", "message-tags", "batch", "draft/message-redaction", "draft/chathistory"];

/** Starts a server of the network with a history file. */
async function member(url: string, history?: string, options: ChatNetworkOptions = { snapshotEvents: 40 }) {
  const cluster = await connectChatNetwork([url], options);
  try {
    const server = chatServer({ cluster, history });
    return { server, [Symbol.asyncDispose]: () => server.shutdown() };
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
}

async function enter(address: string, nick: string): Promise<RawIrc> {
  const client = await RawIrc.in(address, nick, ...CAPS);
  await client.say("JOIN #a");
  await client.hears(/ 366 /);
  return client;
}

/** Sends messages, each after the echo of the one before; returns the id of the first one. */
async function talk(client: RawIrc, name: string, count: number): Promise<string> {
  const ids: string[] = [];
  for (let k = 0; k < count; k++) {
    await client.say(`PRIVMSG #a :${name} ${k}`);
    const line = await client.hears(new RegExp(`PRIVMSG #a :${name} ${k}$`));
    ids.push(/msgid=([^; ]*)/.exec(line)?.[1] ?? "");
  }
  return ids[0] ?? "";
}

/** Returns the extent of a history file, and its lines. */
function read(path: string): { readonly gaps: unknown[]; readonly lines: string[] } {
  using database = new DatabaseSync(path, { readOnly: true });
  const [row] = database.prepare("SELECT text FROM records WHERE kind = 'network'").all();
  const { gaps = ["none"] } = row ? JSON.parse(String(row.text)) : {};
  const lines = database.prepare("SELECT place, id, channel, line, event, time FROM lines ORDER BY place").all();
  return { gaps, lines: lines.map((line) => JSON.stringify(line)) };
}

const filled = (path: string) => until(`${path} is filled`, () => read(path).gaps.length === 0);

peerTest(
  "chat over NATS with history files: restarted, cut off, rebuilt, they are equal",
  ["nats-server"],
  () =>
    withFolder(async (folder) => {
      await using nats = await startNats();
      const [a, b, c] = ["a", "b", "c"].map((name) => `${folder}/${name}.db`);
      assert(a && b && c);
      await using one = await member(nats.url, a);
      const ann = await enter(one.server.address, "ann");
      const first = await talk(ann, "first", 60);
      {
        await using two = await member(nats.url, b);
        using ben = await enter(two.server.address, "ben");
        await ann.hears(/ben!\S+ JOIN/);
        await talk(ben, "second", 20);
        await ann.hears(/second 19/);
        await filled(b);
        // Redacted on a server while the other one is away, or has it in its file only.
        await ann.say(`REDACT #a ${first}`);
        await ben.hears(/REDACT/);
      }
      const other = await talk(ann, "third", 100);
      await ann.say(`REDACT #a ${other}`, "PRIVMSG #a :end");
      await ann.hears(/end/);
      {
        // It goes on from where it was, and gets what it missed.
        await using two = await member(nats.url, b);
        using ben = await enter(two.server.address, "ben");
        await ann.hears(/ben!\S+ JOIN/);
        await filled(b);
        await ben.say("SEARCH"), await ben.say("CHATHISTORY LATEST #a * 100", "PING x");
        await ben.hears(/PONG/);
        await talk(ann, "fourth", 10);
        await ben.hears(/fourth 9/);
        // A fresh file is filled from the log, with the same lines under the same ids.
        await using three = await member(nats.url, c);
        using carl = await enter(three.server.address, "carl");
        await Promise.all([ann, ben].map((client) => client.hears(/carl!\S+ JOIN/)));
        await filled(c);
        await carl.say("PRIVMSG #a :last");
        await Promise.all([ann, ben, carl].map((client) => client.hears(/PRIVMSG #a :last/)));
      }
      await ann.say("QUIT");
      await ann.ended();
      await one.server.shutdown();
      const [whole, restarted, rebuilt] = [a, b, c].map((path) => read(path).lines);
      const messages = (lines: readonly string[] | undefined) =>
        (lines ?? []).filter((line) => line.includes("PRIVMSG"));
      assertEquals(messages(whole).length, 60 + 20 + 100 + 10 + 2 - 2);
      assertEquals(messages(restarted), messages(whole));
      assertEquals(messages(rebuilt), messages(whole));
      const common = (lines: readonly string[] | undefined) => (lines ?? []).filter((line) => rebuilt?.includes(line));
      assertEquals(common(restarted), common(whole));

      // The file belongs to this network only.
      const refused = (work: () => unknown) => assertEquals(assertThrows(work, SystemError).code, "history-unusable");
      refused(() => chatServer({ history: a }));
      const alone = `${folder}/alone.db`;
      await using server = chatServer({ history: alone });
      const client = await enter(server.address, "ann");
      await talk(client, "alone", 1);
      await server.shutdown();
      await using cluster = await connectChatNetwork([nats.url]);
      refused(() => chatServer({ cluster, history: alone }));
      await using elsewhere = await connectChatNetwork([nats.url], { network: "other" });
      refused(() => chatServer({ cluster: elsewhere, history: a }));
    }),
);
