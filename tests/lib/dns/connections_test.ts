import { assertEquals, assertRejects } from "@std/assert";
import { Deadline, ToucanError } from "../../../lib/core/mod.ts";
import {
  decodeHead,
  DnsConnections,
  type DnsHead,
  formatNameServer,
  nameServerAt,
  type NameServerDefaults,
  parseNameServer,
} from "../../../lib/dns/internal.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { framed, response, scriptedServer } from "../../kit/scripted_dns.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const good = (query: DnsHead) =>
  response(query, { answers: [{ name: query.questions[0]?.name ?? "", type: "A", ttl: 5, data: "192.0.2.1" }] });

/** Name servers, and how they are written. */
const SERVERS: Readonly<Record<string, string>> = {
  "192.0.2.53": "192.0.2.53:53",
  "[2001:db8::53]:5353": "[2001:db8::53]:5353",
  "2001:db8::53": "[2001:db8::53]:53",
  "dns.test": "dns.test:53",
  "udp://192.0.2.53": "192.0.2.53:53",
  "tcp://192.0.2.53:54": "tcp://192.0.2.53:54",
  "TLS://192.0.2.53": "tls://192.0.2.53:853",
  "tls://[2001:db8::53]:54#dns.test": "tls://[2001:db8::53]:54#dns.test",
  "https://dns.test": "https://dns.test/dns-query",
  "https://dns.test:8443/q{?dns}": "https://dns.test:8443/q",
  "https://[2001:db8::53]/dns-query": "https://[2001:db8::53]/dns-query",
};

/** Texts that lack what the defaults have. */
const DEFAULTS: readonly (readonly [text: string, defaults: NameServerDefaults, formatted: string])[] = [
  ["192.0.2.53", { port: 5353 }, "192.0.2.53:5353"],
  ["192.0.2.53:53", { port: 5353 }, "192.0.2.53:53"],
  ["tls://192.0.2.53", { port: 5353 }, "tls://192.0.2.53:5353"],
  ["192.0.2.53#dns.test", { protocol: "tls" }, "tls://192.0.2.53:853#dns.test"],
  ["192.0.2.53", { protocol: "tcp", port: 1 }, "tcp://192.0.2.53:1"],
  ["udp://192.0.2.53", { protocol: "tls" }, "192.0.2.53:53"],
  ["2001:db8::53", { protocol: "https" }, "https://[2001:db8::53]/dns-query"],
  ["dns.test/q", { protocol: "https", port: 8443 }, "https://dns.test:8443/q"],
  ["https://dns.test:443/q", { port: 8443 }, "https://dns.test/q"],
  ["https://[2001:db8::53]", { port: 8443 }, "https://[2001:db8::53]:8443/dns-query"],
];

for (const [text, defaults, formatted] of DEFAULTS) {
  Deno.test(`parseNameServer: ${text} with ${JSON.stringify(defaults)}`, () => {
    assertEquals(formatNameServer(parseNameServer(text, defaults)), formatted);
  });
}

for (const [text, formatted] of Object.entries(SERVERS)) {
  Deno.test(`parseNameServer: ${text}`, () => {
    assertEquals(formatNameServer(parseNameServer(text)), formatted);
    assertEquals(parseNameServer(formatted), parseNameServer(text));
  });
}

for (
  const text of [
    ...["", "udp://", "quic://192.0.2.53", "http://dns.test/", "192.0.2.53#dns.test", "tls://192.0.2.53#", "a:b:c"],
    ...["https://", "https://user@dns.test/", "https://dns.test/#x", "https://dns.test/?dns=", "unix:/tmp/x", "a:0"],
  ]
) {
  Deno.test(`parseNameServer: ${JSON.stringify(text)} is invalid`, async () => {
    const error = await assertRejects(() => Promise.try(parseNameServer, text), ToucanError, `"${text}"`);
    assertEquals(error.code, "invalid-name-server");
  });
}

/** Starts a TCP server that handles the frames of a connection, with the number of the connection from 1. */
function streamServer(handle: (connection: Deno.Conn, queries: DnsHead[], number: number) => Promise<boolean>) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let number = 0;
  const open = new Set<Promise<void>>();
  const serveOne = async (connection: Deno.Conn, own: number) => {
    using _closed = connection;
    const bytes = new Uint8Array(65_536);
    let end = 0;
    for (let count: number | null = 0; count !== null; count = await connection.read(bytes.subarray(end))) {
      end += count;
      const queries: DnsHead[] = [];
      let start = 0;
      for (let length = 0; end - start > 2; start += length + 2) {
        length = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
        if (end - start < length + 2) break;
        queries.push(decodeHead(bytes.slice(start + 2, start + 2 + length)));
      }
      bytes.copyWithin(0, start, end);
      end -= start;
      if (queries.length > 0 && !await handle(connection, queries, own)) return;
    }
  };
  const serve = async () => {
    for await (const connection of listener) open.add(serveOne(connection, ++number).catch(() => {}));
  };
  const served = serve();
  return {
    server: nameServerAt({ host: "127.0.0.1", port: listener.addr.port }, true),
    connections: () => number,
    async [Symbol.asyncDispose]() {
      listener.close();
      await served;
      await Promise.all(open);
    },
  };
}

async function askAll(server: ReturnType<typeof nameServerAt>, count: number) {
  await using connections = new DnsConnections();
  using deadline = new Deadline({ timeout: DEADLINE_MS }, "ask", "resolve");
  const names = Array.from({ length: count }, (_, number) => `N${number}.Example.test.`);
  const replies = await Promise.all(names.map((name) => connections.exchange(server, { name, type: "A" }, deadline)));
  assertEquals(replies.map(({ message }) => message.answers[0]?.name), names);
}

Deno.test("DnsConnections: responses over TCP come in any order, over one connection", async () => {
  await using stream = streamServer(async (connection, queries) => {
    for (const query of queries.reverse()) await connection.write(framed(good(query)));
    return true;
  });
  await askAll(stream.server, 100);
  assertEquals(stream.connections(), 1);
});

Deno.test("DnsConnections: a server that closes after each response loses no query", async () => {
  await using stream = streamServer(async (connection, [query]) => {
    if (query) await connection.write(framed(good(query)));
    return false;
  });
  await askAll(stream.server, 12);
});

Deno.test("DnsConnections: a server that answers nothing on a connection with several queries gets one at a time", async () => {
  await using stream = streamServer(async (connection, queries) => {
    const [query, ...more] = queries;
    if (query && more.length === 0) await connection.write(framed(good(query)));
    return false;
  });
  await askAll(stream.server, 12);
});

Deno.test("DnsConnections: a connection for one query that brings nothing is a failure", async () => {
  await using stream = streamServer(() => Promise.resolve(false));
  assertEquals((await assertRejects(() => askAll(stream.server, 1), ToucanError)).code, "connection-cut");
  assertEquals(stream.connections(), 1);
});

Deno.test("DnsConnections: the query over TCP behind a truncated response has a time of its own", async () => {
  await using server = scriptedServer(({ query, send }) => send(response(query, { truncated: true })), () => undefined);
  await using connections = new DnsConnections();
  const question = { name: "a.test.", type: "A" };
  const times = { expires: performance.now() + DEADLINE_MS, expiresOverTcp: performance.now() };
  const error = await assertRejects(() => connections.ask(nameServerAt(server.addr), question, times), ToucanError);
  assertEquals([error.code, error.peer], ["timeout", `127.0.0.1:${server.addr.port}/tcp`]);
});

Deno.test("DnsConnections: a connection that was closed as idle is replaced", async () => {
  const closed = Promise.withResolvers<void>();
  await using stream = streamServer(async (connection, queries, number) => {
    for (const query of queries) await connection.write(framed(good(query)));
    if (number === 1) queueMicrotask(closed.resolve);
    return number > 1;
  });
  await using connections = new DnsConnections();
  for (let i = 0; i < 3; i++) {
    using deadline = new Deadline({ timeout: DEADLINE_MS }, "ask", "resolve");
    await connections.exchange(stream.server, { name: "a.test.", type: "A" }, deadline);
    await closed.promise;
  }
  assertEquals(stream.connections(), 2);
});

/** Faults over TCP, and the code of the error. */
const FAULTS: Readonly<Record<string, readonly [code: string, reply: (query: DnsHead) => Uint8Array]>> = {
  "cut in the middle": ["connection-cut", (query) => framed(good(query)).slice(0, 20)],
  "with another id": ["answer-malformed", (query) => framed(good({ ...query, id: query.id ^ 0x8000 }))],
  "without the question": ["answer-malformed", (query) => framed(good({ ...query, questions: [] }))],
  "truncated for ever": ["answer-malformed", (query) => framed(response(query, { truncated: true }))],
  "shorter than a head": ["answer-cut", () => framed(new Uint8Array(11))],
};

for (const [what, [code, reply]] of Object.entries(FAULTS)) {
  Deno.test(`DnsConnections: a response over TCP ${what} is an error`, async () => {
    await using stream = streamServer(async (connection, [query]) => {
      if (query) await connection.write(reply(query));
      return false;
    });
    assertEquals((await assertRejects(() => askAll(stream.server, 1), ToucanError)).code, code);
  });
}

Deno.test("DnsConnections: the second of two responses is ignored, also for the next query", async () => {
  await using server = scriptedServer(async ({ query, send }) => {
    await send(good(query));
    await send(response(query, { rcode: 2 }));
  });
  await using connections = new DnsConnections();
  for (let i = 0; i < 20; i++) {
    using deadline = new Deadline({ timeout: DEADLINE_MS }, "ask", "resolve");
    const { message } = await connections.exchange(nameServerAt(server.addr), { name: "a.test.", type: "A" }, deadline);
    assertEquals(message.rcode, 0);
  }
});

Deno.test("DnsConnections: queries over TLS are padded to blocks of 128 bytes", async () => {
  const { cert, key } = await makeCertificate();
  using listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
  const served = (async () => {
    using connection = await listener.accept();
    const bytes = new Uint8Array(1024);
    const count = await connection.read(bytes) ?? 0;
    await connection.write(framed(good(decodeHead(bytes.subarray(2, count)))));
    return count - 2;
  })();
  await using connections = new DnsConnections({ tls: { caCerts: [cert] } });
  using deadline = new Deadline({ timeout: DEADLINE_MS }, "ask", "resolve");
  const server = { protocol: "tls", host: "127.0.0.1", port: listener.addr.port } as const;
  await connections.exchange(server, { name: "a.test.", type: "A" }, deadline);
  assertEquals(await served, 128);
});
