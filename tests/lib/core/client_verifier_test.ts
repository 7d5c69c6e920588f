import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Connection, type Transport, writeAll } from "../../../lib/core/mod.ts";
import { Acceptor } from "../../../lib/core/acceptor.ts";
import { serverEngine } from "../../../lib/core/tls/server/engine.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { Gated } from "../../kit/gated.ts";
import { HAS_FULL_TLS } from "../../kit/runtime.ts";
import { within } from "../../kit/wait.ts";

const MIB = 1 << 20;
const authority = await makeCertificate({ authority: true, names: [] });
const visitor = await makeCertificate({ issuer: authority, names: [] });
const pair = await makeCertificate();
const tls = { cert: pair.cert, key: pair.key, clientCa: [authority.cert] };

interface Ends extends AsyncDisposable {
  readonly server: Transport;
  readonly client: Deno.TlsConn;
  /** Transport beneath the server's TLS. */
  readonly wire: Gated;
}

/** Returns both ends of a connection whose client the server has verified; the peer reads only `bytes` at first. */
async function ends(bytes = Infinity): Promise<Ends> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { cert, key } = visitor;
  const at = { hostname: "localhost", port: listener.addr.port, caCerts: [pair.cert], cert, key };
  const [conn, client] = await Promise.all([listener.accept(), Deno.connectTls(at)]);
  const wire = new Gated(conn, bytes);
  using engine = serverEngine(tls);
  const { transport: server } = await engine.secure(wire, new AbortController().signal, "client");
  return {
    ...{ server, client, wire },
    async [Symbol.asyncDispose]() {
      server.close();
      client.close();
      await server.left;
    },
  };
}

async function readToEnd(from: Pick<Transport, "read">): Promise<number> {
  const buffer = new Uint8Array(64 * 1024);
  let total = 0;
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) total += count;
  return total;
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `verified client: ${name}`, ignore: !HAS_FULL_TLS, fn });
}

test("data crosses both ways at once, and both ends are clean", async () => {
  await using both = await ends();
  const { server, client } = both;
  const send = async (to: Pick<Transport, "write" | "closeWrite">) => {
    for (let sent = 0; sent < 16 * MIB; sent += MIB) await writeAll(to, new Uint8Array(MIB));
    await to.closeWrite();
  };
  const [, , atServer, atClient] = await Promise.all([
    send(server),
    send(client),
    readToEnd(server),
    readToEnd(client),
  ]);
  assertEquals([atServer, atClient], [16 * MIB, 16 * MIB]);
});

test("a write does not resolve before the peer's connection has taken it, and a close ends it", async () => {
  await using both = await ends(MIB);
  let written = 0;
  const sending = (async () => {
    for (const piece = new Uint8Array(64 * 1024); written < 4 * MIB; written += piece.length) {
      await writeAll(both.server, piece);
    }
  })();
  await within("the gate", both.wire.full);
  assertEquals(written <= MIB, true, `${written}`);
  both.server.close();
  await assertRejects(() => within("the write", sending));
});

test("a close lets what was written reach the peer", async () => {
  await using both = await ends();
  await writeAll(both.server, new TextEncoder().encode("the last words"));
  both.server.close();
  assertEquals(await within("the end", readToEnd(both.client)), 14);
});

test("a connection that ends without close_notify was cut", async () => {
  await using both = await ends();
  both.wire.end();
  await assertRejects(() => readToEnd(both.server), Deno.errors.UnexpectedEof);
});

test("a silent client is cut on time", async () => {
  const acceptor = new Acceptor({ transport: "ip", host: "127.0.0.1", port: 0 }, { tls, handshakeTimeout: 50 });
  using silent = await Deno.connect({ port: acceptor.port ?? 0, hostname: "127.0.0.1" });
  const conn = await acceptor.accept();
  if (!conn) throw new Error("closed");
  const admitted = await within("the limit", acceptor.admit(conn));
  if (admitted instanceof Connection) throw new Error("accepted");
  assertEquals(admitted.error.code, "timeout");
  assertMatch(admitted.error.message, /TLS handshake with 127\.0\.0\.1:\d+/);
  assertEquals(await silent.read(new Uint8Array(1)).catch(() => null), null);
  acceptor.close();
});
