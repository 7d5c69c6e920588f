import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  type ChunkSink,
  OutputClosedError,
  parseAddress,
  selfSigned,
  SharedSource,
  SystemError,
  TimeoutError,
} from "../../../lib/core/mod.ts";
import type { ConnectionReport, ListenOptions, TcpServer } from "../../../lib/tcp/internal.ts";
import { connectPipe, listenPipe } from "../../../lib/tcp/internal.ts";
import { hears, says } from "../../kit/streams.ts";
import { DEADLINE_MS, turn, until } from "../../kit/wait.ts";
import { FakeTime } from "../../kit/fake_time.ts";

const ANY = parseAddress("127.0.0.1:0", { anyPort: true });

function client(server: TcpServer, options: Parameters<typeof connectPipe>[1] = {}): Promise<ConnectionReport> {
  return connectPipe(parseAddress(server.address), { timeout: DEADLINE_MS, ...options });
}

Deno.test("bytes and both ends pass, each direction for itself", async () => {
  const [atServer, atClient] = [hears(), hears()];
  // The server answers only after it has seen the client's end.
  await using server = listenPipe(ANY, { input: says(["answer"], atServer.ended), output: atServer });
  const report = await client(server, { input: says(["ques", "tion"]), output: atClient });
  const served = await server.finished;
  assertEquals([atServer.text, atClient.text], ["question", "answer"]);
  assertEquals([report.bytesOut, report.bytesIn, report.ended, report.error], [8, 6, "done", undefined]);
  assertEquals([served?.bytesIn, served?.bytesOut, served?.ended], [8, 6, "done"]);
  assertEquals(served?.peer, report.local);
});

Deno.test("the server may end first, and still hears all", async () => {
  const [atServer, atClient] = [hears(), hears()];
  await using server = listenPipe(ANY, { input: says(["bye"]), output: atServer });
  await client(server, { input: says(["later"], atClient.ended), output: atClient });
  await server.finished;
  assertEquals([atServer.text, atClient.text], ["later", "bye"]);
});

Deno.test("connect: send-only receives nothing; receive-only sends no end", async () => {
  const [atServer, atClient] = [hears(), hears()];
  await using server = listenPipe(ANY, { input: says(["noise"]), output: atServer });
  const report = await client(server, { input: says(["data"]), output: atClient, only: "send" });
  await server.finished;
  assertEquals([atServer.text, atClient.text, report.error], ["data", "", undefined]);

  const after = hears();
  await using second = listenPipe(ANY, { input: says(["data"]), output: after });
  const got = hears();
  assertEquals((await client(second, { output: got, only: "receive" })).bytesOut, 0);
  assertEquals(got.text, "data");
});

Deno.test("connect: send-only waits for a peer that still sends, whose data would be lost", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let dots = 0;
  using time = new FakeTime();
  const served = (async () => {
    using conn = await listener.accept();
    for (let i = 1; i <= 8; i++) {
      // All of them take longer than a peer gets that says nothing.
      await time.pass(800);
      await conn.write(new TextEncoder().encode("."));
      await until("a dot", () => dots === i);
    }
    const buffer = new Uint8Array(64);
    const count = await conn.read(buffer) ?? 0;
    return [new TextDecoder().decode(buffer.subarray(0, count)), await conn.read(buffer)];
  })();
  const address = parseAddress(`127.0.0.1:${listener.addr.port}`);
  const report = await connectPipe(address, {
    input: says(["all of it"]),
    only: "send",
    observe: (direction) => void (direction === "<" && dots++),
  });
  assertEquals(await served, ["all of it", null]);
  assertEquals([report.ended, report.bytesIn], ["done", 8]);
});

Deno.test("a peer that is gone for good is reported, with what came before", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const served = (async () => {
    const conn = await listener.accept();
    await conn.write(new TextEncoder().encode("begin"));
    await conn.read(new Uint8Array(1));
    conn.close();
  })();
  const got = hears();
  let pieces = 0;
  const input = new SharedSource({
    next: async () => {
      // An end alone could be a half-close; data sent after it shows that the peer does not read.
      if (pieces++ > 0) await got.ended;
      return pieces < 100 ? new Uint8Array(100_000) : null;
    },
  });
  const report = await connectPipe(parseAddress(`127.0.0.1:${listener.addr.port}`), { input, output: got });
  await served;
  assertEquals([got.text, report.ended, report.error?.code], ["begin", "broken", "connection-reset"]);
});

Deno.test("idle, time to connect, stopped: each ends it for its own reason", async () => {
  const waits = () => says([], new Promise(() => {}));
  await using quiet = listenPipe(ANY, { input: waits(), keep: true });
  assertEquals((await client(quiet, { input: waits(), idle: 30 })).error?.code, "idle");
  const controller = new AbortController();
  const stopped = client(quiet, {
    input: waits(),
    signal: controller.signal,
    onConnect: () => void turn().then(() => controller.abort()),
  });
  assertEquals((await stopped).ended, "stopped");
  const nobody = listenPipe(ANY, { timeout: 20 });
  // A duration beyond the timer's range does not abort at once.
  await using patient = listenPipe(ANY, { input: says(["late"]), timeout: 2 ** 40 });
  assertEquals((await assertRejects(() => nobody.finished, TimeoutError)).code, "timeout");
  const late = hears();
  await client(patient, { output: late, idle: 2 ** 40 });
  assertEquals(late.text, "late");
});

Deno.test("output that fails is thrown, not reported", async () => {
  const failures: [ChunkSink, new (...args: never[]) => Error][] = [
    [{ write: () => Promise.reject(new OutputClosedError("stdout")), end() {} }, OutputClosedError],
    [{ write: () => Promise.reject(new SystemError("full", { code: "disk-full" })), end() {} }, SystemError],
  ];
  for (const [output, kind] of failures) {
    await using server = listenPipe(ANY, { input: says(["data"], new Promise(() => {})), keep: true });
    await assertRejects(() => client(server, { input: says([], new Promise(() => {})), output }), kind);
    // The same at the server's end stops the server, even one that keeps on.
    const failing = listenPipe(ANY, { output, keep: true });
    await client(failing, { input: says(["data"]) });
    await assertRejects(() => failing.finished, kind);
  }
  const observe = () => Promise.reject(new SystemError("full", { code: "disk-full" }));
  await using server = listenPipe(ANY, { input: says(["data"]), keep: true });
  await assertRejects(() => client(server, { input: says([]), observe }), SystemError, "full");
});

Deno.test("a listener that keeps on serves one after the other, and the input is theirs in turn", async () => {
  const atServer = hears();
  const chunks = ["one", "two"].map((text) => new TextEncoder().encode(text));
  const next = Promise.withResolvers<void>();
  const input = new SharedSource({
    next: async () => {
      const chunk = chunks.shift();
      // The second piece arrives without a client: it waits for the next one.
      if (chunk && chunks.length === 0) await next.promise;
      return chunk ?? await new Promise<never>(() => {});
    },
  });
  const reports: ConnectionReport[] = [];
  await using server = listenPipe(ANY, {
    input,
    output: atServer,
    keep: true,
    endWithPeer: true,
    onReport: (report) => void reports.push(report),
  });
  const talk = async (text: string, expected: string) => {
    const got = hears();
    await client(server, { input: says([text], got.has(expected.length)), output: got });
    assertEquals(got.text, expected);
  };
  await talk("first ", "one");
  next.resolve();
  await talk("second", "two");
  assertEquals(atServer.text, "first second");
  await server.shutdown();
  assertEquals(reports.map(({ ended }) => ended), ["done", "done"]);
});

Deno.test("clients that vanish, reset or never speak TLS do not stop the listener", async () => {
  const pair = await selfSigned();
  const reports: ConnectionReport[] = [];
  const served = hears();
  await using server = listenPipe(ANY, { tls: pair, output: served, onReport: (report) => void reports.push(report) });
  for (const bytes of ["", "GET / HTTP/1.1\r\n\r\n"]) {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port ?? 0 });
    if (bytes) await conn.write(new TextEncoder().encode(bytes));
    conn.close();
  }
  // With a pin the client comes twice; the first time it only looks, and must not be taken for the one client.
  const report = await client(server, { input: says(["secret"]), tls: { pin: pair.pin } });
  await server.finished;
  assertEquals([served.text, report.ended], ["secret", "done"]);
  assert(reports.slice(0, -1).every(({ ended }) => ended === "failed"));
});

Deno.test("a unix socket, and what becomes of its file", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/socket`;
  const address = parseAddress(`unix:${path}`);
  const got = hears();
  const server = listenPipe(address, { output: got });
  await connectPipe(address, { input: says(["by file"]) });
  await server.finished;
  assertEquals(got.text, "by file");
  await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
  await Deno.writeTextFile(path, "in the way");
  const error = assertThrows(() => listenPipe(address, {}), SystemError);
  assertEquals([error.code, error.hint?.includes("remove the file")], ["address-in-use", true]);
  assertEquals(await Deno.readTextFile(path), "in the way");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a rate holds both directions", async () => {
  const options: ListenOptions = { input: says(["x".repeat(8000)]), rate: 50_000 };
  using time = new FakeTime();
  await using server = listenPipe(ANY, options);
  const start = time.now;
  const report = await time.until(client(server, { input: says(["y".repeat(8000)]), rate: 50_000 }));
  assertEquals([report.bytesIn, report.bytesOut], [8000, 8000]);
  // 8,000 bytes at 50,000 a second.
  assert(time.now - start >= 160);
});
