import { assertEquals } from "@std/assert";
import { connectChatNetwork } from "../../lib/chat/mod.ts";
import { chatServer, RawIrc } from "../kit/irc.ts";
import { startNats } from "../kit/nats.ts";
import { peerTest } from "../kit/peer.ts";

peerTest("chat over NATS: clients of three servers have one conversation in one order", ["nats-server"], async () => {
  await using nats = await startNats();
  const start = async () => chatServer({ cluster: await connectChatNetwork([nats.url]) });
  await using a = await start();
  await using b = await start();
  await using c = await start();
  const clients: RawIrc[] = [];
  for (const [i, { address }] of [a, b, c].entries()) {
    const client = await RawIrc.in(address, `n${i}`, "echo-message", "message-tags", "server-time");
    await client.say("JOIN #a");
    await client.hears(/ 366 /);
    clients.push(client);
  }
  await Promise.all(clients.slice(0, 2).map((client) => client.hears(/n2!\S+ JOIN/)));
  for (let k = 0; k < 50; k++) await Promise.all(clients.map((client, i) => client.say(`PRIVMSG #a :${i} says ${k}`)));
  const heard = await Promise.all(clients.map(async (client) => {
    const lines: string[] = [];
    while (lines.length < 150) lines.push(await client.hears(/PRIVMSG #a/));
    return lines;
  }));
  assertEquals(heard[1], heard[0]);
  assertEquals(heard[2], heard[0]);
  for (const client of clients) client[Symbol.dispose]();
});
