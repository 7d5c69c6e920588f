import { assert, assertEquals } from "@std/assert";
import { NetworkList, writeAll } from "../../../../lib/core/mod.ts";
import {
  type AnswerSource,
  decodeMessage,
  encodeQuery,
  recordFrom,
  RunningServer,
  type ServerParts,
} from "../../../../lib/dns/internal.ts";
import { framed } from "../../../kit/scripted_dns.ts";

const ANY_PORT = { transport: "ip", host: "127.0.0.1", port: 0 } as const;

/** Answers with 60 kB for `big.test.`, when the gate opens for `late.test.`, and at once for all others. */
function sourceWith(gate: Promise<void>): AnswerSource {
  return {
    answer({ question: { name } }) {
      const data = name === "big.test." ? `"${"x".repeat(250)}" `.repeat(230) : '"text"';
      const answer = { rcode: 0, answers: [recordFrom({ name, type: "TXT", ttl: 1, data })], source: "test" };
      return name === "late.test." ? gate.then(() => answer) : answer;
    },
  };
}

function serverWith(more: Partial<ServerParts> = {}, gate = Promise.resolve()): RunningServer {
  return new RunningServer(ANY_PORT, {
    sources: [sourceWith(gate)],
    recursive: false,
    transfers: [],
    access: new NetworkList(["loopback"]),
    transferAccess: new NetworkList([]),
    keys: [],
    maxConnections: 10,
    perAddress: 10,
    idleMs: 30_000,
    cacheSize: 100,
    ...more,
  });
}

const connect = ({ addr: { hostname, port } }: RunningServer) => Deno.connect({ hostname, port });

const query = (id: number, name: string) => framed(encodeQuery({ id, name, type: "TXT" }));

async function readMessage(conn: Deno.Conn): Promise<ReturnType<typeof decodeMessage> | undefined> {
  const exactly = async (size: number) => {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size;) {
      const count = await conn.read(bytes.subarray(at));
      if (count === null) return undefined;
      at += count;
    }
    return bytes;
  };
  const [high = 0, low = 0] = await exactly(2) ?? [];
  const message = await exactly(high << 8 | low);
  return high + low > 0 && message ? decodeMessage(message) : undefined;
}

Deno.test("StreamServer: answers pipelined queries, also those behind one that takes longer, and byte by byte", async () => {
  const gate = Promise.withResolvers<void>();
  await using server = serverWith({}, gate.promise);
  using conn = await connect(server);
  const queries = [query(1, "late.test."), query(2, "a.test."), query(3, "b.test.")];
  for (const byte of queries.flatMap((bytes) => [...bytes])) await conn.write(Uint8Array.of(byte));
  assertEquals([(await readMessage(conn))?.id, (await readMessage(conn))?.id], [2, 3]);
  gate.resolve();
  assertEquals((await readMessage(conn))?.id, 1);
});

Deno.test("StreamServer: a client that has sent all may close its side before the responses", async () => {
  const gate = Promise.withResolvers<void>();
  await using server = serverWith({}, gate.promise);
  using conn = await connect(server);
  await writeAll(conn, query(1, "late.test."));
  await conn.closeWrite();
  gate.resolve();
  assertEquals((await readMessage(conn))?.id, 1);
  assertEquals(await conn.read(new Uint8Array(1)), null);
});

Deno.test("StreamServer: a client that does not read is not read from, and gets all responses once it reads", async () => {
  await using server = serverWith();
  using conn = await connect(server);
  // 150 responses have 9 MB: more than the system and the server hold.
  const writing = writeAll(
    conn,
    Uint8Array.from(Array.from({ length: 150 }, (_, id) => [...query(id, "big.test.")]).flat()),
  );
  const ids = new Set<number>();
  for (let left = 150; left > 0; left--) ids.add((await readMessage(conn))?.id ?? -1);
  await writing;
  assertEquals(ids.size, 150);
});

Deno.test("StreamServer: closes idle connections, and rejects those beyond the limit", async () => {
  const refused: string[] = [];
  await using server = serverWith({
    maxConnections: 2,
    idleMs: 20,
    onRefused: ({ error }) => refused.push(error.code),
  });
  const conns = await Promise.all([1, 2, 3].map(() => connect(server)));
  for (const conn of conns) {
    // A reset is as good.
    assertEquals(await conn.read(new Uint8Array(1)).catch(() => null), null);
    conn.close();
  }
  assertEquals(refused, ["too-many-connections"]);
});

Deno.test("StreamServer: bytes that complete no query do not keep a connection open", async () => {
  // A message of 65,535 bytes, which takes longer byte by byte.
  await using server = serverWith({ idleMs: 20 });
  using conn = await connect(server);
  const drip = async () => {
    for (;;) await conn.write(Uint8Array.of(255));
  };
  const dripping = drip().catch(() => {});
  assertEquals(await conn.read(new Uint8Array(1)).catch(() => null), null);
  await dripping;
});

Deno.test("StreamServer: a connection is not idle while its client waits for a response", async () => {
  const gate = Promise.withResolvers<void>();
  await using server = serverWith({ idleMs: 20 }, gate.promise);
  using conn = await connect(server);
  await writeAll(conn, query(1, "late.test."));
  // Another connection tells when the time is over.
  using other = await connect(server);
  await other.read(new Uint8Array(1)).catch(() => null);
  gate.resolve();
  assertEquals((await readMessage(conn))?.id, 1);
  assertEquals(await conn.read(new Uint8Array(1)).catch(() => null), null);
});

Deno.test("RunningServer: the same port for UDP and TCP, and a clean stop with queries that wait", async () => {
  const server = serverWith({}, new Promise(() => {}));
  using conn = await connect(server);
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  await socket.send(encodeQuery({ id: 7, name: "a.test.", type: "TXT" }), { ...server.addr, transport: "udp" });
  const [bytes] = await socket.receive();
  assertEquals(decodeMessage(bytes).id, 7);
  socket.close();
  await writeAll(conn, query(8, "a.test."));
  assertEquals((await readMessage(conn))?.id, 8);
  await server.shutdown();
  await server.finished;
  assertEquals(await conn.read(new Uint8Array(1)).catch(() => null), null);
  assert(server.addr.port > 0);
});
