/**
 * Sends a burst: `burst_send.ts PORT COUNT SIZE` sends COUNT numbered datagrams of SIZE bytes, one line each, to a
 * local port as fast as the runtime can, and prints the time in milliseconds.
 * @module
 */
const [port = 0, count = 0, size = 0] = Deno.args.map(Number);
const to = { transport: "udp", hostname: "127.0.0.1", port } as const;
const datagrams = Array.from({ length: count }, (_, i) => new TextEncoder().encode(`${i}`.padEnd(size - 1) + "\n"));
const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
const start = performance.now();
for (const datagram of datagrams) await socket.send(datagram, to);
console.log(performance.now() - start);
socket.close();
