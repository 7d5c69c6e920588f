import { assertEquals, assertRejects } from "@std/assert";
import { type HostPort, NetworkError } from "../../../lib/core/mod.ts";
import { query, serverConfig, ServerHealth } from "../../../lib/dns/internal.ts";
import { freePort } from "../../kit/port.ts";
import { response, type ScriptedServer, scriptedServer, type UdpTurn } from "../../kit/scripted_dns.ts";

const NAME = "www.example.test.";
/** Far more than the probe takes, and less than an attempt at a silent server would. */
const TIME = { timeout: 60_000 };

function answer({ query, send }: UdpTurn): Promise<void> {
  return send(response(query, { answers: [{ name: NAME, type: "A", data: "192.0.2.1" }] }));
}

function unusedAddress(): HostPort {
  return { transport: "ip", host: "127.0.0.1", port: freePort() };
}

/** A server that answers when it has been connected to. */
function slowServer(): ScriptedServer {
  const server: ScriptedServer = scriptedServer(async (turn) => {
    await server.connected;
    await answer(turn);
  }, () => undefined);
  return server;
}

const config = (servers: readonly HostPort[]) => ({ ...serverConfig(servers), wait: TIME.timeout });

Deno.test("query: a server that is not running is skipped at once", async () => {
  await using server = scriptedServer(answer);
  const found = await query(NAME, "A", { ...TIME, config: config([unusedAddress(), server.addr]) });
  assertEquals(found.server, `127.0.0.1:${server.addr.port}`);
});

Deno.test("query: if no server is running, connection-refused", async () => {
  for (const servers of [[unusedAddress()], [unusedAddress(), unusedAddress(), unusedAddress()]]) {
    const error = await assertRejects(() => query(NAME, "A", { ...TIME, config: config(servers) }), NetworkError);
    assertEquals(error.code, "connection-refused");
  }
});

Deno.test("query: a slow server is probed over TCP once, and its answer over UDP used", async () => {
  await using server = slowServer();
  const options = { ...TIME, config: config([server.addr]), health: new ServerHealth() };
  const all = await Promise.all(Array.from({ length: 10 }, () => query(NAME, "A", options)));
  assertEquals(all.map(({ tcp, answers }) => [tcp, answers.length]), all.map(() => [false, 1]));
  assertEquals([server.connections(), server.queries.length], [1, 10]);
});

Deno.test("ServerHealth: a server that is not running is not queried again", async () => {
  await using server = scriptedServer(answer);
  const gone = unusedAddress();
  const options = { ...TIME, config: config([gone, server.addr]), health: new ServerHealth() };
  await query(NAME, "A", options);
  const asked: string[] = [];
  await query(NAME, "A", {
    ...options,
    trace: ({ direction, peer = "" }) => void (direction === ">" && asked.push(peer)),
  });
  assertEquals(asked, [`127.0.0.1:${server.addr.port}`]);
});

Deno.test("ServerHealth: a server that let a query time out is queried last", async () => {
  await using silent = scriptedServer(() => Promise.resolve(), () => undefined);
  await using server = scriptedServer(answer);
  const servers = { ...serverConfig([silent.addr, server.addr]), wait: 50, attempts: 1 };
  const options = { ...TIME, config: servers, health: new ServerHealth() };
  for (let name = 0; name < 5; name++) await query(NAME, "A", options);
  assertEquals([silent.queries.length, server.queries.length], [1, 5]);
});
