import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Address, parseAddress, SystemError, TimeoutError } from "../../../lib/core/mod.ts";
import {
  type DatagramEvent,
  type DatagramServer,
  echoDatagrams,
  type EchoReport,
  LARGEST_DATAGRAM,
  listenDatagrams,
  pattern,
  sendDatagrams,
} from "../../../lib/udp/internal.ts";
import { withFolder } from "../../kit/folder.ts";
import { DEADLINE_MS, until } from "../../kit/wait.ts";

const ANY = parseAddress("127.0.0.1:0", { anyPort: true });
const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const hasIPv6 = (() => {
  try {
    Deno.listenDatagram({ transport: "udp", hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
})();

/** A socket of the runtime's on loopback, for what the library would not do. */
class Raw implements Disposable {
  readonly #socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  readonly port = "port" in this.#socket.addr ? this.#socket.addr.port : 0;
  readonly address: Address = { transport: "ip", host: "127.0.0.1", port: this.port };

  async send(bytes: Uint8Array, port: number): Promise<void> {
    await this.#socket.send(bytes, { transport: "udp", hostname: "127.0.0.1", port });
  }

  async receive(): Promise<{ readonly bytes: Uint8Array; readonly port: number }> {
    const [bytes, from] = await this.#socket.receive(new Uint8Array(65_536));
    return { bytes, port: "port" in from ? from.port : 0 };
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

/** An echo that tells what it ignores. */
async function echo(
  options: Parameters<typeof echoDatagrams>[1] = {},
): Promise<DatagramServer<EchoReport> & { ignored: DatagramEvent[] }> {
  const ignored: DatagramEvent[] = [];
  const onDatagram = (event: DatagramEvent) => {
    if (event.event === "ignored") ignored.push(event);
  };
  return Object.assign(await echoDatagrams(ANY, { onDatagram, ...options }), { ignored });
}

for (
  const [name, host, largest] of [["IPv4", "127.0.0.1", LARGEST_DATAGRAM.ipv4], [
    "IPv6",
    "[::1]",
    LARGEST_DATAGRAM.ipv6,
  ]] as const
) {
  Deno.test({
    name: `the empty and the largest datagram come back over ${name}, and one byte more is not sent`,
    ignore: name === "IPv6" && !hasIPv6,
    async fn() {
      await using server = await echoDatagrams(parseAddress(`${host}:0`, { anyPort: true }));
      const events: DatagramEvent[] = [];
      const payloads = [new Uint8Array(), pattern(largest), pattern(largest + 1), encode("after")];
      const report = await sendDatagrams(parseAddress(server.address), {
        payloads,
        wait: DEADLINE_MS,
        onDatagram: (event) => void events.push(event),
      });
      assertEquals([report.sent, report.failed, report.replies], [3, 1, 3]);
      const came = events.filter(({ event }) => event === "received").map(({ bytes }) => bytes);
      assertEquals(came.map(({ length }) => length), [0, largest, 5]);
      assertEquals(came[1], pattern(largest));
      assertEquals(events.find(({ event }) => event === "failed")?.error?.code, "too-large");
      await server.shutdown();
      assertEquals(await server.finished, { received: 3, sent: 3, ignored: 0 });
    },
  });
}

Deno.test("a reply from another port or after a flood of strangers does not count", async () => {
  using peer = new Raw();
  using stranger = new Raw();
  const heard: string[] = [];
  const sending = sendDatagrams(peer.address, {
    payloads: [encode("question")],
    wait: DEADLINE_MS,
    onDatagram: ({ event, bytes }) => void (event === "received" && heard.push(decode(bytes))),
  });
  const { port } = await peer.receive();
  for (let i = 0; i < 50; i++) await stranger.send(encode("forged"), port);
  await peer.send(encode("answer"), port);
  const report = await sending;
  assertEquals([report.replies, report.strangers, heard], [1, 50, ["answer"]]);
});

Deno.test("sendDatagrams: datagrams from other addresses are not replies, and the error mentions them", async () => {
  using peer = new Raw();
  using stranger = new Raw();
  const sending = sendDatagrams(peer.address, { payloads: [encode("question")], wait: 1500 });
  const { port } = await peer.receive();
  await stranger.send(encode("forged"), port);
  const error = await assertRejects(() => sending, TimeoutError, "1 datagrams from other addresses were ignored");
  assertEquals([error.code, error.message.includes("deliver")], ["no-reply", false]);
});

Deno.test("a peer that answers for ever does not keep the sender", async () => {
  using peer = new Raw();
  const sending = sendDatagrams(peer.address, { payloads: [encode("question")], wait: 1500, replies: 1_000_000_000 });
  const { port } = await peer.receive();
  let over = false;
  const flood = (async () => {
    while (!over) await peer.send(encode("more"), port);
  })().catch(() => {});
  const report = await sending;
  over = true;
  await flood;
  assert(report.replies > 0);
});

Deno.test("sendDatagrams: stops at its signal, in each phase", async () => {
  using peer = new Raw();
  const reason = new Error("stop");
  const never = {
    async *[Symbol.asyncIterator]() {
      yield encode("one");
      await new Promise(() => {});
    },
  };
  const waiting = new AbortController();
  const sending = sendDatagrams(peer.address, { payloads: [encode("x")], wait: 60_000, signal: waiting.signal });
  await peer.receive();
  waiting.abort(reason);
  assertEquals(await sending.catch((error: unknown) => error), reason);
  const paced = sendDatagrams(peer.address, {
    payloads: [encode("x"), encode("y")],
    interval: 60_000,
    signal: AbortSignal.timeout(50),
  });
  assertStringIncludes(String(await paced.catch((error: unknown) => error)), "TimeoutError");
  await assertRejects(() => sendDatagrams(peer.address, { payloads: never, signal: AbortSignal.abort(reason) }));
});

Deno.test("an echo sends back to clients, not to its own port, and ends two echoes' talk", async () => {
  await using one = await echo();
  await using two = await echo();
  // A datagram with the source of the second echo: what a forger would send to the first.
  using forger = new Raw();
  const first = sendDatagrams(parseAddress(one.address), { payloads: [encode("x")], wait: 5000 });
  assertEquals((await first).replies, 1);
  // An echo that is reached from its own port: another host with the same port number looks alike.
  const own = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.2", port: one.port ?? 0 });
  await own.send(encode("mine"), { transport: "udp", hostname: "127.0.0.1", port: one.port ?? 0 });
  await forger.send(encode("after"), one.port ?? 0);
  assertEquals(decode((await forger.receive()).bytes), "after");
  assertEquals(one.ignored.map(({ reason, peer }) => [reason, peer]), [
    ["the source port is the port of this server", `127.0.0.2:${one.port}`],
  ]);
  own.close();
  await two.shutdown();
});

Deno.test("two echoes that were set on each other fall silent", async () => {
  await using one = await echo({ limit: 1_000_000 });
  const two = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  // A second echo that would answer for ever.
  let turns = 0;
  const naive = (async () => {
    const buffer = new Uint8Array(100);
    while (true) {
      const [bytes, from] = await two.receive(buffer);
      turns++;
      await two.send(bytes, from);
    }
  })().catch(() => {});
  await two.send(encode("round and round"), { transport: "udp", hostname: "127.0.0.1", port: one.port ?? 0 });
  await until("an end of the loop", () => one.ignored.length > 0);
  // The last of them was not answered, so nothing goes round any more.
  assertEquals(one.ignored.map(({ reason }) => reason), ["payload repeated too often: possible loop"]);
  assert(turns >= 1000);
  two.close();
  await naive;
});

Deno.test("an echo under a flood still answers another client, and stops when told", async () => {
  const controller = new AbortController();
  const server = await echoDatagrams(ANY, { signal: controller.signal, limit: 10 });
  using flooder = new Raw();
  let over = false;
  const flood = (async () => {
    for (let i = 0; !over; i++) await flooder.send(encode(`${i}`), server.port ?? 0);
  })().catch(() => {});
  // The flood pushes datagrams out of the socket's buffer: one asks often.
  const other = parseAddress(server.address);
  const from = parseAddress("127.0.0.3:0", { anyPort: true });
  let replies = 0;
  for (let attempt = 0; attempt < 50 && replies === 0; attempt++) {
    const asked = sendDatagrams(other, { payloads: Array(20).fill(encode("still there?")), from, wait: 200 });
    replies = (await asked.catch(() => ({ replies: 0 }))).replies;
  }
  assert(replies > 0);
  controller.abort();
  const report = await server.finished;
  over = true;
  await flood;
  assert(report.ignored > report.sent);
});

Deno.test("a listener hears empty, binary and hostile datagrams as they are, and ends at its count", async () => {
  const sent = [new Uint8Array(), new Uint8Array([0xff, 0xfe, 0]), encode("\x1b[2J"), pattern(60_000)];
  const heard: Uint8Array[] = [];
  await using server = await listenDatagrams(ANY, {
    count: sent.length,
    onDatagram: ({ bytes }) => void heard.push(bytes),
  });
  await sendDatagrams(parseAddress(server.address), { payloads: sent, interval: 1 });
  assertEquals(await server.finished, { received: 4, sent: 0, failed: 0, dropped: 0 });
  assertEquals(heard, sent);
});

/** Texts that come when they are asked for. */
function queue() {
  const waiting: PromiseWithResolvers<string | null>[] = [Promise.withResolvers()];
  return {
    say(text: string | null) {
      waiting.at(-1)?.resolve(text);
      waiting.push(Promise.withResolvers());
    },
    async *[Symbol.asyncIterator]() {
      for (let i = 0;; i++) {
        const text = await waiting[i]?.promise;
        if (text === null || text === undefined) return;
        yield encode(text);
      }
    },
  };
}

Deno.test("listenDatagrams: replies go to the last peer", async () => {
  const replies = queue();
  const heard = Promise.withResolvers<void>();
  await using server = await listenDatagrams(ANY, {
    replies,
    onDatagram: ({ bytes }) => void (decode(bytes) === "two" && heard.resolve()),
  });
  using one = new Raw();
  using two = new Raw();
  replies.say("to the first who comes");
  await one.send(encode("one"), server.port ?? 0);
  assertEquals(decode((await one.receive()).bytes), "to the first who comes");
  await two.send(encode("two"), server.port ?? 0);
  await heard.promise;
  replies.say("to the second");
  assertEquals(decode((await two.receive()).bytes), "to the second");
});

Deno.test("with a chosen peer replies go there only, also before it has spoken", async () => {
  using chosen = new Raw();
  using other = new Raw();
  const replies = queue();
  const heard = Promise.withResolvers<void>();
  await using server = await listenDatagrams(ANY, {
    replies,
    to: chosen.address,
    onDatagram: ({ event }) => void (event === "received" && heard.resolve()),
  });
  replies.say("first");
  assertEquals(decode((await chosen.receive()).bytes), "first");
  await other.send(encode("to me, please"), server.port ?? 0);
  await heard.promise;
  replies.say("second");
  assertEquals(decode((await chosen.receive()).bytes), "second");
});

Deno.test("listenDatagrams: times out without datagrams, and reports a port in use", async () => {
  await using server = await listenDatagrams(ANY, { timeout: 30 });
  const taken = await assertRejects(() => listenDatagrams(parseAddress(server.address)), SystemError);
  assertEquals(taken.code, "address-in-use");
  await assertRejects(() => server.finished, TimeoutError, "no datagram to 127.0.0.1:");
});

Deno.test("listenDatagrams: ends with the error of its handler", async () => {
  const server = await listenDatagrams(ANY, {
    onDatagram() {
      throw new Error("full");
    },
  });
  await sendDatagrams(parseAddress(server.address), { payloads: [encode("x")] });
  await assertRejects(() => server.finished, Error, "full");
});

Deno.test(
  "unix datagrams go both ways, and leave no file behind",
  { ignore: Deno.build.os === "windows" },
  () =>
    withFolder(async (folder) => {
      const address = parseAddress(`unix:${folder}/echo`);
      const server = await echoDatagrams(address);
      const report = await sendDatagrams(address, { payloads: [encode("x"), pattern(200_000)], wait: 5000 });
      assertEquals([report.sent, report.replies], [2, 2]);
      await server.shutdown();
      await assertRejects(
        () => listenDatagrams(address, { replies: queue() }),
        Error,
        "cannot send replies while it listens",
      );
      const gone = sendDatagrams(address, { payloads: [encode("x")] });
      assertEquals([(await gone).failed, [...Deno.readDirSync(folder)]], [1, []]);
    }),
);

Deno.test(
  "a unix socket that another one has taken the place of leaves it there",
  { ignore: Deno.build.os === "windows" },
  () =>
    withFolder(async (folder) => {
      const address = parseAddress(`unix:${folder}/echo`);
      const first = await echoDatagrams(address);
      await Deno.remove(`${folder}/echo`);
      const second = await echoDatagrams(address);
      await first.shutdown();
      const report = await sendDatagrams(address, { payloads: [encode("x")], wait: 5000 });
      assertEquals(report.replies, 1);
      await second.shutdown();
      assertEquals([...Deno.readDirSync(folder)], []);
    }),
);

Deno.test("a group is heard on its interface, by several at once", { ignore: Deno.build.os !== "linux" }, async () => {
  const group = { group: "239.255.77.1", interface: "127.0.0.1" };
  const heard: string[] = [];
  const options = {
    groups: [group],
    count: 1,
    onDatagram: ({ bytes }: DatagramEvent) => void heard.push(decode(bytes)),
  };
  await using one = await listenDatagrams(parseAddress(`${group.group}:0`, { anyPort: true }), options);
  await using two = await listenDatagrams(parseAddress(`0.0.0.0:${one.port}`), options);
  const from = parseAddress("127.0.0.1:0", { anyPort: true });
  await sendDatagrams(parseAddress(`${group.group}:${one.port}`), { payloads: [encode("all")], from });
  await Promise.all([one.finished, two.finished]);
  assertEquals(heard, ["all", "all"]);
  // Bound to a host's own address it would hear nothing.
  await assertRejects(() => listenDatagrams(ANY, options), Error, "cannot receive from the group 239.255.77.1");
  const nowhere = { groups: [{ group: "239.255.77.1", interface: "192.0.2.200" }] };
  await assertRejects(() => listenDatagrams(parseAddress("0.0.0.0:0", { anyPort: true }), nowhere), Error);
});

Deno.test(
  "sendDatagrams: a broadcast is received, and any host may reply",
  { ignore: Deno.build.os !== "linux" },
  async () => {
    const server = await echoDatagrams(parseAddress("0.0.0.0:0", { anyPort: true }));
    const report = await sendDatagrams(parseAddress(`127.255.255.255:${server.port}`), {
      payloads: [encode("anybody?")],
      wait: 5000,
      replies: 1,
    });
    assertEquals([report.replies, report.strangers], [1, 0]);
    await server.shutdown();
  },
);

Deno.test("without the runtime's flag the error says which", async () => {
  const script = `import { echoDatagrams, parseAddress } from ${JSON.stringify(import.meta.resolve("../../../mod.ts"))};
    await echoDatagrams(parseAddress("127.0.0.1:0", { anyPort: true })).catch((e) => console.log(e.name, e.code, e.hint));`;
  const args = ["run", "--no-config", "--quiet", "--no-prompt", "-N", "-R", "-"];
  const child = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(encode(script));
  await writer.close();
  const { stdout } = await child.output();
  assertEquals(decode(stdout), "SystemError unstable-missing run it with --unstable-net\n");
});
