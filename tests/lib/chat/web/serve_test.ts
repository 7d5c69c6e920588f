import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ChatServer, type ChatServerEvent, serveChat, serveChatPage } from "../../../../lib/chat/mod.ts";
import { encodeFrame, type HttpServer, WebSocketDecoder, type WebSocketEvent } from "../../../../lib/http/internal.ts";
import { ANY_PORT, chatServer, RawIrc } from "../../../kit/irc.ts";

/** Starts a chat with its page. */
async function withPage(use: (page: HttpServer, chat: ChatServer) => Promise<void>): Promise<void> {
  await using chat = chatServer();
  await using page = serveChatPage(chat, ANY_PORT);
  await use(page, chat);
}

/** Opens a WebSocket of the runtime, which is an independent implementation. */
async function open(page: HttpServer, protocol: string) {
  const socket = new WebSocket(`ws://${page.address}/chat`, protocol);
  socket.binaryType = "arraybuffer";
  const lines: string[] = [];
  let more = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<CloseEvent>();
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    lines.push(typeof data === "string" ? data : new TextDecoder().decode(data));
    more.resolve();
    more = Promise.withResolvers();
  };
  socket.onclose = (event) => closed.resolve(event);
  await new Promise((resolve, reject) => [socket.onopen, socket.onerror] = [resolve, reject]);
  return {
    socket,
    closed: closed.promise,
    async hears(pattern: RegExp): Promise<string> {
      while (true) {
        const line = lines.shift();
        if (line !== undefined && pattern.test(line)) return line;
        if (line === undefined) await more.promise;
      }
    },
  };
}

for (const protocol of ["text.ircv3.net", "binary.ircv3.net"]) {
  Deno.test(`serveChatPage: chat over ${protocol}`, () =>
    withPage(async (page, chat) => {
      const web = await open(page, protocol);
      assertEquals(web.socket.protocol, protocol);
      for (const line of ["NICK web", "USER w 0 * :w", "JOIN #a"]) web.socket.send(line);
      await web.hears(/ 366 /);
      using ann = await RawIrc.in(chat.address, "ann");
      await ann.say("JOIN #a", "PRIVMSG #a :grüße");
      assertMatch(await web.hears(/PRIVMSG/), /^:ann!\S+ PRIVMSG #a :grüße$/);
      web.socket.send(
        protocol.startsWith("text") ? "PRIVMSG #a :back" : new TextEncoder().encode("PRIVMSG #a :back\r\n"),
      );
      await ann.hears(/^:web!w@127\.0\.0\.1 PRIVMSG #a :back$/);
      // A line break within a message would be two lines for another client.
      web.socket.send("PRIVMSG #a :one\r\nPRIVMSG #a :two");
      await web.hears(/ 4(?:00|21) /);
      web.socket.send("QUIT :bye");
      await web.hears(/^ERROR /);
      assertEquals((await web.closed).code, 1000);
      await ann.hears(/QUIT :Quit: bye$/);
    }));
}

/** Sends a raw request, and returns the whole response. */
async function ask(page: HttpServer, head: readonly string[]): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: page.port ?? 0 });
  await conn.write(new TextEncoder().encode(`${head.join("\r\n")}\r\nConnection: close\r\n\r\n`));
  return await new Response(conn.readable).text();
}

const KEY = [
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Protocol: text.ircv3.net",
];

Deno.test("serveChatPage: rejects other origins and host names", () =>
  withPage(async (page) => {
    const socket = ["GET /chat HTTP/1.1", ...KEY, "Upgrade: websocket", "Connection: upgrade"];
    const table: readonly (readonly [head: readonly string[], status: number])[] = [
      [[...socket, `Host: ${page.address}`, "Origin: http://evil.example"], 403],
      [[...socket, `Host: ${page.address}`, "Origin: null"], 403],
      [[...socket, `Host: ${page.address}`, `Origin: https://${page.address}`], 403],
      [[...socket, `Host: ${page.address}`, `Origin: http://127.0.0.1`], 403],
      [[...socket, "Host: evil.example", "Origin: http://evil.example"], 421],
      [["GET / HTTP/1.1", "Host: evil.example"], 421],
      [["GET / HTTP/1.1", "Host: localhost.evil.example"], 421],
      [["GET / HTTP/1.1", "Host: localhost:1"], 200],
      [["GET / HTTP/1.1", "Host: [::1]:1"], 200],
      [["GET /chat HTTP/1.1", `Host: ${page.address}`], 426],
      [["GET /chat HTTP/1.1", `Host: ${page.address}`, ...KEY.slice(0, 2), "Upgrade: websocket"], 426],
      [["POST / HTTP/1.1", `Host: ${page.address}`, "Content-Length: 0"], 405],
      [["GET /../../etc/passwd HTTP/1.1", `Host: ${page.address}`], 404],
      [["GET /constructor HTTP/1.1", `Host: ${page.address}`], 404],
    ];
    for (const [head, status] of table) {
      assertMatch(await ask(page, head), new RegExp(`^HTTP/1\\.1 ${status} `), head.join(" | "));
    }
  }));

Deno.test("serveChatPage: allowed host names and trusted proxies", async () => {
  await using chat = chatServer();
  await using page = serveChatPage(chat, ANY_PORT, { names: ["chat.example"], trustProxy: ["loopback"] });
  const socket = ["GET /chat HTTP/1.1", ...KEY, "Upgrade: websocket", "Connection: upgrade"];
  const through = ["X-Forwarded-Host: chat.example", "X-Forwarded-Proto: https", `Host: ${page.address}`];
  const table: readonly (readonly [head: readonly string[], status: number])[] = [
    [["GET / HTTP/1.1", "Host: chat.example"], 200],
    [["GET / HTTP/1.1", "Host: evil.example"], 421],
    [[...socket, ...through, "Origin: https://evil.example"], 403],
    [[...socket, ...through, "Origin: http://chat.example"], 403],
    [["GET / HTTP/1.1", `Host: ${page.address}`, "X-Forwarded-Host: evil.example"], 421],
  ];
  for (const [head, status] of table) {
    assertMatch(await ask(page, head), new RegExp(`^HTTP/1\\.1 ${status} `), head.join(" | "));
  }
});

Deno.test("serveChatPage: the page has a strict Content-Security-Policy and loads nothing from other hosts", () =>
  withPage(async (page) => {
    for (
      const [path, type] of [["/", "text/html"], ["/chat.css", "text/css"], ["/chat.js", "text/javascript"]] as const
    ) {
      const response = await fetch(`http://${page.address}${path}`);
      const text = await response.text();
      assertEquals(response.headers.get("content-type"), `${type}; charset=utf-8`);
      assertMatch(response.headers.get("content-security-policy") ?? "", /^default-src 'none'; script-src 'self';/);
      assert(!/https?:\/\/|innerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(/.test(text), path);
      assert(!/ style=| on[a-z]+=|<script>/.test(type === "text/html" ? text : ""));
    }
  }));

Deno.test("serveChatPage: a browser can install the page", () =>
  withPage(async (page) => {
    const get = async (path: string, type: string) => {
      const response = await fetch(new URL(path, page.url));
      assertEquals(response.headers.get("content-type"), `${type}; charset=utf-8`);
      return await response.text();
    };
    const [, manifest = ""] = /<link rel="manifest" href="([^"]+)">/.exec(await get("./", "text/html")) ?? [];
    const { start_url, display, icons } = JSON.parse(await get(manifest, "application/manifest+json"));
    assertEquals([start_url, display], ["./", "standalone"]);
    assertEquals(icons.map(({ purpose }: { purpose: string }) => purpose), ["any", "maskable"]);
    for (const name of [icons[0].src, "icon-unread.svg", "icon-mention.svg"]) {
      assertMatch(await get(name, "image/svg+xml"), /^<svg [^]*<\/svg>\s*$/);
    }
  }));

/** Opens a raw WebSocket, to send frames that no browser sends. */
async function byHand(page: HttpServer, ...more: readonly string[]) {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: page.port ?? 0 });
  const head = [
    "GET /chat HTTP/1.1",
    `Host: ${page.address}`,
    ...KEY,
    "Upgrade: websocket",
    "Connection: Upgrade",
    ...more,
    "",
    "",
  ];
  await conn.write(new TextEncoder().encode(head.join("\r\n")));
  let rest = "";
  const buffer = new Uint8Array(4096);
  while (!rest.includes("\r\n\r\n")) {
    const count = await conn.read(buffer);
    if (count === null) throw new Error(rest);
    rest += new TextDecoder("latin1").decode(buffer.subarray(0, count));
  }
  assertMatch(rest, /^HTTP\/1\.1 101 [^]*\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/);
  return conn;
}

const MASK = Uint8Array.of(1, 2, 3, 4);
const text = new TextEncoder();

Deno.test("serveChatPage: counts clients behind a trusted proxy by their own address", async () => {
  const peers: string[] = [];
  const onEvent = ({ event, peer }: ChatServerEvent) => void (event === "connected" && peers.push(peer));
  await using chat = serveChat("127.0.0.1:0", { password: "right", onEvent });
  await using page = serveChatPage(chat, ANY_PORT, { trustProxy: ["loopback"] });
  const login = async (peer: string, password: string) => {
    using conn = await byHand(page, `X-Forwarded-For: 198.51.100.1, ${peer}`);
    for (const line of [`PASS ${password}`, "NICK ann", "USER a 0 * :a"]) {
      await conn.write(encodeFrame("text", text.encode(line), { mask: MASK }));
    }
    let heard = "";
    const buffer = new Uint8Array(4096);
    for (let count = await conn.read(buffer); count !== null && !/ (?:464|001) [^]*\n?/.test(heard);) {
      heard += new TextDecoder("latin1").decode(buffer.subarray(0, count));
      if (!/ (?:464|001) /.test(heard)) count = await conn.read(buffer);
    }
    return / 464 [^:]*:(Too many|Password incorrect)/.exec(heard)?.[1] ?? "accepted";
  };
  for (const [mine, theirs] of [["192.0.2.7", "192.0.2.8"], ["2001:db8::7", "2001:db8:0:1::7"]] as const) {
    for (let i = 0; i < 10; i++) assertEquals(await login(mine, "wrong"), "Password incorrect");
    assertEquals([await login(mine, "right"), await login(theirs, "right")], ["Too many", "accepted"]);
    assertEquals(peers.splice(0).slice(-2), [mine, theirs].map((peer) => peer.includes(":") ? `[${peer}]` : peer));
  }
});

for (
  const [what, frame, code] of [
    ["a frame without a mask", encodeFrame("text", text.encode("NICK x")), 1002],
    ["a frame of 100,000 bytes", encodeFrame("text", new Uint8Array(100_000), { mask: MASK }), 1009],
    ["fragments without end", encodeFrame("text", new Uint8Array(9000), { mask: MASK, more: true }), 1009],
    ["bad UTF-8", encodeFrame("text", Uint8Array.of(0xff), { mask: MASK }), 1007],
  ] as const
) {
  Deno.test(`serveChatPage: closes the connection with ${code}: ${what}`, () =>
    withPage(async (page, chat) => {
      using ann = await RawIrc.in(chat.address, "ann");
      using conn = await byHand(page);
      await conn.write(frame).catch(() => 0);
      const decoder = new WebSocketDecoder({ masked: false });
      const kinds: string[] = [];
      const codes: (number | undefined)[] = [];
      const buffer = new Uint8Array(4096);
      for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer).catch(() => null)) {
        for (const event of decoder.push(buffer.subarray(0, count))) {
          kinds.push(event.kind);
          if (event.kind === "close") codes.push(event.code);
        }
      }
      // Exactly one close frame, and nothing after it (RFC 6455, section 5.5.1).
      assertEquals([codes, kinds.at(-1)], [[code], "close"]);
      assertEquals(await ann.upToNow(), []);
    }));
}

Deno.test("serveChatPage: answers a ping, drops a cut frame, returns a close", () =>
  withPage(async (page, chat) => {
    {
      using cut = await byHand(page);
      await cut.write(encodeFrame("text", text.encode("NICK cut"), { mask: MASK }).subarray(0, 7));
    }
    using conn = await byHand(page);
    await conn.write(encodeFrame("ping", text.encode("there?"), { mask: MASK }));
    const decoder = new WebSocketDecoder({ masked: false });
    const buffer = new Uint8Array(4096);
    const next = async () => decoder.push(buffer.subarray(0, await conn.read(buffer) ?? 0));
    assertEquals(await next(), [{ kind: "pong", bytes: text.encode("there?") }]);
    await conn.write(encodeFrame("close", Uint8Array.of(3, 0xe8), { mask: MASK }));
    const events: WebSocketEvent[] = [];
    while (!events.some(({ kind }) => kind === "close")) events.push(...await next());
    assertEquals(events.at(-1), { kind: "close", code: 1000, reason: "" });
    using ann = await RawIrc.in(chat.address, "ann");
    await ann.say("LUSERS");
    await ann.hears(/There are 1 users/);
  }));

Deno.test("serveChatPage: uses the client's address behind a trusted proxy", async () => {
  const events: string[] = [];
  await using chat = chatServer({ onEvent: ({ event, peer }) => events.push(`${event} ${peer}`) });
  await using page = serveChatPage(chat, ANY_PORT, { trustProxy: ["loopback"] });
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: page.port ?? 0 });
  const head = [
    "GET /chat HTTP/1.1",
    `Host: ${page.address}`,
    "Upgrade: websocket",
    "Connection: upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol: text.ircv3.net",
    "X-Forwarded-For: 2001:db8::7",
  ];
  await conn.write(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`));
  await conn.read(new Uint8Array(4096));
  conn.close();
  await page.shutdown();
  assert(events.includes("connected [2001:db8::7]"), events.join());
});
