/**
 * Generates load on an IRC server, in a separate process so that it does not slow the measurement: `deliveries PORT
 * CLIENTS LINES` prints the milliseconds until all clients have received all lines; `idle PORT CLIENTS PID` connects
 * the clients, each to one of fifty channels, and prints the memory of the process in kilobytes.
 * @module
 */

import { LoadClient } from "./chat_client.ts";

const [what, ...numbers] = Deno.args;
const [port = 0, clients = 0, last = 0] = numbers.map(Number);
const BATCH = 100;

if (what === "idle") {
  for (let i = 0; i < clients; i += 50) {
    const names = Array.from({ length: 50 }, (_, n) => i + n);
    await Promise.all(names.map((n) => LoadClient.open({ port, nick: `r${n}`, channel: `#c${n % 50}` })));
  }
  const status = await Deno.readTextFile(`/proc/${last}/status`);
  console.log(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
} else {
  const listeners: LoadClient[] = [];
  for (let i = 0; i < clients; i++) listeners.push(await LoadClient.open({ port, nick: `r${i}`, channel: "#load" }));
  const sender = await LoadClient.open({ port, nick: "sender", channel: "#load" });
  for (const client of [...listeners, sender]) void client.count();
  const all = (bytes: number) => Promise.all(listeners.map((client) => client.has(bytes)));
  // Data received while the others join is not counted: a marker line shows that all of it has arrived.
  const line = `PRIVMSG #load :${"x".repeat(60)}`;
  const mark = `PRIVMSG #load :${"y".repeat(60)}`;
  await new Promise((resolve) => setTimeout(resolve, 1000));
  for (const client of listeners) client.bytes = 0;
  await sender.say(mark);
  await all(60);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const size = listeners[0]?.bytes ?? 0;
  if (listeners.some(({ bytes }) => bytes !== size)) throw new Error("not all have got the same");
  for (const client of listeners) client.bytes = 0;
  const start = performance.now();
  for (let sent = 0; sent < last; sent += BATCH) {
    await sender.repeat(line, BATCH);
    // Sends only one batch ahead of the readers, so that no server has to buffer more than it wants to.
    await all(Math.max(0, sent - BATCH) * size);
  }
  await all(last * size);
  console.log(performance.now() - start);
}
Deno.exit();
