import { assert, assertEquals, assertMatch } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { RawIrc } from "../kit/irc.ts";
import { startNats } from "../kit/nats.ts";
import { peerTest } from "../kit/peer.ts";
import { startTool } from "../kit/tool.ts";

const COUNT = 150;

/** Starts `chat serve` as a server of a network; its JSON records are read up to the address. */
async function serve(url: string) {
  const words = ["serve", "--json", "--irc-only", "--port", "0", "--burst", "100000", "--rate", "100000"];
  const tool = await startTool("chat", [...words, "--nats", url]);
  const reader = tool.process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const prints = async (pattern: RegExp) => {
    for (let match = pattern.exec(text);; match = pattern.exec(text)) {
      if (match) return match[1] ?? "";
      const { value, done } = await reader.read();
      if (done) throw new Error(`ended without ${pattern}: ${text}${tool.stderr()}`);
      text += value;
    }
  };
  return { tool, prints, address: await prints(/"address":"([^"]*)"/) };
}

/** Sends messages in groups, each group after the echoes of the one before; returns the texts of the echoes. */
async function talk(client: RawIrc, name: string, echoed: (count: number) => void = () => {}): Promise<string[]> {
  const echoes: string[] = [];
  const open = new Set<string>();
  const failed = new Set<string>();
  try {
    for (let k = 0; k < COUNT || open.size > 0;) {
      for (; open.size < 10 && k < COUNT; k++) {
        open.add(`${name}-${k}`);
        await client.say(`@label=${name}-${k} PRIVMSG #a :${name}-${k}`);
      }
      const line = await client.hears(/^@label=| PONG /);
      if (line.includes(" PONG ")) {
        await client.say(...[...failed].map((label) => `@label=${label} PRIVMSG #a :${label}`));
        failed.clear();
        continue;
      }
      const label = /^@label=([^;: ]*)/.exec(line)?.[1] ?? "";
      if (line.includes(" FAIL PRIVMSG NETWORK_UNAVAILABLE ")) {
        if (failed.size === 0) await client.say("PING again");
        failed.add(label);
      } else if (open.delete(label)) echoed(echoes.push(label));
      else throw new Error(`twice: ${line}`);
    }
  } catch (error) {
    // Its server was killed.
    if (!/not heard|Broken pipe|reset/.test(String(error))) throw error;
  }
  return echoes;
}

/** Returns all ids and texts of the channel's history. */
async function ledger(address: string, nick: string): Promise<string[]> {
  using client = await RawIrc.in(address, nick, "message-tags", "server-time", "batch", "draft/chathistory");
  await client.say("JOIN #a");
  await client.hears(/ 366 /);
  const all: string[] = [];
  for (let before = "LATEST #a *";;) {
    await client.say(`CHATHISTORY ${before} 100`);
    await client.hears(/ BATCH \+/);
    const page: string[] = [];
    for (let line = ""; !/ BATCH -/.test(line); line = await client.hears(/PRIVMSG| BATCH -/)) {
      const [, id, text] = /msgid=([^; ]*).* :(.*)$/.exec(line) ?? [];
      if (id !== undefined) page.push(`${id} ${text}`);
    }
    if (page.length === 0) return all;
    all.unshift(...page);
    before = `BEFORE #a msgid=${page[0]?.split(" ")[0]}`;
  }
}

peerTest("chat serve --nats: a server and the broker killed under load: what was echoed is in the history once", [
  "nats-server",
], () =>
  withFolder(async (folder) => {
    const nats = await startNats({ folder });
    const [a, b, c] = await Promise.all([serve(nats.url), serve(nats.url), serve(nats.url)]);
    await using _a = a.tool;
    await using _b = b.tool;
    await using _c = c.tool;
    await Promise.all([a, b, c].map(({ prints }) => prints(/"network","state":"(entered)"/)));
    const clients: RawIrc[] = [];
    for (const [i, { address }] of [a, b, c].entries()) {
      const client = await RawIrc.in(address, `n${i}`, "echo-message", "labeled-response", "message-tags", "batch");
      await client.say("JOIN #a");
      await client.hears(/ 366 /);
      clients.push(client);
    }
    const [one, two, three] = clients;
    assert(one && two && three);
    let restarted: PromiseLike<void> | undefined;
    const talks = Promise.all([
      talk(one, "one", (count) => {
        if (count === 70) restarted = nats[Symbol.asyncDispose]();
      }),
      talk(two, "two"),
      talk(three, "three", (count) => {
        if (count === 30) c.tool.process.kill("SIGKILL");
      }),
    ]);
    await a.prints(/"state":"(unavailable)","error":\{"code":"network-unavailable"/);
    await restarted;
    await using _nats = await startNats({ folder, port: nats.port });
    const echoed = await talks;
    assertEquals(echoed.map(({ length }) => length).slice(0, 2), [COUNT, COUNT]);
    await a.prints(/"state":"(available)"/);
    await one.hears(/n2!\S+ QUIT :Server is not reachable/);
    // A server that starts afterwards reads the same.
    const d = await serve(nats.url);
    await using _d = d.tool;
    const histories = await Promise.all([a, b, d].map(({ address }, i) => ledger(address, `r${i}`)));
    assertEquals(histories[1], histories[0]);
    assertEquals(histories[2], histories[0]);
    const texts = (histories[0] ?? []).map((line) => line.split(" ")[1] ?? "");
    assertEquals(new Set(texts).size, texts.length);
    assertEquals(echoed.flat().filter((text) => !texts.includes(text)), []);
    for (const { tool } of [a, b, d]) tool.process.kill("SIGTERM");
    for (const client of clients) client[Symbol.dispose]();
    assertEquals(await Promise.all([a, b, d].map(({ tool }) => tool.code)), [0, 0, 0]);
  }));

Deno.test("chat serve --nats: no broker, and invalid addresses", async () => {
  const run = async (...words: readonly string[]) => {
    await using tool = await startTool("chat", ["serve", "--port", "0", "--irc-only", ...words]);
    await tool.process.stdin.close();
    return [await tool.code, tool.stderr()] as const;
  };
  const [code, said] = await run("--nats", "nats://127.0.0.1:1");
  assertEquals(code, 3);
  assertMatch(said, /^toucan chat: cannot use the brokers 127\.0\.0\.1:1: .*\n$/);
  for (const url of ["http://a", "nats://", "a,,b"]) assertEquals((await run("--nats", url))[0], 2, url);
});
