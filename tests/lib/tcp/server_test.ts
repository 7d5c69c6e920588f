import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { NetworkError, selfSigned, TimeoutError, type ToucanError, UsageError } from "../../../lib/core/mod.ts";
import {
  connect,
  type FailedConnection,
  listen,
  type TcpConnection,
  type TcpListenOptions,
} from "../../../lib/tcp/mod.ts";

/** Data that a client sends, in pieces, and the events of the server. */
interface Row {
  readonly name: string;
  readonly sends: readonly (string | Uint8Array)[];
  readonly reads: (connection: TcpConnection) => Promise<unknown>;
  readonly result: unknown;
}

const bytes = (...values: readonly number[]) => Uint8Array.from(values);
const lines = (connection: TcpConnection) => Array.fromAsync(connection.lines());

const READS: readonly Row[] = [
  { name: "lines, LF and CRLF", sends: ["one\ntwo\r\n\n"], reads: lines, result: ["one", "two", ""] },
  { name: "a last line without its end", sends: ["one\ntw", "o"], reads: lines, result: ["one", "two"] },
  { name: "no line at all", sends: [], reads: lines, result: [] },
  {
    name: "a character in two pieces, in lines",
    sends: [bytes(0xc3), bytes(0xa4, 10)],
    reads: lines,
    result: ["ä"],
  },
  { name: "malformed text", sends: [bytes(0x61, 0xff, 10)], reads: lines, result: ["a\ufffd"] },
  { name: "all text", sends: ["one\n", "two"], reads: (connection) => connection.text(), result: "one\ntwo" },
  {
    name: "all bytes",
    sends: [bytes(1, 2), bytes(3)],
    reads: (connection) => connection.bytes(),
    result: bytes(1, 2, 3),
  },
  {
    name: "a line, then what is left as text",
    sends: ["name\nbody\nmore"],
    reads: async (connection) => [await connection.readLine(), await connection.text()],
    result: ["name", "body\nmore"],
  },
  {
    name: "a line, then what is left as a stream",
    sends: ["name\nbody"],
    reads: async (connection) => [await connection.readLine(), await new Response(connection.readable).text()],
    result: ["name", "body"],
  },
  {
    name: "a loop over lines that is left, and taken up again",
    sends: ["one\ntwo\nthree"],
    reads: async (connection) => {
      const read = [];
      for await (const line of connection.lines()) {
        read.push(line);
        break;
      }
      return [...read, ...await lines(connection)];
    },
    result: ["one", "two", "three"],
  },
  {
    name: "a character in two pieces, as received",
    sends: [bytes(0xc3), bytes(0xa4)],
    reads: async (connection) => {
      let text = "";
      for (let part = await connection.receive(); part !== null; part = await connection.receive()) text += part;
      return text;
    },
    result: "ä",
  },
  {
    name: "bytes into an array",
    sends: ["a\nbcd"],
    reads: async (connection) => {
      const into = new Uint8Array(2);
      return [await connection.readLine(), await connection.read(into), into];
    },
    result: ["a", 2, bytes(98, 99)],
  },
  {
    name: "a line beyond the limit",
    sends: ["12345\n"],
    reads: (connection) => connection.readLine({ limit: 4 }).catch((error: ToucanError) => error.code),
    result: "line-too-long",
  },
  {
    name: "a line of just the limit, and its CR",
    sends: ["1234\r\n"],
    reads: (connection) => connection.readLine({ limit: 4 }),
    result: "1234",
  },
  {
    name: "text beyond the limit",
    sends: ["12345"],
    reads: (connection) => connection.text({ limit: 4 }).catch((error: ToucanError) => error.code),
    result: "too-large",
  },
];

for (const { name, sends, reads, result } of READS) {
  Deno.test(`a connection reads ${name}`, async () => {
    const read = Promise.withResolvers<unknown>();
    await using server = listen("127.0.0.1:0", {
      onConnection: (connection) => reads(connection).then(read.resolve, read.reject),
    });
    await using client = await connect(server.addr);
    for (const piece of sends) await client.write(piece);
    await client.closeWrite();
    assertEquals(await read.promise, result);
  });
}

Deno.test("a connection: what comes after a timeout is there for the next call", async () => {
  await using server = listen("127.0.0.1:0");
  await using client = await connect(server.addr);
  for await (const connection of server) {
    await client.send("half");
    await assertRejects(() => connection.readLine({ timeout: 20 }), TimeoutError);
    const reading = connection.readLine({ timeout: 20_000 });
    await client.send(" a line\n");
    assertEquals(await reading, "half a line");
    await connection.end();
    break;
  }
});

Deno.test("a connection: a signal ends a wait with its reason", async () => {
  await using server = listen("127.0.0.1:0", { onConnection: (connection) => connection.text().then(() => {}) });
  using client = await connect(server.addr);
  const reason = new Error("enough");
  await assertRejects(() => client.receive({ signal: AbortSignal.abort(reason) }), Error, "enough");
  const reading = client.receive();
  await assertRejects(() => client.receive(), TypeError);
  client.close();
  await assertRejects(() => reading, NetworkError, "closed");
});

Deno.test("a server: what a handler has sent arrives, though it does not read what was sent to it", async () => {
  const answer = "x".repeat(1 << 20);
  await using server = listen("127.0.0.1:0", { onConnection: (connection) => connection.write(answer) });
  await using client = await connect(server.addr);
  await client.send("y".repeat(1 << 16));
  assertEquals((await client.text()).length, answer.length);
});

Deno.test("a server: a handler that throws is reported, and the next client is served", async () => {
  const failures: FailedConnection[] = [];
  await using server = listen("127.0.0.1:0", {
    async onConnection(connection) {
      if (await connection.readLine() === "bad") throw new RangeError("a fault of the handler");
      await connection.write("good");
    },
    onError: (failure) => failures.push(failure),
  });
  for (const [line, answer] of [["bad\n", ""], ["good\n", "good"]] as const) {
    await using client = await connect(server.addr);
    await client.send(line);
    assertEquals(await client.text(), answer);
  }
  assertEquals(failures.map(({ error }) => [error.code, error.cause instanceof RangeError]), [["internal", true]]);
});

Deno.test("a server: clients beyond the limit are closed, and a place that is free again is taken", async () => {
  const failures: FailedConnection[] = [];
  await using server = listen("127.0.0.1:0", {
    maxConnections: 1,
    onConnection: (connection) => connection.readable.pipeTo(connection.writable),
    onError: (failure) => failures.push(failure),
  });
  const first = await connect(server.addr);
  await first.send("a");
  assertEquals(await first.receive(), "a");
  await using second = await connect(server.addr);
  assertEquals(await second.text().catch((error: ToucanError) => error.code), "");
  assertEquals(failures.map(({ error }) => error.code), ["too-many-connections"]);
  await first.closeWrite();
  assertEquals(await first.receive(), null);
  await first.end();
});

Deno.test("a server: over TLS, and a client that fails the handshake is reported", async () => {
  const pair = await selfSigned();
  const failed = Promise.withResolvers<FailedConnection>();
  await using server = listen("127.0.0.1:0", {
    tls: pair,
    onConnection: async (connection) => connection.write(`hello ${await connection.readLine()}`),
    onError: failed.resolve,
  });
  await using plain = await connect(server.addr);
  await plain.send("no TLS at all\n");
  assert((await failed.promise).error instanceof NetworkError);
  await using client = await connect(server.addr, { tls: { pin: pair.pin } });
  await client.send("ann\n");
  assertEquals(await client.readLine(), "hello ann");
});

Deno.test("a server: shutdown ends the loop, and a loop that is left stops the server", async () => {
  const server = listen("127.0.0.1:0");
  const seen: string[] = [];
  const looping = (async () => {
    for await (const connection of server) {
      seen.push(await connection.readLine() ?? "");
      await connection.end();
    }
  })();
  {
    await using client = await connect(server.addr);
    await client.send("one\n");
    assertEquals(await client.receive(), null);
  }
  await server.shutdown();
  await looping;
  assertEquals(seen, ["one"]);
  const other = listen("127.0.0.1:0");
  {
    await using _client = await connect(other.addr);
    for await (const connection of other) {
      await connection.end();
      break;
    }
  }
  await other.finished;
});

Deno.test("a server: its address is that of the runtime, as Deno.serve has it, and as text", async () => {
  await using server = listen("127.0.0.1:0");
  const addr: Deno.NetAddr = server.addr;
  assertEquals([addr.transport, addr.hostname, server.address], ["tcp", "127.0.0.1", `127.0.0.1:${addr.port}`]);
  const folder = await Deno.makeTempDir();
  {
    await using unix = listen(`unix:${folder}/socket`, { onConnection: (connection) => connection.write("hello") });
    const at: Deno.UnixAddr = unix.addr;
    assertEquals([at.path, unix.port], [`${folder}/socket`, undefined]);
    await using client = await connect(unix.addr);
    assertEquals(await client.text(), "hello");
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a pipe: text, bytes, streams and iterables are input; a stream is output", async () => {
  const inputs = [
    "hello",
    new TextEncoder().encode("hello"),
    new Blob(["hello"]).stream(),
    ReadableStream.from(["hel", "lo"]),
    (async function* () {
      yield "hel";
      yield await Promise.resolve(new TextEncoder().encode("lo"));
    })(),
  ];
  for (const input of inputs) {
    await using server = listen("127.0.0.1:0", {
      onConnection: (connection) => connection.readable.pipeTo(connection.writable),
    });
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const [report, text] = await Promise.all([
      connect(server.addr, { input, output: writable }),
      new Response(readable).text(),
    ]);
    assertEquals([text, report.bytesOut, report.bytesIn], ["hello", 5, 5]);
  }
});

Deno.test("listen: each option of a pipe makes one, and cannot be combined with a handler", async () => {
  const options: TcpListenOptions[] = [
    { input: "" },
    { output: new WritableStream() },
    { only: "receive" },
    { keep: true },
    { broadcast: true },
    { timeout: 60_000 },
    { onReport: () => {} },
  ];
  for (const option of options) {
    assertThrows(() => listen("127.0.0.1:0", { ...option, onConnection: () => {} }), UsageError);
    await using server = listen("127.0.0.1:0", option);
    assertThrows(() => server[Symbol.asyncIterator](), TypeError);
  }
  await using server = listen("127.0.0.1:0", { onConnection: (connection) => connection.write("hello") });
  const report = await connect(server.addr, { only: "receive" });
  assertEquals([report.bytesIn, report.ended], [5, "done"]);
});
