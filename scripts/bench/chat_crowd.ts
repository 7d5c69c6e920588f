/**
 * Connects a crowd to a chat server, in a separate process: `chat_crowd.ts PORT PID CLIENTS MEMBERS MESSAGES`. Every
 * second client connects by WebSocket; `MEMBERS` of them join one large channel, the others one of 99 more. Prints the
 * milliseconds until all have joined, the memory of the process in kilobytes, and the milliseconds until all members
 * of the large channel had a message, at the 99th percentile of `MESSAGES` messages.
 * @module
 */

import { LoadClient } from "./chat_client.ts";
import { within } from "../../tests/kit/wait.ts";

/** Clients that connect at the same time. */
const AT_ONCE = 100;
const CHANNELS = 100;

const [port = 0, pid = 0, clients = 0, members = 0, messages = 0] = Deno.args.map(Number);

const crowd: LoadClient[] = [];
const start = performance.now();
for (let i = 0; i < clients; i += AT_ONCE) {
  const next = Array.from({ length: Math.min(AT_ONCE, clients - i) }, (_, n) => i + n);
  const opened = next.map((n) => {
    const channel = n < members ? "#large" : `#c${n % (CHANNELS - 1)}`;
    return LoadClient.open({ port, nick: `r${n}`, channel, webSocket: n % 2 === 1 });
  });
  const joined = await Promise.all(opened);
  // Counting from the start empties the receive buffers: else the server would cut off clients that do not read.
  for (const client of joined) void client.count();
  crowd.push(...joined);
}
const joined = performance.now() - start;

const [sender, ...readers] = crowd.slice(0, members);
if (!sender) throw new RangeError("no members");
const times: number[] = [];
for (let i = 0; i < messages; i++) times.push(await delivered(`message-${i}-end`));
times.sort((a, b) => a - b);
const status = await Deno.readTextFile(`/proc/${pid}/status`);
console.log(joined, /VmRSS:\s+(\d+)/.exec(status)?.[1], times[Math.ceil(times.length * 0.99) - 1]);
Deno.exit();

/** Sends a message, and returns the milliseconds until all readers have it. */
async function delivered(text: string): Promise<number> {
  let missing = readers.length;
  const decoder = new TextDecoder();
  const all = Promise.withResolvers<void>();
  for (const reader of readers) {
    let tail = "";
    reader.onData = (data) => {
      tail = tail.slice(-text.length) + decoder.decode(data);
      if (!tail.includes(text)) return;
      reader.onData = undefined;
      if (--missing === 0) all.resolve();
    };
  }
  const begin = performance.now();
  await sender?.say(`PRIVMSG #large :${text}`);
  await within("all members have received a message", all.promise);
  return performance.now() - begin;
}
