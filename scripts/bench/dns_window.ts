/**
 * Measures the limit of the runtime for queries over UDP: `dns_window.ts PORT COUNT` sends the same bytes to 127.0.0.1 with
 * a fixed number of queries at once, and does nothing with the responses but count them.
 * @module
 */
const [port, count] = Deno.args.map(Number);
if (port === undefined || count === undefined) throw new Error("PORT and COUNT are missing");
const SOCKETS = 4;
/** As many as fit into the receive buffer of a socket. */
const QUERIES_AT_ONCE = 16;
/** A query with EDNS for the addresses of n12345.bulk.test. */
const QUERY = Uint8Array.fromHex(
  "000001000001000000000001066e3132333435" + "0462756c6b0474657374" + "0000010001" + "00002904d0000000000000",
);
const to = { transport: "udp", hostname: "127.0.0.1", port } as const;
let [sent, received] = [0, 0];

/** A socket that sends a query for each response. */
async function run(socket: Deno.DatagramConn): Promise<void> {
  const buffer = new Uint8Array(4096);
  const send = () => sent++ < count && socket.send(QUERY, to);
  for (let first = 0; first < QUERIES_AT_ONCE; first++) send();
  while (received < count) {
    await socket.receive(buffer);
    received++;
    send();
  }
}

const sockets = Array.from(
  { length: SOCKETS },
  () => Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 }),
);
await Promise.race(sockets.map(run));
Deno.exit(0);
