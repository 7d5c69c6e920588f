import { assert, assertEquals, assertRejects } from "@std/assert";
import { selfSigned, serverEngine, type SplicedTransport, TlsEngine, writeAll } from "../../../lib/core/mod.ts";
import { Gated } from "../../kit/gated.ts";
import { peerTest } from "../../kit/peer.ts";

const pair = await selfSigned();
const MIB = 1 << 20;

interface Ends extends AsyncDisposable {
  readonly server: SplicedTransport;
  readonly client: Deno.TlsConn;
  /** Transport beneath the server's TLS. */
  readonly wire: Gated;
}

/** Returns both ends of a TLS connection with a spliced server; the peer reads only `bytes` at first. */
async function ends(bytes = Infinity): Promise<Ends> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const [conn, client] = await Promise.all([
    listener.accept(),
    Deno.connectTls({ hostname: "localhost", port, caCerts: [pair.cert] }),
  ]);
  const wire = new Gated(conn, bytes);
  const engine = new TlsEngine(pair);
  const { transport: server } = await engine.secure(wire, new AbortController().signal);
  engine[Symbol.dispose]();
  return {
    server,
    client,
    wire,
    async [Symbol.asyncDispose]() {
      for (const end of [server, client]) {
        try {
          end.close();
        } catch {
          // It is closed.
        }
      }
      await server.left;
    },
  };
}

async function readToEnd(from: Pick<Deno.Conn, "read">): Promise<number> {
  const buffer = new Uint8Array(64 * 1024);
  let total = 0;
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) total += count;
  return total;
}

Deno.test("64 MiB cross in pieces of each size, both ways at once, and both ends are clean", async () => {
  for (const size of [16 * 1024, MIB, 16 * MIB]) {
    await using both = await ends();
    const send = async (to: Pick<Deno.Conn, "write" | "closeWrite">) => {
      const piece = new Uint8Array(size);
      for (let sent = 0; sent < 64 * MIB; sent += size) await writeAll(to, piece);
      await to.closeWrite();
    };
    const { server, client } = both;
    const [, , atServer, atClient] = await Promise.all([
      send(server),
      send(client),
      readToEnd(server),
      readToEnd(client),
    ]);
    assertEquals([atServer, atClient], [64 * MIB, 64 * MIB]);
    assertEquals([server.sent, server.version], [64 * MIB, "TLSv1.3"]);
  }
});

Deno.test("what the peer has not taken does not count as sent, and an end waits for it", async () => {
  await using both = await ends(MIB);
  const { server, client, wire } = both;
  let ended = false;
  const sending = (async () => {
    const piece = new Uint8Array(64 * 1024);
    for (let written = 0; written < 4 * MIB; written += piece.length) await writeAll(server, piece);
    await server.finish();
    ended = true;
  })();
  await wire.full;
  const { sent } = server;
  // All of the records that were taken, but for their own bytes and what the handshake had.
  assert(sent <= wire.taken && sent > wire.taken - 40_000, `${sent} of ${wire.taken}`);
  assertEquals(ended, false);
  wire.open();
  const [received] = await Promise.all([readToEnd(client), sending]);
  assertEquals([received, server.sent], [4 * MIB, 4 * MIB]);
});

Deno.test("a close lets what was written reach the peer", async () => {
  await using both = await ends(32 * 1024);
  const { server, client, wire } = both;
  await writeAll(server, new Uint8Array(200 * 1024));
  server.close();
  await wire.full;
  wire.open();
  await server.drained;
  assertEquals(await readToEnd(client), 200 * 1024);
});

Deno.test("SplicedTransport.close times out when the peer reads nothing, and reports the unsent bytes", async () => {
  await using both = await ends(32 * 1024);
  const { server } = both;
  await writeAll(server, new Uint8Array(200 * 1024));
  server.close();
  await server.drained;
  assert(server.sent <= 32 * 1024);
  await server.left;
});

Deno.test("what the peer's connection fails with is what reads, writes and ends fail with", async () => {
  const table: [string, (both: Ends) => Promise<unknown>][] = [
    ["a read", ({ server }) => server.read(new Uint8Array(1))],
    ["a write", ({ server }) => writeAll(server, new Uint8Array(MIB))],
    ["an end", ({ server }) => server.finish()],
    ["a half-close", ({ server }) => server.closeWrite()],
  ];
  for (const [name, act] of table) {
    await using both = await ends(32 * 1024);
    if (name !== "a read") await writeAll(both.server, new Uint8Array(200 * 1024));
    const acting = assertRejects(() => act(both), Deno.errors.ConnectionReset);
    if (name !== "a read") await both.wire.full;
    both.wire.fail(new Deno.errors.ConnectionReset("Connection reset by peer"));
    await acting;
    // And goes on doing so.
    await assertRejects(() => both.server.read(new Uint8Array(1)), Deno.errors.ConnectionReset);
  }
});

Deno.test("a connection that ends without close_notify was cut; one that ends with it was not", async () => {
  for (const clean of [false, true]) {
    await using both = await ends();
    const { server, client, wire } = both;
    await writeAll(client, new TextEncoder().encode("begin"));
    assertEquals(await server.read(new Uint8Array(64)), 5);
    if (clean) await client.closeWrite();
    else wire.end();
    const reading = server.read(new Uint8Array(64));
    if (clean) assertEquals(await reading, null);
    else await assertRejects(() => reading, Deno.errors.UnexpectedEof, "close_notify");
  }
});

/** A client of TLS 1.3 that sends, and looks on demand whether the server has sent something behind its handshake. */
const SENDER = `
import socket, ssl, sys
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
tls = context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1]))))
assert tls.version() == "TLSv1.3"
tls.sendall(b"x" * 65536)
sys.stdin.read(1)
raw = socket.socket(fileno=socket.dup(tls.fileno()))
raw.setblocking(False)
try: print("received", len(raw.recv(9999, socket.MSG_PEEK)))
except BlockingIOError: print("received nothing")
sys.stdout.flush()
raw.setblocking(True)
tls.unwrap().close()
print("ended")
`;

peerTest("session tickets can wait for the end of a connection on which only the client sends", [
  "python3",
], async () => {
  using engine = serverEngine(await selfSigned());
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const python = new Deno.Command("python3", {
    args: ["-c", SENDER, `${listener.addr.port}`],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const conn = await listener.accept();
  const { transport } = await engine.secure(conn, new AbortController().signal, "peer", { holdsTickets: true });
  const piece = new Uint8Array(65_536);
  for (let rest = 65_536; rest > 0;) rest -= (await transport.read(piece)) ?? rest;
  await python.stdin.close();
  assertEquals(await transport.read(piece), null);
  await transport.finish?.();
  assertEquals(await new Response(python.stdout).text(), "received nothing\nended\n");
  await python.status;
  transport.close();
  await transport.left;
});
