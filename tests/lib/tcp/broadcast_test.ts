import { assert, assertEquals } from "@std/assert";
import { parseAddress, SharedSource } from "../../../lib/core/mod.ts";
import type { ConnectionReport, ListenOptions } from "../../../lib/tcp/internal.ts";
import { connectPipe, listenPipe } from "../../../lib/tcp/internal.ts";
import { FakeTime } from "../../kit/fake_time.ts";
import { type Heard, hears, says } from "../../kit/streams.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const ANY = parseAddress("127.0.0.1:0", { anyPort: true });
const FOREVER = new Promise<never>(() => {});

/** A source that gives what it is fed. */
function fed(): SharedSource & { feed(text: string): void } {
  const waiting: Uint8Array[] = [];
  let wake = Promise.withResolvers<void>();
  const source = new SharedSource({
    next: async () => {
      while (waiting.length === 0) {
        await wake.promise;
        wake = Promise.withResolvers();
      }
      return waiting.shift() ?? null;
    },
  });
  const feed = (text: string) => {
    waiting.push(new TextEncoder().encode(text));
    wake.resolve();
  };
  return Object.assign(source, { feed });
}

function line(options: ListenOptions = {}) {
  const joined: string[] = [];
  const reports: ConnectionReport[] = [];
  let more = Promise.withResolvers<void>();
  const changed = () => {
    more.resolve();
    more = Promise.withResolvers();
  };
  const server = listenPipe(ANY, {
    keep: true,
    broadcast: true,
    input: says([], FOREVER),
    onConnect: (peer) => (joined.push(peer), changed()),
    onReport: (report) => (reports.push(report), changed()),
    ...options,
  });
  const until = async (holds: () => boolean) => {
    while (!holds()) await more.promise;
  };
  return { server, joined, reports, until };
}

interface Guest {
  readonly talk: (text: string) => void;
  readonly heard: Heard;
  readonly gone: Promise<ConnectionReport>;
}

function guest(addr: string): Guest {
  const input = fed();
  const heard = hears();
  const gone = connectPipe(parseAddress(addr), { input, output: heard, endWithPeer: true, timeout: DEADLINE_MS });
  return { talk: input.feed, heard, gone };
}

Deno.test("broadcast: each client's data reaches all others, and not itself", async () => {
  const input = fed();
  const output = hears();
  const { server, joined, reports, until } = line({ input, output });
  const guests = [guest(server.address), guest(server.address), guest(server.address)];
  await until(() => joined.length === 3);
  const [a, b, c] = guests;
  a?.talk("from a\n");
  await Promise.all([b?.heard.has(7), c?.heard.has(7), output.has(7)]);
  input.feed("from the listener\n");
  await Promise.all(guests.map((one) => one.heard.has(18)));
  assertEquals(guests.map((one) => one.heard.text), [
    "from the listener\n",
    "from a\nfrom the listener\n",
    "from a\nfrom the listener\n",
  ]);
  assertEquals(output.text, "from a\n");
  await server.shutdown();
  assertEquals((await Promise.all(guests.map((one) => one.gone))).map(({ ended }) => ended), ["done", "done", "done"]);
  assertEquals(reports.map(({ ended }) => ended), ["stopped", "stopped", "stopped"]);
});

Deno.test("a guest who takes nothing is cut off, and the others get all", async () => {
  using time = new FakeTime();
  const { server, joined, reports, until } = line();
  const deaf = await Deno.connect({ hostname: "127.0.0.1", port: server.port ?? 0 });
  const good = guest(server.address);
  const talker = guest(server.address);
  await until(() => joined.length === 3);
  const text = "x".repeat(1 << 20);
  for (let i = 0; i < 16; i++) talker.talk(text);
  await time.until(Promise.all([good.heard.has(16 << 20), until(() => reports.length === 1)]));
  assertEquals([reports[0]?.ended, reports[0]?.error?.code], ["cut-off", "slow-reader"]);
  deaf.close();
  await server.shutdown();
  await Promise.all([good.gone, talker.gone]);
});

Deno.test("there are no more guests than allowed, and one who vanishes makes room", async () => {
  const { server, joined, reports, until } = line({ maxConnections: 1 });
  const first = await Deno.connect({ hostname: "127.0.0.1", port: server.port ?? 0 });
  await until(() => joined.length === 1);
  const second = await guest(server.address).gone;
  assertEquals(second.bytesIn, 0);
  await until(() => reports.length === 1);
  assertEquals(reports[0]?.ended, "turned-away");
  first.close();
  await until(() => reports.length === 2);
  guest(server.address).gone.catch(() => {});
  await until(() => joined.length === 2);
  await server.shutdown();
  assert(reports.length >= 3);
});

Deno.test("a guest in silence is let go", async () => {
  const { server, reports, until } = line({ idle: 30 });
  const silent = guest(server.address);
  await until(() => reports.length === 1);
  assertEquals([reports[0]?.ended, reports[0]?.error?.code], ["idle", "idle"]);
  await silent.gone;
  await server.shutdown();
});
