import { assert, assertEquals, assertRejects } from "@std/assert";
import { serveChat } from "../../lib/chat/mod.ts";
import { type KeyPair, parseAddress, selfSigned, type ServerTls, SharedSource } from "../../lib/core/mod.ts";
import { serveHttp } from "../../lib/http/mod.ts";
import { mailSink } from "../../lib/mail/mod.ts";
import { listen } from "../../lib/tcp/mod.ts";
import { says } from "../kit/streams.ts";
import { turn, until } from "../kit/wait.ts";

const ANY = parseAddress("127.0.0.1:0", { anyPort: true });
const LIMIT = 5;
const SILENT = 25;
const HANDSHAKE_TIMEOUT_MS = 400;

interface TlsServer extends AsyncDisposable {
  readonly port?: number;
}

/** Every server that speaks TLS, with room for {@link LIMIT} clients and little time for a handshake, and what it says to a client. */
const SERVERS: readonly {
  readonly name: string;
  readonly start: (pair: KeyPair & ServerTls) => TlsServer | Promise<TlsServer>;
  readonly ask: string;
  readonly answer: RegExp;
  /** Whether only one client is answered. */
  readonly once?: boolean;
}[] = [
  {
    name: "tcp listen --keep",
    start: (tls) =>
      listen(ANY, {
        tls,
        keep: true,
        input: says(["hello"]),
        maxConnections: LIMIT,
        handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      }),
    ask: "",
    answer: /^hello/,
    once: true,
  },
  {
    name: "tcp listen",
    start: (tls) =>
      listen(ANY, { tls, input: says(["hello"]), maxConnections: LIMIT, handshakeTimeout: HANDSHAKE_TIMEOUT_MS }),
    ask: "",
    answer: /^hello/,
    once: true,
  },
  {
    name: "tcp listen --broadcast",
    start(tls) {
      let come = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
      const greeting = new TextEncoder().encode("hello");
      return listen(ANY, {
        tls,
        broadcast: true,
        input: new SharedSource({
          next: async () => {
            const given = await come.promise;
            come = Promise.withResolvers();
            return given;
          },
        }),
        maxConnections: LIMIT,
        handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
        // It is a member in the turn after this.
        onConnect: () => void turn().then(() => come.resolve(greeting)),
      });
    },
    ask: "",
    answer: /^hello/,
  },
  {
    name: "http",
    start: (tls) =>
      serveHttp(ANY, () => ({ body: "hello" }), { tls, maxConnections: LIMIT, headerTimeout: HANDSHAKE_TIMEOUT_MS }),
    ask: "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    answer: /hello$/,
  },
  {
    name: "http, from one address",
    start: (tls) =>
      serveHttp(ANY, () => ({ body: "hello" }), {
        tls,
        maxConnectionsPerAddress: LIMIT,
        headerTimeout: HANDSHAKE_TIMEOUT_MS,
      }),
    ask: "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    answer: /hello$/,
  },
  {
    name: "chat",
    start: (tls) => serveChat(ANY, { tls, limits: { connections: LIMIT, registration: HANDSHAKE_TIMEOUT_MS } }),
    ask: "PING 1\r\n",
    answer: /PONG|451/,
  },
  {
    name: "chat, on one port with its page",
    start: (tls) =>
      serveChat(ANY, { tls, page: {}, limits: { connections: LIMIT, registration: HANDSHAKE_TIMEOUT_MS } }),
    ask: "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    answer: /Toucan chat/,
  },
  {
    name: "mail sink",
    start: (keyPair) =>
      mailSink({
        keyPair,
        implicitTls: true,
        limits: { connections: LIMIT, handshakeTime: HANDSHAKE_TIMEOUT_MS },
      }),
    ask: "",
    answer: /^220 /,
  },
];

/** Bytes that a client sends before it stays silent. */
const SILENCES: readonly Uint8Array<ArrayBuffer>[] = [
  new Uint8Array(),
  Uint8Array.of(22),
  Uint8Array.of(22, 3, 1, 1, 0, 1, 0, 0, 252, 3, 3),
];

/** Sockets that this process has open; nothing where the system does not tell. */
function sockets(): number | undefined {
  if (Deno.build.os !== "linux") return undefined;
  let count = 0;
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    try {
      if (Deno.readLinkSync(`/proc/self/fd/${name}`).startsWith("socket:")) count++;
    } catch {
      // The descriptor of the folder itself.
    }
  }
  return count;
}

async function talk(port: number, pair: KeyPair, ask: string, answer: RegExp): Promise<string> {
  using conn = await Deno.connectTls({ hostname: "localhost", port, caCerts: [pair.cert] });
  await conn.write(new TextEncoder().encode(ask));
  const buffer = new Uint8Array(4096);
  let text = "";
  while (!answer.test(text)) {
    const count = await conn.read(buffer);
    if (count === null) break;
    text += new TextDecoder().decode(buffer.subarray(0, count));
  }
  return text;
}

/** Resolves when the server has closed a connection. */
async function closed(conn: Deno.Conn): Promise<void> {
  try {
    while (await conn.read(new Uint8Array(64)) !== null);
  } catch {
    // A reset closes it too.
  }
}

for (const { name, start, ask, answer } of SERVERS) {
  Deno.test(`${name}: clients that are silent keep no client out, stay within the limit, and leave nothing behind`, async () => {
    const pair = await selfSigned();
    await using server = await start(pair);
    const port = server.port ?? 0;
    const before = sockets();
    const silent: Deno.Conn[] = [];
    for (let i = 0; i < SILENT; i++) {
      const conn = await Deno.connect({ port });
      silent.push(conn);
      const bytes = SILENCES[i % SILENCES.length] ?? new Uint8Array();
      if (bytes.length > 0) await conn.write(bytes);
    }
    // Those beyond the limit were closed to make room; none of them has been waited for.
    await Promise.all(silent.slice(0, SILENT - LIMIT).map(closed));
    const text = await talk(port, pair, ask, answer);
    assert(answer.test(text), text);
    // The others have had their time.
    await Promise.all(silent.map(closed));
    for (const conn of silent) conn.close();
    if (before === undefined) return;
    await until("all descriptors closed", () => (sockets() ?? 0) <= before);
  });
}

for (const { name, start, ask, answer, once } of SERVERS) {
  if (once) continue;
  Deno.test(`${name}: new connections use a renewed certificate, and others go on`, async () => {
    const [first, second] = await Promise.all([selfSigned(), selfSigned()]);
    const takers = new Set<(pair: KeyPair) => void>();
    const renewals = {
      subscribe(take: (pair: KeyPair) => void) {
        takers.add(take);
        return { [Symbol.dispose]: () => void takers.delete(take) };
      },
    };
    {
      await using server = await start({ ...first, renewals });
      const port = server.port ?? 0;
      using _begun = await Deno.connect({ port });
      assert(answer.test(await talk(port, first, ask, answer)));
      for (const take of takers) take(second);
      assert(answer.test(await talk(port, second, ask, answer)));
      await assertRejects(() => talk(port, first, ask, answer), Error, "certificate");
    }
    assertEquals(takers.size, 0);
  });
}
