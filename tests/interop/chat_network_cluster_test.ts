import { assert, assertEquals } from "@std/assert";
import { type ChatNetwork, connectChatNetwork } from "../../lib/chat/mod.ts";
import { chatServer, RawIrc } from "../kit/irc.ts";
import { startNatsCluster } from "../kit/nats.ts";
import { peerTest } from "../kit/peer.ts";
import { until, within } from "../kit/wait.ts";

const CAPS = ["echo-message", "message-tags", "labeled-response", "batch", "draft/chathistory"];
/** Messages of each client in each of the three parts: before, while, and after a broker is away. */
const LINES = 20;

/** Joins the network once the brokers have elected a leader. */
const join = (urls: readonly string[]): Promise<ChatNetwork> =>
  until(
    "a cluster with a leader",
    () => connectChatNetwork(urls, { replicas: 3, timeout: 1000 }).catch(() => undefined),
  );

/** Sends messages; returns those that are echoed. Others are rejected while the brokers elect a leader, in any order. */
async function talk(client: RawIrc, name: string): Promise<string[]> {
  const waiting = new Set(Array.from({ length: LINES }, (_, i) => `${name}-${i}`));
  await client.say(...[...waiting].map((text) => `@label=${text} PRIVMSG #a :${text}`));
  const echoed: string[] = [];
  while (waiting.size > 0) {
    const answer = await within(`answers to ${[...waiting]}`, client.hears(/^@(?:\S*;)?label=/));
    const [, text = ""] = /label=([^; ]*)/.exec(answer) ?? [];
    if (!waiting.delete(text)) continue;
    if (answer.includes(" PRIVMSG ")) echoed.push(text);
    else assert(answer.includes(" FAIL PRIVMSG NETWORK_UNAVAILABLE "), answer);
  }
  return echoed;
}

/** Returns the ids and texts of the history. */
async function historyOf(client: RawIrc): Promise<string[]> {
  const lines: string[] = [];
  for (let before = "LATEST #a *";;) {
    await client.say(`CHATHISTORY ${before} 100`);
    await within("a batch", client.hears(/ BATCH \+/));
    const page: string[] = [];
    for (let line = ""; !/ BATCH -/.test(line); line = await within("its end", client.hears(/PRIVMSG| BATCH -/))) {
      const [, id, text] = /msgid=([^; ]*).* :(\S+)$/.exec(line) ?? [];
      if (text !== undefined && line.includes(" PRIVMSG ")) page.push(`${id} ${text}`);
    }
    if (page.length === 0) return lines;
    lines.unshift(...page);
    before = `BEFORE #a msgid=${page[0]?.split(" ")[0]}`;
  }
}

peerTest(
  "chat over a cluster of three brokers: one is killed under load and comes back; what was echoed is everywhere, once",
  [
    "nats-server",
  ],
  async () => {
    await using stack = new AsyncDisposableStack();
    const { brokers } = stack.use(await startNatsCluster());
    const urls = brokers.map(({ url }) => url);
    const clients: RawIrc[] = [];
    for (let i = 0; i < 3; i++) {
      // Each server is connected to another broker.
      const server = stack.use(chatServer({ cluster: await join([...urls.slice(i), ...urls.slice(0, i)]) }));
      const client = stack.use(await within("an entry", RawIrc.in(server.address, `c${i}`, ...CAPS)));
      await client.say("JOIN #a");
      await within("the channel", client.hears(/ 366 /));
      clients.push(client);
    }
    const all = async (part: string) => (await Promise.all(clients.map((one, i) => talk(one, `${part}${i}`)))).flat();
    const ledger = await all("before");
    assertEquals(ledger.length, 3 * LINES);
    const during = all("during");
    await brokers[1]?.kill();
    ledger.push(...await during, ...await all("without"));
    await brokers[1]?.start();
    const after = await until("a message is stored again", async () => {
      const echoed = await all("after");
      ledger.push(...echoed);
      return echoed.length === 3 * LINES;
    });
    assert(after);
    const histories = await Promise.all(clients.map(historyOf));
    assertEquals(histories[1], histories[0]);
    assertEquals(histories[2], histories[0]);
    const ids = histories[0]?.map((line) => line.split(" ")[0]) ?? [];
    assertEquals(new Set(ids).size, ids.length);
    const texts = new Set(histories[0]?.map((line) => line.split(" ")[1]));
    assertEquals(ledger.filter((text) => !texts.has(text)), []);
  },
);
