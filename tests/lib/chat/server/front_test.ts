import { assertEquals, assertMatch } from "@std/assert";
import { writeAll } from "../../../../lib/core/mod.ts";
import { encodeFrame } from "../../../../lib/http/internal.ts";
import { type ChatServerEvent, type ChatServerOptions, serveChat } from "../../../../lib/chat/mod.ts";
import { makeCertificate } from "../../../kit/certificates.ts";
import { ANY_PORT, chatServer, RawIrc } from "../../../kit/irc.ts";

const text = new TextEncoder();
const PAGE = { page: {} };

/** Connects, sends a text in the given parts, and returns all that comes until the server closes. */
async function heard(conn: Deno.Conn, ...parts: readonly string[]): Promise<string> {
  for (const part of parts) await writeAll(conn, text.encode(part));
  return await new Response(conn.readable).text();
}

const at = (port: number | undefined) => ({ hostname: "127.0.0.1", port: port ?? 0 });
const GET = (host: string, path = "/") => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
const IRC = ["NICK ann\r\n", "USER ann 0 * :ann\r\nQUIT\r\n"];
const UPGRADE = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
  "Sec-WebSocket-Protocol: text.ircv3.net\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

Deno.test("one port: IRC, the page and WebSocket, with and without TLS, in one channel", async () => {
  const tls = await makeCertificate();
  await using chat = chatServer({ ...PAGE, tls });
  const secure = (alpnProtocols?: string[]) =>
    Deno.connectTls({ hostname: "localhost", port: chat.port ?? 0, caCerts: [tls.cert], alpnProtocols });
  using ann = await RawIrc.in(chat.address, "ben");
  await ann.say("JOIN #a");
  assertMatch(await heard(await Deno.connect(at(chat.port)), ...IRC), / 001 ann /);
  assertMatch(await heard(await secure(), ...IRC), / 001 ann /);
  assertMatch(await heard(await secure(["irc"]), ...IRC), / 001 ann /);
  for (const conn of [await Deno.connect(at(chat.port)), await secure(), await secure(["h2", "http/1.1"])]) {
    assertMatch(await heard(conn, "\r\nG", "ET", GET(chat.address).slice(3)), /^HTTP\/1\.1 200 [^]*Toucan chat/);
  }
  // A client that has chosen HTTP in its handshake is not served IRC, and the other way round.
  assertMatch(await heard(await secure(["http/1.1"]), ...IRC, "\r\n"), /^HTTP\/1\.1 400 /);
  assertEquals(await heard(await secure(["irc"]), GET(chat.address)), "");
  using web = await secure();
  await writeAll(web, text.encode(`GET /chat HTTP/1.1\r\nHost: ${chat.address}\r\n${UPGRADE}`));
  for (const line of ["NICK web", "USER w 0 * :w", "JOIN #a", "PRIVMSG #a :from the web"]) {
    await writeAll(web, encodeFrame("text", text.encode(line), { mask: Uint8Array.of(1, 2, 3, 4) }));
  }
  await ann.hears(/^:web!w@127\.0\.0\.1 PRIVMSG #a :from the web$/);
  assertEquals(chat.clients, 2);
});

Deno.test("one port: the body of a request is never taken for lines of IRC", async () => {
  await using chat = chatServer(PAGE);
  using ben = await RawIrc.in(chat.address, "ben");
  await ben.say("JOIN #a");
  const body = "NICK evil\r\nUSER e 0 * :e\r\nJOIN #a\r\nPRIVMSG #a :from another site\r\n";
  const post = `POST / HTTP/1.1\r\nHost: ${chat.address}\r\nContent-Type: text/plain\r\n`;
  const bodies = [`Content-Length: ${body.length}\r\n\r\n${body}`, `\r\n${body}`, `Connection: close\r\n\r\n${body}`];
  for (const rest of bodies) {
    using conn = await Deno.connect(at(chat.port));
    await writeAll(conn, text.encode(post + rest));
    await conn.closeWrite();
    assertMatch(await heard(conn), /^HTTP\/1\.1 405 (?:(?! 001 ).)*$/s);
  }
  // Nor does a line of IRC become a request.
  assertEquals(/HTTP/.test(await heard(await Deno.connect(at(chat.port)), "NICK ann\r\n", GET(chat.address))), false);
  assertEquals((await ben.upToNow()).filter((line) => /evil|PRIVMSG/.test(line)), []);
});

Deno.test("serveChat without a page: requests of browsers are still closed without a reply", async () => {
  await using chat = chatServer();
  assertEquals(await heard(await Deno.connect(at(chat.port)), GET(chat.address)), "");
});

/** Starts a chat on one port, and reports the codes of rejected clients. */
function reporting(options: ChatServerOptions) {
  const refused: string[] = [];
  let more = Promise.withResolvers<void>();
  const onEvent = ({ event, error }: ChatServerEvent) => {
    if (event !== "refused") return;
    refused.push(error?.code ?? "");
    more.resolve();
    more = Promise.withResolvers();
  };
  const chat = serveChat(ANY_PORT, { ...PAGE, ...options, onEvent });
  const untilRefused = async (count: number) => {
    while (refused.length < count) await more.promise;
    return refused;
  };
  return { chat, untilRefused };
}

Deno.test("one port: a client that sends nothing, or no whole first word, is closed in time", async () => {
  const { chat, untilRefused } = reporting({ limits: { registration: 50 } });
  await using _chat = chat;
  for (const first of ["", "\r\n", "PO"]) {
    assertEquals(await heard(await Deno.connect(at(chat.port)), ...first === "" ? [] : [first]), "");
  }
  assertEquals(await untilRefused(3), ["timeout", "timeout", "timeout"]);
});

Deno.test("one port: silent clients make room for others at the limit of connections", async () => {
  const { chat, untilRefused } = reporting({ limits: { connections: 2 } });
  await using _chat = chat;
  using _silent = await Deno.connect(at(chat.port));
  using _other = await Deno.connect(at(chat.port));
  assertMatch(await heard(await Deno.connect(at(chat.port)), ...IRC), / 001 ann /);
  assertEquals(await untilRefused(1), ["too-many-connections"]);
});

Deno.test("one port: a WebSocket is counted once", async () => {
  const { chat } = reporting({ limits: { connections: 1 } });
  await using _chat = chat;
  using web = await Deno.connect(at(chat.port));
  await writeAll(web, text.encode(`GET /chat HTTP/1.1\r\nHost: ${chat.address}\r\n${UPGRADE}`));
  const buffer = new Uint8Array(2048);
  const count = await web.read(buffer) ?? 0;
  assertMatch(new TextDecoder().decode(buffer.subarray(0, count)), /^HTTP\/1\.1 101 /);
  await writeAll(web, encodeFrame("text", text.encode("PING x"), { mask: Uint8Array.of(1, 2, 3, 4) }));
  assertMatch(new TextDecoder().decode(buffer.subarray(0, await web.read(buffer) ?? 0)), /PONG/);
  assertEquals(chat.clients, 1);
});

/** An address of this machine that is not loopback. */
const own = Deno.networkInterfaces().find(({ family, address }) => family === "IPv4" && !address.startsWith("127."));

Deno.test({
  name: "one port with TLS: other machines are redirected to it, or rejected",
  ignore: !own,
  async fn() {
    const refused: string[] = [];
    const host = own?.address ?? "";
    const tls = await makeCertificate({ names: [host] });
    await using chat = serveChat("0.0.0.0:0", {
      page: { names: ["chat.example"] },
      tls,
      onEvent: ({ error }) => error && refused.push(error.code),
    });
    const plain = () => Deno.connect({ hostname: host, port: chat.port ?? 0 });
    assertEquals(await heard(await plain(), ...IRC), "ERROR :Closing link: TLS is required\r\n");
    const table: readonly (readonly [request: string, answer: RegExp])[] = [
      [
        GET(`chat.example:${chat.port}`, "/?a=b"),
        /^HTTP\/1\.1 308 [^]*\r\nLocation: https:\/\/chat\.example:\d+\/\?a=b\r\n/,
      ],
      [GET("evil.example"), /^HTTP\/1\.1 421 /],
      [GET("chat.example", "*"), /^HTTP\/1\.1 4/],
      [GET("chat.example").replace("GET", "POST"), /^HTTP\/1\.1 403 /],
    ];
    for (const [request, answer] of table) assertMatch(await heard(await plain(), request), answer, request);
    const secured = await Deno.connectTls({ hostname: host, port: chat.port ?? 0, caCerts: [tls.cert] });
    assertMatch(await heard(secured, GET("chat.example")), /^HTTP\/1\.1 200 /);
    await chat.shutdown();
    assertEquals(refused, ["tls-required"]);
  },
});
