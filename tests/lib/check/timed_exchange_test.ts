import { assertEquals } from "@std/assert";
import { check } from "../../../lib/check/mod.ts";
import { TimedExchange } from "../../../lib/check/probe/timed_exchange.ts";
import { requestFromSelf } from "../../../lib/check/probe/warm_http.ts";
import { FakeTime } from "../../kit/fake_time.ts";
import { testProxy } from "../../kit/proxy.ts";
import { octets, readUntil, scriptedServer } from "../../kit/raw.ts";

/** Rounds of the event loop in which another connection would have come. */
const TURNS = 20;
const PAGE = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx";

/** Whether a promise has been resolved. */
function watched(promise: Promise<unknown>): { readonly done: boolean } {
  const state = { done: false };
  promise.then(() => state.done = true);
  return state;
}

Deno.test("check: what waits for the timed exchange begins at its end, or when a stage is slow", async () => {
  using time = new FakeTime();
  for (const [timeout, slow] of [[5000, 100], [200, 40]] as const) {
    const exchange = new TimedExchange(timeout);
    const over = watched(exchange.over);
    exchange.stage();
    await time.pass(slow - 1);
    exchange.stage();
    await time.pass(slow - 1);
    assertEquals(over.done, false, "each stage has its own time");
    await time.pass(1);
    assertEquals(over.done, true);
    const ended = new TimedExchange(timeout);
    ended.stage();
    const input = ended.after(Promise.resolve("input"));
    ended.end();
    ended.stage();
    assertEquals([await input, time.pending], ["input", 0]);
  }
});

for (const slow of [false, true]) {
  Deno.test(`check: ${slow ? "a slow" : "the first"} answer ${slow ? "does not hold up" : "comes before"} the rest`, async () => {
    using time = new FakeTime();
    const heads: string[] = [];
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    await using server = scriptedServer(async (conn) => {
      const [, host] = /^Host: ([a-z]+)/mi.exec(await readUntil(conn, /\r\n\r\n/)) ?? [];
      heads.push(host ?? "none");
      if (host !== undefined) {
        asked.resolve();
        await answer.promise;
      }
      await conn.write(octets(PAGE));
    });
    const checked = check(`http://localhost:${server.port}/`, { family: 4, timeout: 20_000 });
    await asked.promise;
    const before = server.clients;
    if (slow) await time.pass(100);
    for (let turn = 0; turn < TURNS; turn++) await time.turn();
    assertEquals([before, heads, server.clients > before], [2, slow ? ["localhost", "none"] : ["localhost"], slow]);
    answer.resolve();
    const { probes } = await checked;
    assertEquals(probes.find(({ probe }) => probe === "http-no-host")?.state, "done");
    assertEquals(probes.find(({ probe }) => probe === "connect")?.facts["addresses-open"], 1);
  });
}

Deno.test("check: a request before the check ends, although no connection comes about", async () => {
  const error = { url: "http://127.0.0.1/", code: "connection-refused", message: "refused", ms: 0 };
  await requestFromSelf(() => Promise.resolve({ hops: [], error }));
  await requestFromSelf(() => Promise.reject(new Error("broken")));
});

Deno.test("check: what waits for the exchange begins after the connection through a proxy", async () => {
  using _time = new FakeTime();
  await using stack = new AsyncDisposableStack();
  const { port } = stack.use(testProxy({ scheme: "http" }));
  const site = stack.use(Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const proxy = { scheme: "http", address: { transport: "ip", host: "127.0.0.1", port } } as const;
  const reports: string[] = [];
  const onReport = ({ probe }: { readonly probe: string }) => void reports.push(probe);
  await check(`tcp://www.test:${site.addr.port}`, { proxy, timeout: 20_000, onReport });
  assertEquals(reports.filter((probe) => probe === "proxy" || probe === "interfaces"), ["proxy", "interfaces"]);
});
