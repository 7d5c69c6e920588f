/**
 * Generates load on chat servers that form a network, in a process of its own: `PORTS CLIENTS LINES PROBES` spreads the
 * clients over the servers at the comma-separated ports, and prints the milliseconds until all have received all lines,
 * and then the median and 99th percentile of the latency of single messages, to one client of each server, in
 * milliseconds.
 * @module
 */
import { LoadClient } from "./chat_client.ts";

const [list = "", ...numbers] = Deno.args;
const ports = list.split(",").map(Number);
const [clients = 0, lines = 0, probes = 0] = numbers.map(Number);
const BATCH = 100;
const PROBE_INTERVAL_MS = 10;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const listeners: LoadClient[] = [];
for (let i = 0; i < clients; i++) {
  listeners.push(await LoadClient.open({ port: ports[i % ports.length] ?? 0, nick: `r${i}`, channel: "#load" }));
}
const sender = await LoadClient.open({ port: ports[0] ?? 0, nick: "sender", channel: "#load" });
for (const client of [...listeners, sender]) void client.count();
const all = (bytes: number) => Promise.all(listeners.map((client) => client.has(bytes)));
const line = `PRIVMSG #load :${"x".repeat(60)}`;
// What the clients receive of each other while they join is not counted.
await pause(1000);
for (const client of listeners) client.bytes = 0;
await sender.say(line);
await all(60);
await pause(300);
const size = listeners[0]?.bytes ?? 0;
for (const client of listeners) client.bytes = 0;
const start = performance.now();
for (let sent = 0; sent < lines; sent += BATCH) {
  await sender.repeat(line, BATCH);
  // Sends only one batch ahead of the readers.
  await all(Math.max(0, sent - BATCH) * size);
}
await all(lines * size);
const total = performance.now() - start;

const sentAt: number[] = [];
const latencies: number[] = [];
const complete = Promise.withResolvers<void>();
for (const client of listeners.slice(-ports.length)) {
  const decoder = new TextDecoder();
  let rest = "";
  client.onData = (data) => {
    const now = performance.now();
    const received = (rest + decoder.decode(data, { stream: true })).split("\r\n");
    rest = received.pop() ?? "";
    for (const text of received) {
      const [, number] = /:probe (\d+)$/.exec(text) ?? [];
      if (number !== undefined) latencies.push(now - (sentAt[Number(number)] ?? now));
    }
    if (latencies.length >= probes * ports.length) complete.resolve();
  };
}
for (let i = 0; i < probes; i++) {
  sentAt.push(performance.now());
  await sender.say(`PRIVMSG #load :probe ${i}`);
  await pause(PROBE_INTERVAL_MS);
}
await complete.promise;
latencies.sort((one, other) => one - other);
const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? NaN;
console.log(total, at(0.5), at(0.99));
Deno.exit();
