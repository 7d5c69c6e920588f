/**
 * Measures the limit of the runtime for a burst: `burst_loop.ts PORT` copies datagrams received on a local port into a
 * queue, and on SIGTERM prints a line for each.
 * @module
 */
const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: Number(Deno.args[0]) });
const queue: { readonly bytes: Uint8Array; readonly from: Deno.Addr }[] = [];
Deno.addSignalListener("SIGTERM", () => {
  const lines = queue.map(({ bytes }) => new TextDecoder().decode(bytes)).join("");
  Deno.stdout.writeSync(new TextEncoder().encode(lines));
  Deno.exit();
});
console.error("listening");
const buffer = new Uint8Array(65_536);
while (true) {
  const [bytes, from] = await socket.receive(buffer);
  queue.push({ bytes: bytes.slice(), from });
}
