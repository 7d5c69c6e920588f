import { assertEquals, assertMatch } from "@std/assert";
import { connectChatNetwork } from "../../lib/chat/mod.ts";
import { EVENT_VERSION, parseBatch } from "../../lib/chat/network/codec/batch.ts";
import { subjectsOf } from "../../lib/chat/network/codec/subjects.ts";
import { connect, jetstream } from "../../lib/deps/nats.ts";
import { chatServer, RawIrc } from "../kit/irc.ts";
import { startNats } from "../kit/nats.ts";
import { peerTest } from "../kit/peer.ts";
import { until, within } from "../kit/wait.ts";

const NEXT = "nextversion1";
const { log, alive } = subjectsOf("chat");

peerTest(
  "chat over NATS: a server of the next version and this one work together, and one of a later version does not",
  [
    "nats-server",
  ],
  async () => {
    await using nats = await startNats();
    const connection = await connect({ servers: nats.url });
    const stream = jetstream(connection);
    const cluster = await connectChatNetwork([nats.url]);
    const server = chatServer({ cluster });
    try {
      using one = await RawIrc.in(server.address, "one", "message-tags", "server-time");
      await one.say("JOIN #a");
      await one.hears(/ 366 /);
      // A sign of life for each of the other server.
      connection.subscribe(alive, {
        callback: (_, message) => {
          if (message.string() !== NEXT) connection.publish(alive, NEXT);
        },
      });
      let number = 1;
      const write = async (version: number, ...events: readonly Readonly<Record<string, unknown>>[]) => {
        const batch = { v: version, s: NEXT, n: number, t: Date.now(), e: events, later: { any: "field" } };
        number += events.length;
        await stream.publish(log(NEXT), JSON.stringify(batch));
      };
      const of = {
        nick: "new",
        user: "u",
        realname: "r",
        host: "h",
        secure: true,
        since: 1,
        capabilities: ["later/cap"],
      };
      await write(
        EVENT_VERSION + 1,
        { kind: "hello", name: "next.test", software: "later" },
        { kind: "later", member: "of another form", line: 7 },
        { kind: "enter", member: 1, identity: { ...of, colour: "red" } },
        { kind: "line", member: 1, line: "JOIN #a", later: [1] },
      );
      await one.hears(/:new!\S+ JOIN/);
      // The event that is not known has a number, too: what follows it is not taken for a repetition.
      await write(EVENT_VERSION + 1, { kind: "later" }, { kind: "line", member: 1, line: "PRIVMSG #a :from the next" });
      assertMatch(await one.hears(/from the next/), /msgid=nextversion1-6[; ]/);
      await write(EVENT_VERSION + 1, { kind: "line", member: 1, line: "LATERCOMMAND #a :x" });
      await one.say("PRIVMSG new :from this one", "WHOIS new");
      assertMatch(await one.hears(/ 312 /), / new next\.test /);
      // What this one writes is of its own version, which the next one reads.
      const versions: unknown[] = [];
      const reader = await stream.consumers.get("toucan-chat", { filter_subjects: "toucan.chat.log.*" });
      await until("the message in the log", async () => {
        const message = await reader.next({ expires: 1000 });
        const batch = message && parseBatch(message.data);
        if (typeof batch !== "object" || batch === null || !("events" in batch) || batch.server === NEXT) return false;
        versions.push(batch.version);
        return batch.events.some((event) => event.kind === "line" && event.line.includes("from this one"));
      });
      assertEquals([...new Set(versions)], [EVENT_VERSION]);
      // With a version after the next, the state would differ: it stops.
      await write(EVENT_VERSION + 2, { kind: "line", member: 1, line: "PRIVMSG #a :not read" });
      const failed = await within("the end of the server", server.finished.then(() => "", String));
      assertMatch(failed, /cannot read event \d+ of the network: version 3, supported: 1/);
      assertEquals(one.lines.some((line) => line.includes("not read")), false);
    } finally {
      await server.shutdown().catch(() => {});
      await connection.close();
    }
  },
);
